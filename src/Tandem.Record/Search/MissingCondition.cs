using Tandem.Fhir.Definitions;
using Tandem.Fhir.Search;
using Tandem.Kernel.Outcomes;

namespace Tandem.Record.Search;

/// <summary>Whether a resource has a value of the parameter at all: <c>:missing</c> (R4 3.1.1.4.4).</summary>
internal static class MissingCondition
{
    /// <summary>So few different tokens that even of every resource each is asked for sooner than all are gathered.</summary>
    private const int FewTokens = 30;

    internal static Outcome<Condition> Of(string type, MissingClause clause, SearchContext context)
    {
        if (!SearchOffer.Has(type, clause.Parameter) || FullText.FullTextCondition.IsOf(clause.Parameter))
            return Conditions.NotOffered(clause.Parameter, "a search by this parameter");
        if (clause.Parameter.Code is "_id" or "_lastUpdated")
            return Condition.FilterOnly(clause.IsMissing ? "1 = 0" : "1 = 1");
        var param = context.Parameter(type, clause.Parameter);
        var has = clause.Parameter.Type switch
        {
            SearchType.Token => $"({AmongTokens()} OR {Here("search_strings", param)})", // a concept may be of words alone
            SearchType.Uri => AmongTokens(),
            SearchType.Reference => $"({Condition.Exists("search_references t", $"t.rid = d.rid AND {NarrowedReferences.Rows(type, clause.Parameter, context)}")} OR {AmongTokens()})",
            SearchType.String => Here("search_strings", param),
            SearchType.Date => Here("search_dates", param),
            SearchType.Number or SearchType.Quantity => Here("search_numbers", param),
            SearchType.Composite => Among("search_composites", [.. KeptParameters.Of(clause.Parameter).Select(part => context.Parameter(type, part))]),
            _ => Here("search_places", param),
        };
        return Condition.FilterOnly(clause.IsMissing ? $"NOT {has}" : has);

        string AmongTokens() => AnyToken.Filter(type, clause.Parameter, "1 = 1", FewTokens, context);
    }

    private static string Here(string table, string param) => Among(table, param);

    private static string Among(string table, params ReadOnlySpan<string> parameters) =>
        $"({Condition.Exists($"{table} t", $"t.rid = d.rid AND t.param IN ({string.Join(", ", parameters)})")})";
}
