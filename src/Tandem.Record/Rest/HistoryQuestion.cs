using Tandem.Fhir.Views;
using Tandem.Kernel.Outcomes;

namespace Tandem.Record.Rest;

/// <summary>What a history asks for (R4 3.1.0.12).</summary>
/// <param name="Count">How many versions go on a page.</param>
/// <param name="Since">Only versions of this moment or later; null for all.</param>
/// <param name="At">Only versions that were current at some time in this; null for all.</param>
/// <param name="IsCounted">Whether all versions are counted.</param>
/// <param name="Listed">What Lists name; null for everything.</param>
/// <param name="IsOldestFirst">The order.</param>
internal sealed record HistoryQuestion(int Count, FhirDateTime? Since, FhirDateTime? At, bool IsCounted, ListedVersions? Listed, bool IsOldestFirst)
{
    /// <summary>Reads a request's parameters; a refusal when they cannot be followed, whatever is in the record.</summary>
    internal static Outcome<HistoryQuestion> Read(FhirRequest request)
    {
        if (((request.Type.Length > 0 ? request.UnknownType() : null) ?? request.UnknownParameters("_count", "_since", "_at", "_cursor", "_total", "_list", "_sort")) is { } wrong)
            return wrong;
        if (!PageSize.Of(request).Succeeded(out var count, out var refusal)
            || !Time(request, "_since").Succeeded(out var since, out refusal)
            || !Time(request, "_at").Succeeded(out var at, out refusal)
            || !CountsAll(request, count).Succeeded(out var isCounted, out refusal)
            || !Lists(request).Succeeded(out var listed, out refusal)
            || !BeginsWithOldest(request).Succeeded(out var isOldestFirst, out refusal))
        {
            return refusal;
        }

        return new HistoryQuestion(count, since, at, isCounted, listed, isOldestFirst);
    }

    /// <summary>A resource's versions are few and always counted; those of a type or of all where they are asked for (<c>_total</c>, <c>_count=0</c>), as the log is long.</summary>
    private static Outcome<bool> CountsAll(FhirRequest request, int count)
    {
        if (!request.Http.Request.Query.TryGetValue("_total", out var total))
            return request.Id.Length > 0 || count == 0;
        return total.ToString() is "none" or "estimate" or "accurate"
            ? total.ToString() != "none"
            : Refusal.Invalid("", new RefusalDetail("value", "_total is one of none, estimate, accurate."));
    }

    /// <summary>The order: by when the versions were recorded, newest first unless the oldest are wanted first.</summary>
    private static Outcome<bool> BeginsWithOldest(FhirRequest request) => request.Http.Request.Query["_sort"].ToString() switch
    {
        "" or "-_lastUpdated" => false,
        "_lastUpdated" => true,
        _ => Refusal.Invalid("", new RefusalDetail("not-supported", "A history is sorted by _lastUpdated or -_lastUpdated.")),
    };

    private static Outcome<ListedVersions?> Lists(FhirRequest request)
    {
        if (!request.Http.Request.Query.TryGetValue("_list", out var list))
            return (ListedVersions?)null;
        return list is [{ Length: > 0 } one]
            ? ListedVersions.Of(request.Type, one).Then<ListedVersions?>(listed => listed)
            : Refusal.Invalid("", new RefusalDetail("value", "_list is given once, with the ids of Lists or the name of one, such as $current-problems."));
    }

    private static Outcome<FhirDateTime?> Time(FhirRequest request, string name)
    {
        if (!request.Http.Request.Query.TryGetValue(name, out var text))
            return (FhirDateTime?)null;
        return FhirDateTime.TryParse(text.ToString().Replace(' ', '+'), out var time)
            ? (FhirDateTime?)time
            : Refusal.Invalid("", new RefusalDetail("value", $"{name} has to be a date or an instant, such as 2026-03-02T15:00:00Z."));
    }
}
