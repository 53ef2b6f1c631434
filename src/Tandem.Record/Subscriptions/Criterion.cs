using Tandem.Fhir.Definitions;
using Tandem.Fhir.Search;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Record.Search;

namespace Tandem.Record.Subscriptions;

/// <summary>A version with the values it can be found by, read when first asked for: the same extraction that feeds the search index.</summary>
internal sealed class IndexedVersion(ResourceVersion version, SearchIndexOptions options)
{
    private SearchValueList? values;

    internal ResourceVersion Version => version;

    internal SearchIndexOptions Options => options;

    internal ReadOnlySpan<SearchValue> Values
    {
        get
        {
            if (values is null)
            {
                values = new SearchValueList();
                SearchIndexValues.Read(version.Root, version.Type, options, values);
            }

            return values.Span;
        }
    }
}

/// <summary>A query that is held against one version at a time, with the answer that the search would give.</summary>
internal sealed class Criterion
{
    private readonly IReadOnlyList<SearchClause> clauses;

    private Criterion(string type, IReadOnlyList<SearchClause> clauses) => (Type, this.clauses) = (type, clauses);

    /// <summary>The resource type it is about.</summary>
    internal string Type { get; }

    /// <summary>Reads <c>Type?query</c> or <c>query</c>; refuses what cannot be told from the resource alone.</summary>
    internal static Outcome<Criterion> Read(string type, string text)
    {
        var question = text.IndexOf('?', StringComparison.Ordinal);
        if (question > 0 && text[..question] != type)
            return Wrong($"The criteria are about {text[..question]}, but {type} is meant.");
        var pairs = Rest.QueryPairs.Read(text[(question + 1)..]);
        var query = SearchQuery.Parse(type, pairs);
        if (query.Problems.Count > 0)
            return Wrong(query.Problems[0].Reason);
        if (query.Clauses.Count == 0 || query.Clauses.Count != pairs.Count)
            return Wrong("The criteria have to be search parameters with values and nothing else.");
        foreach (var clause in query.Clauses)
        {
            if (Unfit(type, clause) is { } reason)
                return Wrong(reason);
        }

        return new Criterion(type, query.Clauses);
    }

    /// <summary>True when a search for the criteria would find this version, were it the current one.</summary>
    internal bool Matches(IndexedVersion version) => version.Version.Type == Type && clauses.All(clause => ClauseMatch.Holds(clause, version));

    private static string? Unfit(string type, SearchClause clause)
    {
        if (clause is not (ParameterClause or MissingClause))
            return "Chains and _has look at other resources; criteria of subscriptions look at the resource alone.";
        var parameter = clause is ParameterClause plain ? plain.Parameter : ((MissingClause)clause).Parameter;
        if (!SearchOffer.Has(type, parameter) || Search.FullText.FullTextCondition.IsOf(parameter) || parameter.Type is SearchType.Composite or SearchType.Special)
            return $"{parameter.Code} cannot be used in criteria of subscriptions.";
        return clause is ParameterClause { Modifier: not SearchModifier.None } modified && !ClauseMatch.Takes(modified)
            ? $"{parameter.Code}: this modifier cannot be used in criteria of subscriptions."
            : null;
    }

    private static Refusal Wrong(string text) => Refusal.Unprocessable("", new RefusalDetail("not-supported", text));
}
