using Tandem.Fhir.Definitions;
using Tandem.Fhir.Search;
using Tandem.Fhir.Views;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
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
        Levels = OperationLevels.Instance,
        Types = ["Patient"],
        Summary = "Everything about a patient, page by page.",
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
        var service = call.Fhir.Service;
        if (!service.Store.Read(call.Type, call.Id, call.Fhir.Scope).Succeeded(out var itself, out var refusal))
            return refusal;
        if (!Wanted.Read(call).Succeeded(out var wanted, out refusal))
            return refusal;
        var kept = QueryPairs.Write(call.Arguments.Where(argument => argument.Name != "_cursor" && argument.Text is not null)
            .Select(argument => new KeyValuePair<string, string>(argument.Name, argument.Text!)));
        var page = new MemberPage(call.Fhir, $"{call.Type}/{call.Id}/$everything", kept);
        KeyValuePair<string, string>[] cursor = call.Text("_cursor") is { } text ? [new("_cursor", text)] : [];
        if (!(await page.PlaceAsync(cursor)).Succeeded(out var place, out refusal))
            return refusal;

        var own = place is null && wanted.Has(itself, service.Search.Options) ? [itself] : Array.Empty<ResourceVersion>();
        var (from, hits, along) = service.Store.Database.Snapshot(session =>
        {
            var at = place ?? PagePlace.First(session.First(LogTables.LastSeq, row => row.Integer(0)));
            var found = Members(session, call, wanted, at, itself);
            return (at, found, Along(session, call, itself, [.. place is null ? [itself] : Array.Empty<ResourceVersion>(), .. found.Take(wanted.Count)]));
        });
        return await page.WriteAsync(own, hits, along, from, wanted.Count);
    }

    /// <summary>The members that are wanted, read on until a page is full or there are no more.</summary>
    private static List<ResourceVersion> Members(DbSession session, OperationRequest call, Wanted wanted, PagePlace from, ResourceVersion itself)
    {
        var clause = new CompartmentClause(call.Type, call.Id);
        var types = Compartments.Types(call.Type).Where(wanted.IsOf).ToList();
        var (members, at) = (new List<ResourceVersion>(), from);
        while (members.Count <= wanted.Count)
        {
            var read = CompartmentMembers.Page(session, call.Fhir.Scope, clause, types, wanted.Since, at, Math.Max(wanted.Count, 50));
            members.AddRange(read.Where(version => version.Rid != itself.Rid && (version.Type != "Patient" || call.Type != "Patient") && wanted.IsInTime(version, call.Fhir.Service.Search.Options)));
            if (read.Count <= Math.Max(wanted.Count, 50))
                break;
            at = at with { Rid = read[^1].Rid };
        }

        if (members.Count > wanted.Count + 1)
            members.RemoveRange(wanted.Count + 1, members.Count - wanted.Count - 1);
        return members;
    }

    /// <summary>What the page refers to outside of the compartment: people, places, organisations, medications; of patients only the encounter's own.</summary>
    private static List<ResourceVersion> Along(DbSession session, OperationRequest call, ResourceVersion itself, IReadOnlyList<ResourceVersion> page)
    {
        List<IncludeRule> rules = [.. page.Select(version => version.Type).Distinct().Select(type => new IncludeRule(type, null, null, false))];
        var query = new SearchQuery(call.Type, [], new SearchResultOptions { Includes = rules }, []);
        var types = call.Texts("_type");
        return
        [
            .. new Includes(session, query, call.Fhir.Service.Search.Options, call.Fhir.Scope).Of(page).Where(version =>
                (types.Count == 0 || types.Contains(version.Type))
                && (version.Type == "Patient" ? call.Type == "Encounter" && version.Id == itself.Patient : R4.PatientCompartment(version.Type).Count == 0)),
        ];
    }

    /// <summary>What a call wants.</summary>
    private sealed record Wanted(int Count, IReadOnlyList<string> Types, DateTimeOffset? Since, long? Start, long? End)
    {
        private static readonly HashSet<string> OfCare = new(StringComparer.Ordinal)
        {
            "date", "onset-date", "authored", "authored-on", "authoredon", "effective", "effective-time", "issued", "performed", "period", "whenhandedover", "whenprepared", "collected",
            "created", "billable-period-start", "occurrence", "start-date", "sent", "started", "recorded", "recorded-date",
        };

        internal static Outcome<Wanted> Read(OperationRequest call)
        {
            var limits = call.Fhir.Service.Limits;
            if (!uint.TryParse(call.Text("_count") ?? $"{limits.PageSize}", System.Globalization.CultureInfo.InvariantCulture, out var count) || count == 0)
                return Refusal.Invalid("", new RefusalDetail("value", "_count has to be a whole number above 0."));
            if (call.Texts("_type").FirstOrDefault(type => !R4.IsResourceType(type)) is { } unknown)
                return Refusal.Invalid("", new RefusalDetail("value", $"FHIR R4 has no resource type of this name: {FhirRequest.Shown(unknown)}."));
            var times = new Dictionary<string, FhirDateTime>(StringComparer.Ordinal);
            foreach (var name in new[] { "_since", "start", "end" })
            {
                if (call.Text(name) is not { } text)
                    continue;
                if (!FhirDateTime.TryParse(text.Replace(' ', '+'), out var time))
                    return Refusal.Invalid("", new RefusalDetail("value", $"{name} has to be a date or an instant."));
                times[name] = time;
            }

            var zone = call.Fhir.Service.Search.Options.Zone;
            return new Wanted(
                (int)Math.Min(count, (uint)limits.MostPerPage),
                call.Texts("_type"),
                times.TryGetValue("_since", out var since) ? since.Low(zone) : null,
                times.TryGetValue("start", out var start) ? start.Interval(zone).Low : null,
                times.TryGetValue("end", out var end) ? end.Interval(zone).High : null);
        }

        internal bool IsOf(string type) => Types.Count == 0 || Types.Contains(type);

        internal bool Has(ResourceVersion version, SearchIndexOptions options) =>
            IsOf(version.Type) && (Since is null || version.At >= Since) && (version.Type == "Patient" || IsInTime(version, options));

        /// <summary>True when a date of care lies in the span, or there is none.</summary>
        internal bool IsInTime(ResourceVersion version, SearchIndexOptions options)
        {
            if (Start is null && End is null)
                return true;
            var values = new SearchValueList();
            SearchIndexValues.Read(version.Root, version.Type, options, values);
            var any = false;
            foreach (var value in values.Span)
            {
                if (value.Kind != SearchType.Date || SiteSearchParameter.Owns(value.ParameterId) || !OfCare.Contains(R4.AllSearchParameters[value.ParameterId].Code))
                    continue;
                any = true;
                if ((Start is null || value.High > Start) && (End is null || value.Low < End))
                    return true;
            }

            return !any;
        }
    }
}
