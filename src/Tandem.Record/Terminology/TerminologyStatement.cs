using Tandem.Fhir.Json;
using Tandem.Record.Rest;
using Tandem.Record.Validation;

namespace Tandem.Record.Terminology;

/// <summary>What this server can be asked about codes (R4 4.12 TerminologyCapabilities): the answer to <c>metadata?mode=terminology</c>, by which clients learn which code systems are here.</summary>
internal static class TerminologyStatement
{
    /// <summary>The statement of a running server; the code systems are read anew when the definitions that are here have changed. Thread-safe.</summary>
    internal sealed class Current(DateTimeOffset since)
    {
        private Known? known;

        internal byte[] Of(FhirRequest request)
        {
            var definitions = request.Service.Definitions.Current;
            var last = Volatile.Read(ref known);
            if (last is null || !ReferenceEquals(last.Definitions, definitions))
                Volatile.Write(ref known, last = new Known(definitions, request.Service.Definitions.CodeSystems()));
            return Write(request.Address, since, last.Systems);
        }
    }

    private sealed record Known(Definitions Definitions, IReadOnlyList<SystemHere> Systems);

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
