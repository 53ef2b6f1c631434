using Tandem.Fhir.Search;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Access;
using Tandem.Record.Log;

namespace Tandem.Record.Search;

/// <summary>
/// What a search finds among contained resources (R4 3.1.1.5.5) and, where both are asked for, among resources of their own: queries of numbers, those of contained ones below zero. What
/// is contained is reached, labelled and consented to as the resource around it is.
/// </summary>
/// <param name="Context">What the statements are made with.</param>
/// <param name="Drive">How the contained resources that fit are found; a number may come more than once.</param>
/// <param name="Own">The same of resources of their own; null where they are not asked for.</param>
/// <param name="Reached">What the resource around (<c>r</c>) has to fulfil, with AND before it; empty for nothing.</param>
internal sealed record ContainedFindings(SearchContext Context, Drive Drive, string? Own, string Reached)
{
    /// <summary>Compiles the conditions of a search.</summary>
    /// <param name="query">The search.</param>
    /// <param name="context">What the statements are made with.</param>
    /// <param name="withOwn">True to find resources of their own by the same statement.</param>
    internal static Outcome<ContainedFindings> Of(SearchQuery query, SearchContext context, bool withOwn)
    {
        if (SearchLimits.TooCostly(query) is { } costly)
            return costly;
        if (!Conditions.FoundBy(ContainedTypes.Of(query.ResourceType), query.Clauses, context).Succeeded(out var within, out var refusal))
            return refusal;
        string? own = null;
        if (withOwn && !Conditions.Found(query.ResourceType, query.Clauses, context).Succeeded(out own, out refusal))
            return refusal;
        var reached = context.Reach == Reach.Everyone ? ""
            : $" AND {ReachCondition.Among("SELECT x.rid, x.type, x.patient FROM resources x WHERE x.rid = r.rid", ReachCondition.Of(context.Reach, Interactions.Search, null, context))}";
        return SearchLimits.TooCostly(context.Arguments) is { } large ? large : new ContainedFindings(context, within, own, reached);
    }

    /// <summary>A query of one column rid: all contained resources that fit.</summary>
    internal string Within => Drive.Rows;

    /// <summary>
    /// A query of one column rid: of the contained resources that fit the next, in the order in which the resources around were recorded. Null where they are found in another order (by words and
    /// spans of time, through chains): then all have to be gathered first.
    /// </summary>
    /// <param name="before">Only numbers below this one, as SQL.</param>
    /// <param name="most">At most so many, as SQL.</param>
    internal string? Next(string before, string most)
    {
        if (Drive.Key is not null || Drive.IsWhole)
            return null;
        var arms = Drive.Arms.Select(arm => $"SELECT d.rid FROM {arm.From} WHERE {arm.Where} AND d.rid < {before} ORDER BY d.rid DESC LIMIT {most}").ToList();
        return arms is [var only] ? only : $"SELECT w.rid FROM ({Drive.Together([.. arms.Select((arm, at) => $"SELECT w{at}.rid FROM ({arm}) w{at}")])}) w ORDER BY w.rid DESC LIMIT {most}";
    }

    /// <summary>Joins the resource around (<c>r</c>, its current version <c>l</c>) to numbers <c>p.rid</c>.</summary>
    internal string Around => $"{LedJoin.ToCurrent(Context.Engine, ContainedTypes.AroundAny("p.rid"))} WHERE r.deleted = 0{Reached}";

    /// <summary>Of these resources the contained ones that fit, each as its place.</summary>
    internal ILookup<long, int> PlacesIn(DbSession session, IEnumerable<long> around)
    {
        var numbers = string.Join(", ", around.Distinct().Select(number => Context.Add(number)));
        return session.Query($"SELECT DISTINCT u.rid FROM ({Within}) u WHERE {ContainedTypes.Around("u.rid")} IN ({numbers})", row => row.Integer(0), Context.Arguments.Values)
            .ToLookup(ContainedTypes.AroundOf, ContainedTypes.Place);
    }

    /// <summary>Hits with the places of what was found in each, where what goes along with them asks for it.</summary>
    internal List<Hit> WithPlaces(DbSession session, SearchQuery query, List<Hit> hits)
    {
        if (hits.Count == 0 || query.Result.ContainedAlone || query.Result.Includes.Count + query.Result.ReverseIncludes.Count == 0)
            return hits;
        var places = PlacesIn(session, hits.Select(hit => hit.Version.Rid));
        return hits.ConvertAll(hit => hit with { Within = [.. places[hit.Version.Rid]] });
    }
}
