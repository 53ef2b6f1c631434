using Tandem.Fhir.Definitions;
using Tandem.Fhir.Search;
using Tandem.Record.Search.FullText;

namespace Tandem.Record.Search;

/// <summary>Which search parameters can be used: what is said of this server and what it refuses follow from one list.</summary>
internal static class SearchOffer
{
    /// <summary>The parameters of a type that have rows in the index.</summary>
    internal static IReadOnlyList<SearchParameter> Of(string type)
    {
        var without = SearchIndexValues.WithoutPlan(type).Select(pair => pair.Parameter.Id).ToHashSet();
        return [.. R4.SearchParameters(type).Where(parameter => IsOffered(parameter, without))];
    }

    /// <summary>True when this parameter of this type can be used.</summary>
    internal static bool Has(string type, SearchParameter parameter) =>
        parameter.Code is "_id" or "_lastUpdated" || FullTextCondition.IsOf(parameter) || !SearchIndexValues.WithoutPlan(ContainedTypes.Plain(type)).Any(pair => pair.Parameter.Id == parameter.Id);

    private static bool IsOffered(SearchParameter parameter, HashSet<ushort> without) =>
        parameter.Code is "_id" or "_lastUpdated" || FullTextCondition.IsOf(parameter) || !without.Contains(parameter.Id);
}
