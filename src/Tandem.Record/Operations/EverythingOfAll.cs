using Tandem.Fhir.Definitions;
using Tandem.Fhir.Search;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Record.Rest;
using Tandem.Record.Search;

namespace Tandem.Record.Operations;

/// <summary>
/// <c>Patient/$everything</c> on the type: all patients that the caller sees with what is in their compartments, type by type, page by page (R4
/// Patient-everything). What these refer to outside of compartments does not come along; for a whole record <c>$export</c> is the better way.
/// </summary>
internal static class EverythingOfAll
{
    internal static async Task<FhirReply> RunAsync(OperationRequest call)
    {
        if (!EverythingWanted.Read(call).Succeeded(out var wanted, out var refusal))
            return refusal;
        var page = new MemberPage(call.Fhir, "Patient/$everything", call.Kept, call.Looks);
        KeyValuePair<string, string>[] cursor = call.Text("_cursor") is { } text ? [new("_cursor", text)] : [];
        if (!(await page.PlaceAsync(cursor)).Succeeded(out var place, out refusal))
            return refusal;
        var read = await call.Fhir.Service.Search.SnapshotAsync(session => Read(session, call, wanted, place), call.Fhir.Limit);
        if (!read.Succeeded(out var found, out refusal))
            return refusal;
        var isWhole = place is null && found.Next is null; // only then the total is known
        return await page.WriteAsync([], found.Members, [], PagePlace.First(0) with { Rid = isWhole ? 0 : -1 }, found.Members.Count, found.Next);
    }

    private static Outcome<(List<ResourceVersion> Members, PagePlace? Next)> Read(DbSession session, OperationRequest call, EverythingWanted wanted, PagePlace? from)
    {
        var queries = Compartments.Types("Patient").Where(wanted.IsOf).OrderBy(type => type != "Patient").Select(type => new SearchQuery(type, [], new SearchResultOptions(), [])).ToList();
        var statements = new List<SearchStatement>();
        foreach (var query in queries)
        {
            if (!call.Fhir.Service.Search.Statement(session, query, call.Fhir.Scope, call.Fhir.Address).Succeeded(out var statement, out var refusal))
                return refusal;
            statements.Add(statement);
        }

        var members = new List<ResourceVersion>();
        if (queries.Count == 0)
            return (members, null);
        var several = new SeveralStatements(statements, queries[0]);
        var next = from ?? PagePlace.First(session.First(LogTables.LastSeq, row => row.Integer(0)));
        while (next is not null && members.Count < wanted.Count)
        {
            if (!several.Page(session, next, wanted.Count - members.Count).Succeeded(out var hits, out var refusal))
                return refusal;
            members.AddRange(hits.Found.Select(hit => hit.Version).Where(version => (version.Type == "Patient" || version.Patient is not null) && wanted.Has(version, call.Fhir.Service.Search.Options)));
            next = hits.Next;
        }

        return (members, next);
    }
}
