using Tandem.Fhir.Definitions;
using Tandem.Fhir.Search;
using Tandem.Fhir.Views;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Record.Rest;

namespace Tandem.Record.Operations;

/// <summary>What a call of <c>$everything</c> wants.</summary>
internal sealed record EverythingWanted(int Count, IReadOnlyList<string> Types, DateTimeOffset? Since, long? Start, long? End)
{
    private static readonly HashSet<string> OfCare = new(StringComparer.Ordinal)
    {
        "date", "onset-date", "authored", "authored-on", "authoredon", "effective", "effective-time", "issued", "performed", "period", "whenhandedover", "whenprepared", "collected",
        "created", "billable-period-start", "occurrence", "start-date", "sent", "started", "recorded", "recorded-date",
    };

    internal static Outcome<EverythingWanted> Read(OperationRequest call)
    {
        var limits = call.Fhir.Service.Limits;
        if (!uint.TryParse(call.Text("_count") ?? $"{limits.PageSize}", System.Globalization.CultureInfo.InvariantCulture, out var count) || count == 0)
            return Refusal.Invalid("", new RefusalDetail("value", "_count has to be a whole number above 0."));
        if (call.WithoutValue("_type").FirstOrDefault() is { } empty)
            return Refusal.Invalid("", empty);
        if (call.Fhir.Shape.Summary == SummaryMode.Count) // of searches only (R4 3.1.1.5.8)
            return Refusal.Invalid("", new RefusalDetail("not-supported", "$everything gives resources and does not count them: leave _summary=count out."));
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
        return new EverythingWanted(
            (int)Math.Min(count, (uint)limits.MostPerPage),
            call.Texts("_type"),
            times.TryGetValue("_since", out var since) ? since.Low(zone) : null,
            times.TryGetValue("start", out var start) ? start.Interval(zone).Low : null,
            times.TryGetValue("end", out var end) ? end.Interval(zone).High : null);
    }

    /// <summary>True when not all is wanted that is in the compartment and goes along with it.</summary>
    internal bool IsNarrowed => Types.Count > 0 || Since is not null;

    internal bool IsOf(string type) => Types.Count == 0 || Types.Contains(type);

    internal bool IsRecent(ResourceVersion version) => Since is null || version.At >= Since;

    internal bool Has(ResourceVersion version, SearchIndexOptions options) =>
        IsOf(version.Type) && IsRecent(version) && (version.Type == "Patient" || IsInTime(version, options));

    /// <summary>True when a date of care lies in the span, or there is none.</summary>
    internal bool IsInTime(ResourceVersion version, SearchIndexOptions options)
    {
        if (Start is null && End is null)
            return true;
        var values = new SearchValueList();
        SearchIndexValues.Read(version.Root, version.Type, options, values, SearchType.Date);
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
