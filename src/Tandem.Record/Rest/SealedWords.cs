using Tandem.Fhir.Definitions;
using Tandem.Fhir.Search;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Search;

namespace Tandem.Record.Rest;

/// <summary>
/// Searches by words do not look at what lies closed (counselling notes, secrets of subscriptions), so they say so, whether there is anything closed or not: the answer may be incomplete, and nobody
/// learns of a note by it. Who asks to be followed strictly is refused (R4 3.1.1.1, handling).
/// </summary>
internal static class SealedWords
{
    private static readonly RefusalDetail Note = new(
        "incomplete", "What lies closed, such as counselling notes, is not found by words (_text, _content, strings, addresses, composites). Search for it by codes, dates or references.");

    /// <summary>What to say of searches; null when they look at everything.</summary>
    internal static RefusalDetail? Of(FhirRequest request, IEnumerable<SearchQuery> queries)
    {
        var closed = request.Service.Store.SealedTypes;
        return closed.Count > 0 && queries.Any(query => query.Clauses.Any(clause => Asks(clause, closed, closed.Contains(query.ResourceType) || query.Result.Contained != ContainedMode.False))) ? Note : null;
    }

    /// <summary>Why a search is not made that asks to be followed strictly; null when it can be.</summary>
    internal static Refusal? Refused(FhirRequest request, IEnumerable<SearchQuery> queries) =>
        PreferHeader.IsStrict(request.Http.Request.Headers) && Of(request, queries) is { } note ? Refusal.Invalid("", note with { Code = "not-supported" }) : null;

    /// <param name="clause">The clause.</param>
    /// <param name="closed">Types of which some lie closed.</param>
    /// <param name="mayBeClosed">True when what it looks for may lie closed, or in what lies closed.</param>
    private static bool Asks(SearchClause clause, IReadOnlySet<string> closed, bool mayBeClosed) => clause switch
    {
        ParameterClause { Parameter: var parameter } => mayBeClosed && IsWords(parameter),
        MissingClause { Parameter: var parameter } => mayBeClosed && IsWords(parameter),
        // what lies closed may contain what the chain looks for
        ChainClause chain => chain.Targets.Any(target => Asks(target.Clause, closed, mayBeClosed || closed.Contains(target.ResourceType))),
        HasClause has => Asks(has.Clause, closed, closed.Contains(has.ResourceType)),
        FilterClause filter => filter.Parts.Any(part => Asks(part, closed, mayBeClosed)),
        _ => false,
    };

    private static bool IsWords(SearchParameter parameter) => parameter.Type is SearchType.String or SearchType.Uri or SearchType.Composite || parameter.Code is "_text" or "_content";
}
