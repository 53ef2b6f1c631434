using Tandem.Fhir.Definitions;
using Tandem.Fhir.Search;
using Tandem.Kernel.Outcomes;

namespace Tandem.Record.Search;

/// <summary>
/// What stands for several other parameters has no rows of its own but is searched for as those: Observation.combo-code is code or
/// component-code. Each value is then kept once.
/// </summary>
internal static class KeptParameters
{
    private const string Combined = "combo-";

    private static readonly HashSet<ushort> NotKept = [.. R4.AllSearchParameters.Where(parameter => Of(parameter).Count > 1).Select(parameter => parameter.Id)];

    /// <summary>The parameters that have the rows.</summary>
    internal static IReadOnlyList<SearchParameter> Of(SearchParameter parameter)
    {
        if (parameter.Base != "Observation" || !parameter.Code.StartsWith(Combined, StringComparison.Ordinal))
            return [parameter];
        var (all, rest) = (R4.SearchParameters("Observation"), parameter.Code[Combined.Length..]);
        return all.Find(rest) is { } own && all.Find("component-" + rest) is { } component ? [own, component] : [parameter];
    }

    /// <summary>True when a parameter has rows of its own.</summary>
    internal static bool Has(ushort parameter) => !NotKept.Contains(parameter);

    /// <summary>The same clause on each of the parameters that have the rows; null when that is the clause's own parameter.</summary>
    internal static Outcome<Condition>? Condition(string type, SearchClause clause, SearchContext context) => clause switch
    {
        ParameterClause { Parameter.Type: not SearchType.Composite } plain when !Has(plain.Parameter.Id) => Together(
            type, Of(plain.Parameter).Select(part => plain with { Parameter = part }), plain.Modifier is SearchModifier.Not or SearchModifier.NotIn, context),
        MissingClause { Parameter.Type: not SearchType.Composite } missing when !Has(missing.Parameter.Id) => Together(
            type, Of(missing.Parameter).Select(part => missing with { Parameter = part }), missing.IsMissing, context),
        _ => (Outcome<Condition>?)null,
    };

    private static Outcome<Condition> Together(string type, IEnumerable<SearchClause> clauses, bool isEach, SearchContext context) => Conditions.Each(type, clauses, context).Then<Condition>(
        parts => isEach ? Search.Condition.FilterOnly($"({string.Join(" AND ", parts.Select(part => $"({part.Filter})"))})") : Search.Condition.Any(parts));
}
