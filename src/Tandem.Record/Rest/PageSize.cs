using Tandem.Fhir.Search;
using Tandem.Kernel.Outcomes;

namespace Tandem.Record.Rest;

/// <summary>How many entries a page has: <c>_count</c> within the limits (R4 3.1.1.4.17).</summary>
internal static class PageSize
{
    internal static Outcome<int> Of(FhirRequest request)
    {
        var limits = request.Service.Limits;
        if (!request.Http.Request.Query.TryGetValue("_count", out var text))
            return limits.PageSize;
        return SearchResultOptions.CountOf(text.ToString()) is { } count
            ? Math.Min(count, limits.MostPerPage)
            : Refusal.Invalid("", new RefusalDetail("value", "_count has to be a whole number of 0 or more."));
    }
}
