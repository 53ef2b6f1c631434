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
    private const int MostTogether = 2000;
    private const int MostSortKeys = 4;

    /// <summary>A pattern of SQLite has 50,000 bytes, in which any of these characters may take three and a sign before them.</summary>
    private const int LongestPattern = 10_000;

    /// <summary>A statement of SQLite has 32,766 values; some are left for the page.</summary>
    private const int MostArguments = 30_000;

    /// <summary>Refuses a search that asks for more than that.</summary>
    internal static Refusal? TooCostly(SearchQuery query)
    {
        var (together, most, longest) = (0, 0, 0);
        foreach (var clause in query.Clauses)
            Count(clause, ref together, ref most, ref longest);
        if (longest > LongestPattern)
            return Costly($"A text that is looked for within or at the end of others has at most {LongestPattern:N0} characters.");
        return most > MostValues || together > MostTogether || query.Clauses.Count > MostClauses || query.Result.Sort.Count > MostSortKeys
            ? Costly(
                $"At most {MostClauses} parameters with {MostValues} values each and {MostTogether:N0} in all, a chain's once for each type it may lead to, besides codes without a system; and {MostSortKeys} sort keys. "
                + "Ask for the rest by another search.")
            : null;
    }

    /// <summary>Refuses a search whose statement has more values than one may have.</summary>
    internal static Refusal? TooCostly(SqlArguments arguments) =>
        arguments.Count > MostArguments ? Costly($"The search stands for more than {MostArguments:N0} values, those of its value sets among them. Ask for some of them by another search.") : null;

    /// <summary>Counts values that each are a condition of their own; codes without a system are one together.</summary>
    private static void Count(SearchClause clause, ref int together, ref int most, ref int longest)
    {
        switch (clause)
        {
            case ParameterClause plain:
                var own = 0;
                foreach (var value in plain.Values)
                {
                    if (value is not TokenOperand { Match: TokenMatch.Code })
                        own++;
                    if (value is StringOperand text && plain.Modifier is SearchModifier.Contains or SearchModifier.EndsWith)
                        longest = Math.Max(longest, text.Normalised.Length);
                }

                (together, most) = (together + own, Math.Max(most, own));
                break;
            case ChainClause chain:
                foreach (var target in chain.Targets)
                    Count(target.Clause, ref together, ref most, ref longest);
                break;
            case HasClause has:
                Count(has.Clause, ref together, ref most, ref longest);
                break;
            case FilterClause filter:
                foreach (var part in filter.Parts)
                    Count(part, ref together, ref most, ref longest);
                break;
        }
    }

    /// <summary>Refuses a search that asks for too much.</summary>
    internal static Refusal Costly(string reason) => Refusal.Invalid("", new RefusalDetail("too-costly", reason));
}
