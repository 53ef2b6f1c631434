using Tandem.Fhir.Json;
using Tandem.Record.Rest;
using Tandem.Record.Validation;

namespace Tandem.Record.Terminology;

/// <summary>What this server can be asked about codes (R4 4.12 TerminologyCapabilities): the answer to <c>metadata?mode=terminology</c>, by which clients learn which code systems are here.</summary>
internal static class TerminologyStatement
{
    /// <summary>The statement of a running server; the code systems are read anew, by one request for all, when one of them has changed. Thread-safe.</summary>
    internal sealed class Current(DateTimeOffset since)
    {
        private readonly Lock writing = new();
        private volatile Known? known;

        internal byte[] Of(FhirRequest request)
        {
            var definitions = request.Service.Definitions;
            var newest = definitions.NewestCodeSystem;
            if (known is { } last && last.Newest >= newest && last.Address == request.Address)
                return last.Statement;
            lock (writing)
            {
                var systems = known is { } read && read.Newest >= newest ? read : new Known(newest, definitions.CodeSystems(), "", []);
                return (known = systems.Address == request.Address ? systems : systems with { Address = request.Address, Statement = Write(request.Address, since, systems.Systems) }).Statement;
            }
        }
    }

    /// <summary>The statement as last written, for one address and the code systems as of the newest change of one.</summary>
    private sealed record Known(long Newest, IReadOnlyList<SystemHere> Systems, string Address, byte[] Statement);

    private static byte[] Write(string address, DateTimeOffset since, IReadOnlyList<SystemHere> systems) => FhirWriter.Resource("TerminologyCapabilities", statement => statement
        .Text("status", "active")
        .Text("date", Capabilities.Date(since))
        .Text("kind", "instance")
        .Object("software", software => software.Text("name", "Tandem").Text("version", Capabilities.Version))
        .Object("implementation", implementation => implementation.Text("description", Capabilities.Description).Text("url", address))
        .Array("codeSystem", systems, System)
        .Object("expansion", Expansion)
        .Object("validateCode", validation => validation.Boolean("translations", true)) // a display may be in any language
        .Object("translation", translation => translation.Boolean("needsMap", false)));

    private static void System(FhirWriter writer, SystemHere system) => writer
        .Text("uri", system.Url)
        .Array("version", system.Versions, (version, code) => version.Text("code", code).Boolean("isDefault", system.Versions.Count > 1 ? code == system.Default : null))
        .Boolean("subsumption", true);

    private static void Expansion(FhirWriter writer) => writer
        .Boolean("hierarchical", true)
        .Boolean("paging", true)
        .Array("parameter", ExpandValueSet.Operation.Parameters.Where(parameter => !parameter.IsOut), (one, parameter) => one.Text("name", parameter.Name).Text("documentation", parameter.Text))
        .Text("textFilter", ExpandValueSet.Operation.Parameters.Single(parameter => parameter.Name == "filter").Text);
}
