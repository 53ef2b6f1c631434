using Tandem.Fhir.Search;
using Tandem.Fhir.Views;
using Tandem.Kernel.Actors;
using Tandem.Record.Log;
using Tandem.Record.Search;
using Tandem.Record.Subscriptions;
using Tandem.Record.Validation;

namespace Tandem.Record.Access;

/// <summary>The query of a grant, as in a granular SMART scope: <c>patient/Observation.rs?category=laboratory</c> (SMART 2.2, finer-grained scopes).</summary>
public static class GrantQuery
{
    /// <summary>What is wrong with a query of a type, or null: it may hold search parameters that look at the resource alone.</summary>
    public static string? Problem(string type, string query)
    {
        var parsed = SearchQuery.Parse(type, query);
        if (parsed.Problems.Count > 0)
            return parsed.Problems[0].Reason;
        var pairs = Rest.QueryPairs.Read(query);
        if (parsed.Clauses.Count == 0 || parsed.Clauses.Count != pairs.Count)
            return "Only search parameters with values can limit what is allowed.";
        if (parsed.Clauses.Any(Search.FullText.FullTextCondition.IsAsked))
            return "Words are read a moment after the write, so they cannot limit what is allowed.";
        return parsed.Clauses.FirstOrDefault(clause => clause is not (ParameterClause or MissingClause)) is null
            ? null
            : "Chains, lists and _has look at other resources; what is allowed is told from the resource alone.";
    }

    /// <summary>True when some grant asks for values of a resource of the type, which only the search index or the resource itself can tell.</summary>
    internal static bool IsAsked(Reach reach, string type)
    {
        foreach (var layer in reach.Layers)
        {
            foreach (var grant in layer.Grants)
            {
                if (grant.Query.Length > 0 && grant.Covers(type))
                    return true;
            }
        }

        return false;
    }

    /// <summary>What of a limited reach is left for an earlier version, of which the index tells nothing: grants with a query are for those that fulfil it too, as far as that can be told.</summary>
    internal static Reach LeftFor(ResourceVersion version, Reach reach)
    {
        var seen = new IndexedVersion(version, SearchIndexOptions.Default);
        var layers = reach.Layers.Select(layer => layer with { Grants = [.. layer.Grants.Where(grant => grant.Query.Length == 0 || !grant.Covers(version.Type) || Holds(grant))] }).ToList();
        return layers.Skip(1).Aggregate(Reach.Limited(layers[0]), (left, layer) => left.Within(layer));

        bool Holds(Grant grant) => !version.Deleted && Criterion.Read(version.Type, grant.Query).Succeeded(out var criterion, out _) && criterion.Matches(seen);
    }

    /// <summary>The query on <c>d.rid</c>; a query with a problem allows nothing.</summary>
    internal static string Condition(string type, string query, SearchContext context)
    {
        if (Problem(type, query) is not null)
            return ReachCondition.None;
        var shared = context with { Terminology = new SearchTerminology(context.Session, PackagedDefinitions.None) }; // what is allowed does not hang on the files of a node
        var filters = new List<string>();
        foreach (var clause in SearchQuery.Parse(type, query).Clauses)
        {
            if (!Conditions.Of(type, clause, shared).Succeeded(out var condition, out _))
                return ReachCondition.None;
            filters.Add(condition.Filter);
        }

        return $"({string.Join(" AND ", filters)})";
    }
}
