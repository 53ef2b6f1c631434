using Tandem.Fhir.Search;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Access;
using Tandem.Record.Log;

namespace Tandem.Record.Search;

/// <summary>A search as conditions and sort keys, ready to be run page by page or to be counted.</summary>
internal sealed class SearchStatement : IPagedSearch
{
    private const int MostClauses = 40;
    private const int MostValues = 200;
    private const int MostSortKeys = 4;
    private const int EstimateUpTo = 10_000;
    private const int FewPatients = 400; // a rank above what surely finds little
    private readonly SearchContext context;
    private readonly SearchPlan plan;
    private readonly SortInMemory? sorter;

    private SearchStatement(SearchContext context, SearchPlan plan, SortInMemory? sorter) => (this.context, this.plan, this.sorter) = (context, plan, sorter);

    /// <summary>Compiles clauses for what the context reaches.</summary>
    internal static Outcome<SearchStatement> Of(SearchQuery query, SearchContext context, SearchIndexOptions? options = null)
    {
        if (TooCostly(query) is { } costly)
            return costly;
        var conditions = new List<(SearchClause? Clause, Condition Condition)>();
        foreach (var clause in query.Clauses)
        {
            if (!Conditions.Of(query.ResourceType, clause, context).Succeeded(out var condition, out var refusal))
                return refusal;
            var bound = conditions.FindIndex(other => other.Clause is { } known && DateWindow.Is(known, clause));
            if (bound < 0)
                conditions.Add((clause, condition));
            else
                conditions[bound] = (null, DateWindow.Of(query.ResourceType, conditions[bound].Clause!, clause, conditions[bound].Condition, condition, context));
        }

        var sort = new List<SortColumn>();
        foreach (var key in query.Result.Sort)
        {
            if (!SortColumn.Of(query.ResourceType, key, context).Succeeded(out var column, out var refusal))
                return refusal;
            sort.Add(column);
        }

        if (Reached(query.ResourceType, context) is { } reached)
            conditions.Add((null, reached));
        var sorter = SortInMemory.IsNeeded(query) ? new SortInMemory(query, options ?? SearchIndexOptions.Default, context.Reach) : null;
        return new SearchStatement(context, new SearchPlan(query, conditions, sorter is null ? sort : [], context), sorter);
    }

    /// <summary>The hits after a place, and one more than <paramref name="limit"/> when there are more.</summary>
    public Outcome<Hits> Page(DbSession session, PagePlace place, int limit, bool isLast = false)
    {
        if (sorter is not null)
            return sorter.Page(session, Numbers(session), place, limit);
        var walk = plan.Choose(place.Driver);
        var sql = WalkText.Page(walk, place, limit + 1, context.Arguments);
        if (isLast)
            session.EndWithNext();
        var most = place.Most;
        var hits = session.Query(
            sql,
            row =>
            {
                if (place.AsksMost)
                    most = row.Integer(LogTables.ColumnCount + walk.Order.Count);
                return new Hit(LogTables.Read(row).ShownTo(context.Reach), KeysOf(walk, row));
            },
            context.Arguments.Values);
        for (var at = hits.Count - 1; at > 0; at--)
        {
            // Two arms may find one resource; their rows stand side by side.
            if (hits[at].Version.Rid == hits[at - 1].Version.Rid)
                hits.RemoveAt(at);
        }

        var isMore = hits.Count > limit;
        if (isMore)
            hits.RemoveRange(limit, hits.Count - limit);
        return new Hits(hits, isMore ? place.After(hits[^1], walk.Driver) with { Most = most } : null);
    }

    private static string[] KeysOf(Walk walk, DbRow row)
    {
        var keys = walk.Order.Count == 0 ? [] : new string[walk.Order.Count];
        for (var at = 0; at < keys.Length; at++)
            keys[at] = walk.Order[at].Read(row, LogTables.ColumnCount + at);
        return keys;
    }

    /// <inheritdoc/>
    public bool TellsMost => sorter is null;

    /// <summary>How many hits there are; an estimate stops counting where it no longer matters.</summary>
    public long Count(DbSession session, bool isEstimate = false)
    {
        var walk = plan.Choose(PagePlace.Unknown);
        var sql = WalkText.Count(walk, isEstimate ? EstimateUpTo : null, context.Arguments);
        return session.First(sql, row => row.Integer(0), context.Arguments.Values);
    }

    /// <summary>The numbers of all hits.</summary>
    internal List<long> Numbers(DbSession session) =>
        session.Query(WalkText.Numbers(plan.Choose(PagePlace.Unknown)), row => row.Integer(0), context.Arguments.Values);

    private static Refusal? TooCostly(SearchQuery query)
    {
        var many = query.Clauses.OfType<ParameterClause>()
            .Any(clause => clause.Values.Count > MostValues && clause.Values.Any(value => value is not TokenOperand { Match: TokenMatch.Code }));
        return many || query.Clauses.Count > MostClauses || query.Result.Sort.Count > MostSortKeys
            ? Refusal.Invalid("", new RefusalDetail("too-costly", $"At most {MostClauses} parameters with {MostValues} values each and {MostSortKeys} sort keys."))
            : null;
    }

    /// <summary>What the scope adds to every search, so that counts and chains cannot leak what a read would refuse. Whoever reaches some patients only is led by them.</summary>
    private static Condition? Reached(string type, SearchContext context)
    {
        if (ReachCondition.OnNumber(Interactions.Search, type, context) is not { } filter)
            return null;
        var few = context.Reach.Layers.FirstOrDefault(layer => layer.Grants.All(grant => grant.Whose is Whose.These || !grant.Covers(type)));
        if (few is null || filter == ReachCondition.None)
            return Condition.FilterOnly(filter);
        var patients = few.Grants.Where(grant => grant.Covers(type)).SelectMany(grant => ((Whose.These)grant.Whose).Ids).Distinct();
        var arms = patients.Select(patient => new Arm("resources d", $"d.patient = {context.Add(patient)} AND d.type = {context.Add(type)} AND d.deleted = 0"));
        return new Condition(FewPatients, new Drive([.. arms]), filter).DrivenToo();
    }
}

/// <summary>A search of one type or of several.</summary>
internal interface IPagedSearch
{
    /// <summary>The hits after a place.</summary>
    /// <param name="session">Where to read.</param>
    /// <param name="place">After which.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="isLast">Nothing more is read in the session's transaction.</param>
    Outcome<Hits> Page(DbSession session, PagePlace place, int limit, bool isLast = false);

    /// <summary>True when a page knows the greatest number there was (<see cref="PagePlace.AsksMost"/>).</summary>
    bool TellsMost { get; }

    /// <summary>How many hits there are.</summary>
    long Count(DbSession session, bool isEstimate = false);
}

/// <summary>A resource that was found, with the values it is sorted by.</summary>
internal sealed record Hit(ResourceVersion Version, IReadOnlyList<string> Keys)
{
    /// <summary>The place in its element contained of what was found, when that is the answer and not the whole resource.</summary>
    internal int? Contained { get; init; }
}

/// <summary>The hits of a page, and where the next begins; null when this is the last.</summary>
internal sealed record Hits(List<Hit> Found, PagePlace? Next);
