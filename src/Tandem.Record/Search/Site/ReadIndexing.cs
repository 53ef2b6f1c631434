using Tandem.Fhir.Json;
using Tandem.Fhir.Search;
using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Record.Operations;
using Tandem.Record.Rest;

namespace Tandem.Record.Search.Site;

/// <summary><c>SearchParameter/$status</c>: which of the site's own search parameters can be used, and how far the others are.</summary>
internal static class ReadIndexing
{
    internal static readonly Operation Operation = new()
    {
        Code = "status",
        Levels = OperationLevels.Type,
        Types = ["SearchParameter"],
        Summary = "Which search parameters of the site's own can be used, and how far the index of the others is.",
        Parameters =
        [
            new("parameter", "Element", "For each SearchParameter resource: its reference, state (ready; indexing; waiting for its turn, behind an older one of the same name, or for a part of a composite that is not active; specification, which has one of this name; unused, as it is not active), and resources read and to read.", IsList: true, IsOut: true),
        ],
        Run = call => Task.FromResult(Run(call)),
    };

    private static FhirReply Run(OperationRequest call)
    {
        var (defined, rows) = call.Fhir.Service.Store.Database.Read(session => (
            session.Query(SiteParameterTable.Defined, LogTables.Read), session.Query(SiteParameterTable.ReadAll, SiteParameterTable.Read)));
        return new FhirReply(200, FhirWriter.Resource("Parameters", answer => answer.Array("parameter", defined, (parameter, version) =>
        {
            var own = rows.Where(row => row.Resource == version.Id && row.State is SiteParameterState.Indexing or SiteParameterState.Ready).ToList();
            var row = own.Find(row => row.State == SiteParameterState.Indexing) ?? own.LastOrDefault();
            parameter.Text("name", "parameter").Array("part", parts =>
            {
                parts.Item(part => part.Text("name", "reference").Object("valueReference", reference => reference.Text("reference", version.Reference)));
                parts.Item(part => part.Text("name", "code").Text("valueCode", version.Root["code"u8].Text));
                parts.Item(part => part.Text("name", "state").Text("valueCode", StateOf(version, row, defined)));
                if (row is not null)
                {
                    parts.Item(part => part.Text("name", "done").Number("valueInteger", row.Done));
                    parts.Item(part => part.Text("name", "total").Number("valueInteger", Math.Max(row.Total, row.Done)));
                }
            });
        })));
    }

    private static string StateOf(ResourceVersion version, SiteParameterProgress? row, IReadOnlyList<ResourceVersion> defined) => row?.State switch
    {
        SiteParameterState.Ready => "ready",
        SiteParameterState.Indexing => "indexing",
        _ when !SiteParameterRules.IsInForce(version) => "unused",
        _ => SiteSearchParameter.Read(version.Root, SiteSearchParameter.First, (_, url, _) => DefinedParameters.Find(defined, url), out var reason) is null && reason is null ? "specification" : "waiting",
    };
}
