using Tandem.Fhir.Search;
using Tandem.Kernel.Outcomes;

namespace Tandem.Record.Search;

/// <summary>What a search may ask for at most, whatever it searches.</summary>
internal static class SearchLimits
{
    /// <summary>Where an estimate stops counting.</summary>
    internal const int EstimateUpTo = 10_000;

    private const int MostClauses = 40;
    private const int MostValues = 200;
    private const int MostSortKeys = 4;

    /// <summary>Refuses a search that asks for more than that.</summary>
    internal static Refusal? TooCostly(SearchQuery query)
    {
        var many = query.Clauses.OfType<ParameterClause>()
            .Any(clause => clause.Values.Count > MostValues && clause.Values.Any(value => value is not TokenOperand { Match: TokenMatch.Code }));
        return many || query.Clauses.Count > MostClauses || query.Result.Sort.Count > MostSortKeys
            ? Refusal.Invalid("", new RefusalDetail("too-costly", $"At most {MostClauses} parameters with {MostValues} values each and {MostSortKeys} sort keys."))
            : null;
    }
}
