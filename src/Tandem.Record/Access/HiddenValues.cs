using Tandem.Fhir.Definitions;
using Tandem.Fhir.Search;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Search;
using Tandem.Record.Search.FullText;

namespace Tandem.Record.Access;

/// <summary>
/// Searches by what is not shown: a national identifier is not found by its value, and what could tell of it by another way (modifiers) is refused by the role alone, whatever is there. The
/// other hidden parts have no search parameter of the specification, but what is about words (full text, a site's own parameters) could tell of any part, in a resource or in one that it contains.
/// </summary>
internal static class HiddenValues
{
    /// <summary>Parameters that find identifiers and are not called so.</summary>
    private static readonly string[] Others = ["requisition", "accession", "related-id"];

    /// <summary>Why a clause cannot be asked by who is not shown a part; null when it can.</summary>
    internal static Refusal? Refused(SearchClause clause, IReadOnlyList<string> hidden)
    {
        var isNational = hidden.Contains(HiddenPart.NationalIdentifier);
        return clause switch
        {
            ParameterClause plain when IsTelling(plain.Parameter) || (isNational && plain.Modifier == SearchModifier.Identifier) => No(plain.Parameter),
            ParameterClause plain when isNational && FindsIdentifiers(plain.Parameter) && plain.Modifier != SearchModifier.None => No(plain.Parameter),
            MissingClause missing when IsTelling(missing.Parameter) || (isNational && FindsIdentifiers(missing.Parameter)) => No(missing.Parameter),
            _ => null,
        };
    }

    /// <summary>Why hits cannot be sorted for who is not shown a part: the order tells between which others its value lies. Null when they can.</summary>
    internal static Refusal? Unsorted(SearchParameter parameter, IReadOnlyList<string> hidden) => hidden.Count > 0 && IsTelling(parameter) ? No(parameter) : null;

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
        "not-supported", $"{parameter.Code}: parts of resources are not shown to your role, and this form of search could tell of them. Search by identifier=system|value, or by name."));
}
