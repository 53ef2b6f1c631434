using Tandem.Fhir.Definitions;
using Tandem.Fhir.Search;
using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Record.Rest;
using Tandem.Record.Search;

namespace Tandem.Record.Operations;

/// <summary>
/// <c>$everything</c>: a patient's or an encounter's compartment, with what its resources refer to outside of it, page by page (R4 Patient-everything,
/// Encounter-everything). Other patients never come along.
/// </summary>
internal static class Everything
{
    private static readonly OperationParameter[] General =
    [
        new("_since", "instant", "Only resources recorded at or after this time."),
        new("_type", "code", "Only resources of these types.", IsList: true),
        new("_count", "integer", "Resources on a page, without what they refer to."),
        new("_cursor", "string", "Where a page begins; from the link of the page before."),
        new("return", "Bundle", "A page as a searchset.", 1, IsOut: true),
    ];

    internal static readonly Operation OfPatient = new()
    {
        Code = "everything",
        Levels = OperationLevels.Type | OperationLevels.Instance,
        Types = ["Patient"],
        Summary = "Everything about a patient, or about all patients, page by page.",
        Follows = "http://hl7.org/fhir/OperationDefinition/Patient-everything",
        Parameters =
        [
            new("start", "date", "Only care on or after this date; resources without a date of care stay."),
            new("end", "date", "Only care on or before this date; resources without a date of care stay."),
            .. General,
        ],
        Run = RunAsync,
    };

    internal static readonly Operation OfEncounter = new()
    {
        Code = "everything",
        Levels = OperationLevels.Instance,
        Types = ["Encounter"],
        Summary = "Everything about an encounter, page by page.",
        Follows = "http://hl7.org/fhir/OperationDefinition/Encounter-everything",
        Parameters = General,
        Run = RunAsync,
    };

    private static async Task<FhirReply> RunAsync(OperationRequest call)
    {
        if (call.Id.Length == 0)
            return await EverythingOfAll.RunAsync(call);
        var service = call.Fhir.Service;
        if (!service.Store.Read(call.Type, call.Id, call.Fhir.Scope, call.Fhir.Limit).Succeeded(out var itself, out var refusal))
            return refusal;
        if (!EverythingWanted.Read(call).Succeeded(out var wanted, out refusal))
            return refusal;
        var page = new MemberPage(call.Fhir, $"{call.Type}/{call.Id}/$everything", call.Kept, call.Looks);
        KeyValuePair<string, string>[] cursor = call.Text("_cursor") is { } text ? [new("_cursor", text)] : [];
        if (!(await page.PlaceAsync(cursor)).Succeeded(out var place, out refusal))
            return refusal;

        var own = place is null && wanted.Has(itself, service.Search.Options) ? [itself] : Array.Empty<ResourceVersion>();
        var room = wanted.Count - own.Length;
        var (from, hits, along) = await service.Store.Database.SnapshotAsync(
            session =>
            {
                var at = place ?? PagePlace.First(session.First(LogTables.LastSeq, row => row.Integer(0)));
                var found = Members(session, call, wanted, at, itself);
                return (at, found, wanted.IsNarrowed
                    ? place is null ? Beyond(session, call, wanted, itself) : []
                    : Along(session, call, itself, [.. place is null ? [itself] : Array.Empty<ResourceVersion>(), .. found.Take(room)]));
            },
            call.Fhir.Limit);
        var isCut = along.Count > CompartmentTargets.Most;
        return await page.WriteAsync(own, hits, isCut ? along[..CompartmentTargets.Most] : along, from, room, isCut: isCut);
    }

    /// <summary>The members that are wanted, read on until a page is full or there are no more.</summary>
    private static List<ResourceVersion> Members(DbSession session, OperationRequest call, EverythingWanted wanted, PagePlace from, ResourceVersion itself)
    {
        var clause = new CompartmentClause(call.Type, call.Id);
        var types = Compartments.Types(call.Type).Where(wanted.IsOf).ToList();
        var (members, at, atOnce) = (new List<ResourceVersion>(), from, Math.Max(wanted.Count, 50));
        while (members.Count <= wanted.Count)
        {
            var read = CompartmentMembers.Page(session, call.Fhir.Scope, clause, types, wanted.Since, at, atOnce);
            members.AddRange(read.Where(version => version.Rid != itself.Rid && (version.Type != "Patient" || call.Type != "Patient") && wanted.IsInTime(version, call.Fhir.Service.Search.Options)));
            if (read.Count <= atOnce)
                break;
            at = at with { Rid = read[^1].Rid };
        }

        if (members.Count > wanted.Count + 1)
            members.RemoveRange(wanted.Count + 1, members.Count - wanted.Count - 1);
        return members;
    }

    /// <summary>What is wanted of what any member refers to, the members that are not wanted too: who asks what is new since a time wants the practitioner of an older encounter who changed.</summary>
    private static List<ResourceVersion> Beyond(DbSession session, OperationRequest call, EverythingWanted wanted, ResourceVersion itself) =>
        CompartmentTargets.Of(session, call.Fhir.Scope, new CompartmentClause(call.Type, call.Id), itself.Rid, [.. R4.ResourceTypes.Where(type => wanted.IsOf(type) && GoesAlong(call, type))], wanted.Since)
            .FindAll(version => IsNoOther(version, itself));

    /// <summary>What a page refers to outside of the compartment.</summary>
    private static List<ResourceVersion> Along(DbSession session, OperationRequest call, ResourceVersion itself, IReadOnlyList<ResourceVersion> page)
    {
        List<IncludeRule> rules = [.. page.Select(version => version.Type).Distinct().Select(type => new IncludeRule(type, null, null, false))];
        var query = new SearchQuery(call.Type, [], new SearchResultOptions { Includes = rules }, []);
        return
        [
            .. new Includes(session, query, call.Fhir.Service.Search.Options, call.Fhir.Service.Store.Entries, call.Fhir.Scope).Of(page)
                .Where(version => GoesAlong(call, version.Type) && IsNoOther(version, itself)),
        ];
    }

    /// <summary>People, places, organisations, medications; of patients only the encounter's own.</summary>
    private static bool GoesAlong(OperationRequest call, string type) => type == "Patient" ? call.Type == "Encounter" : R4.PatientCompartment(type).Count == 0;

    private static bool IsNoOther(ResourceVersion version, ResourceVersion itself) => version.Type != "Patient" || version.Id == itself.Patient;
}
