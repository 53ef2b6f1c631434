using Tandem.Fhir.Definitions;
using Tandem.Fhir.Search;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Search;
using Tandem.Record.Search.FullText;

namespace Tandem.Record.Access;

/// <summary>
/// Searches by what is not shown: a national identifier is not found by its value, and what could tell of it by another way (modifiers, words, a site's own parameters) is refused by
/// the role alone, whatever is there. The other hidden parts have no search parameter.
/// </summary>
internal static class HiddenValues
{
    /// <summary>Parameters that find identifiers and are not called so.</summary>
    private static readonly string[] Others = ["requisition", "accession", "related-id"];

    /// <summary>Why a clause cannot be asked by who is not shown a part; null when it can.</summary>
    internal static Refusal? Refused(SearchClause clause, IReadOnlyList<string> hidden) => !hidden.Contains(HiddenPart.NationalIdentifier) ? null : clause switch
    {
        ParameterClause plain when IsTelling(plain.Parameter) || plain.Modifier == SearchModifier.Identifier => No(plain.Parameter),
        ParameterClause plain when FindsIdentifiers(plain.Parameter) && plain.Modifier != SearchModifier.None => No(plain.Parameter),
        MissingClause missing when FindsIdentifiers(missing.Parameter) || IsTelling(missing.Parameter) => No(missing.Parameter),
        _ => null,
    };

    /// <summary>The condition of a clause, held against identifiers that are shown.</summary>
    internal static Condition Shown(string type, SearchClause clause, Condition condition, SearchContext context)
    {
        if (clause is not ParameterClause plain || !context.Hidden.Contains(HiddenPart.NationalIdentifier) || !FindsIdentifiers(plain.Parameter))
            return condition;
        var param = context.Parameter(type, plain.Parameter);
        return condition.And(Condition.Exists(
            "search_tokens h", $"h.param = {param} AND h.rid = d.rid AND {TokenCondition.Any(plain.Values, "h", context)} AND {NationalIdentifier.NoneIn(param)}"));
    }

    /// <summary>True for the name of a parameter (with its modifier) that asks for an identifier.</summary>
    internal static bool AreAskedBy(string name) =>
        name.Contains("identifier", StringComparison.Ordinal) || Others.Contains(name.Split(':')[0], StringComparer.Ordinal);

    private static bool FindsIdentifiers(SearchParameter parameter) =>
        parameter.Type == SearchType.Token && AreAskedBy(parameter.Code);

    private static bool IsTelling(SearchParameter parameter) => FullTextCondition.IsOf(parameter)
        || (SiteSearchParameter.Owns(parameter.Id) && parameter.Type is not (SearchType.Date or SearchType.Number or SearchType.Quantity or SearchType.Reference));

    private static Refusal No(SearchParameter parameter) => Refusal.Invalid("", new RefusalDetail(
        "not-supported", $"{parameter.Code}: some identifiers are not shown to your role, and this form of search could tell of them. Search by identifier=system|value, or by name."));
}
