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
    private const int FewPatients = 400; // a rank above what surely finds little
    private readonly SearchQuery query;
    private readonly Reach reach;
    private readonly SearchIndexOptions options;
    private readonly Func<SearchContext> context;
    private readonly SearchShape? shape;
    private readonly KeptStatements? kept;
    private readonly KeptEntries? entries;
    private IReadOnlyDictionary<StatementUse, KeptStatement>? known;
    private (SearchContext Context, SearchPlan Plan)? composed;

    private SearchStatement(SearchQuery query, Reach reach, SearchIndexOptions options, Func<SearchContext> context, KeptStatements? kept, KeptEntries? entries)
    {
        (this.query, this.reach, this.options, this.context, this.kept, this.entries) = (query, reach, options, context, kept, entries);
        shape = kept is null ? null : SearchShape.Of(query, reach);
        known = shape is null ? null : kept!.Find(shape);
    }

    /// <summary>Composes a search for what a reach finds; one whose like was composed before, only when it needs another statement than those that are kept.</summary>
    /// <param name="query">What is searched for.</param>
    /// <param name="reach">For whom.</param>
    /// <param name="options">What values are read with.</param>
    /// <param name="context">Makes a context of that reach.</param>
    /// <param name="kept">Where statements are kept; null for nowhere.</param>
    /// <param name="entries">Where entries of the log are kept; null for nowhere, as for a session of the writer.</param>
    internal static Outcome<SearchStatement> Of(SearchQuery query, Reach reach, SearchIndexOptions options, Func<SearchContext> context, KeptStatements? kept = null, KeptEntries? entries = null)
    {
        if (SearchLimits.TooCostly(query) is { } costly)
            return costly;
        var statement = new SearchStatement(query, reach, options, context, kept, entries);
        return statement.known is null && statement.Compose() is { } refusal ? refusal : statement;
    }

    /// <inheritdoc/>
    public Outcome<Hits> Page(DbSession session, PagePlace place, int limit, bool isLast = false, long bytes = long.MaxValue)
    {
        Hits? Ask(bool tellsPlaces) => this.Ask(session, place, limit, bytes, tellsPlaces, isLast);
        if (SortInMemory.IsNeeded(query))
            return new SortInMemory(query, options, reach).Page(session, Numbers(session, SortInMemory.Enough), place, limit, bytes);
        return (entries?.ArePlacesBetter(query.ResourceType, limit) == true ? Ask(tellsPlaces: true) : null) ?? Ask(tellsPlaces: false)!;
    }

    /// <summary>A page; null when only places were asked for and they may be of a state that is lost.</summary>
    private Hits? Ask(DbSession session, PagePlace place, int limit, long bytes, bool tellsPlaces, bool isLast)
    {
        var question = new PageQuestion(Ready(StatementUse.Page(place, tellsPlaces), new PageBounds(place, limit + 1)), place, limit, bytes, reach, entries);
        if (isLast)
            session.EndWithNext();
        session.ForEach(question.Sql, question.Read, question.Values);
        if (!question.IsOutdated)
            return question.Hits(session);
        ComposeAnew();
        return Ask(session, place, limit, bytes, tellsPlaces, isLast: false);
    }

    private void ComposeAnew()
    {
        if (shape is not null)
            kept!.Forget(shape);
        known = null;
        composed = null;
    }

    /// <summary>The statement of a use, kept or composed now.</summary>
    private ReadyStatement Ready(StatementUse use, PageBounds? page)
    {
        if (known is not null && known.TryGetValue(use, out var before))
            return before.Ready(new(shape!.Operands, reach, page));
        if (composed is null && Compose() is { } refusal)
            throw new InvalidOperationException($"A search of a form that was composed before is refused: {refusal.Text}");
        var (context, plan) = composed!.Value;
        var arguments = context.Arguments;
        var walk = plan.Choose(use.Driver);
        var sql = page is not null ? WalkText.Page(walk, page, use.TellsPlaces, context) : WalkText.Count(walk, use.Kind == StatementKind.Estimate ? SearchLimits.EstimateUpTo : null, context);
        if (shape is not null && arguments.Sources is { } sources)
        {
            var fresh = KeptStatement.Of(sql, sources, walk, use.TellsPlaces);
            kept!.Add(shape, use, fresh);
            return fresh.Ready(new(shape.Operands, reach, page));
        }

        return new(sql, arguments.Values, walk.Driver, walk.Order, use.TellsPlaces);
    }

    private Refusal? Compose()
    {
        var context = this.context();
        if (shape is not null)
            context.Arguments.Origins = new(shape.Operands, reach, null);
        if (!PlanOf(query, context).Succeeded(out var plan, out var refusal))
            return refusal;
        composed = (context, plan);
        return SearchLimits.TooCostly(context.Arguments);
    }

    private static Outcome<SearchPlan> PlanOf(SearchQuery query, SearchContext context)
    {
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
        return new SearchPlan(query, conditions, SortInMemory.IsNeeded(query) ? [] : sort, context);
    }

    /// <inheritdoc/>
    public bool TellsMost => !SortInMemory.IsNeeded(query);

    /// <summary>How many hits there are; an estimate stops counting where it no longer matters.</summary>
    public long Count(DbSession session, bool isEstimate = false, bool isLast = false)
    {
        var ready = Ready(StatementUse.Count(isEstimate), null);
        if (isLast)
            session.EndWithNext();
        var count = session.First(ready.Sql, row => row.Integer(0), ready.Values);
        if (count != WalkText.Outdated)
            return count;
        ComposeAnew();
        return Count(session, isEstimate);
    }

    /// <summary>The numbers of all hits, or of so many of them.</summary>
    internal List<long> Numbers(DbSession session, int? limit = null)
    {
        if (composed is null && Compose() is { } refusal)
            throw new InvalidOperationException($"A search of a form that was composed before is refused: {refusal.Text}");
        var (context, plan) = composed!.Value;
        return session.Query(WalkText.Numbers(plan.Choose(PagePlace.Unknown), limit, context), row => row.Integer(0), context.Arguments.Values);
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
        var arms = patients.Select(patient => new Arm("resources d", $"d.patient = {context.Fixed(patient)} AND d.type = {context.Fixed(type)} AND d.deleted = 0"));
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
    /// <param name="bytes">The page ends with the hit that brings it to so many, not where they are of contained resources.</param>
    Outcome<Hits> Page(DbSession session, PagePlace place, int limit, bool isLast = false, long bytes = long.MaxValue);

    /// <summary>True when a page knows the greatest number there was (<see cref="PagePlace.AsksMost"/>).</summary>
    bool TellsMost { get; }

    /// <summary>How many hits there are.</summary>
    /// <param name="session">Where to read.</param>
    /// <param name="isEstimate">True to stop where it no longer matters.</param>
    /// <param name="isLast">Nothing more is read in the session's transaction.</param>
    long Count(DbSession session, bool isEstimate = false, bool isLast = false);
}

/// <summary>A resource that was found, with the values it is sorted by.</summary>
internal sealed record Hit(ResourceVersion Version, IReadOnlyList<string> Keys)
{
    /// <summary>The place in its element contained of what was found, when that is the answer and not the whole resource.</summary>
    internal int? Contained { get; init; }

    /// <summary>The number it was found by: its own, or that of what it contains.</summary>
    internal long Number { get; init; } = Version.Rid;

    /// <summary>Places of contained resources that it is the answer for, where somebody asks what goes along with them.</summary>
    internal IReadOnlyList<int> Within { get; init; } = [];

    /// <summary>A hit that may have been found by what it contains.</summary>
    /// <param name="around">The resource.</param>
    /// <param name="number">The number that was found: its own, or that of one it contains.</param>
    /// <param name="keys">The values it is sorted by.</param>
    /// <param name="isAlone">True when what is contained is the answer by itself.</param>
    internal static Hit Of(ResourceVersion around, long number, IReadOnlyList<string> keys, bool isAlone) =>
        new(around, keys) { Number = number, Contained = isAlone && number < 0 ? ContainedTypes.Place(number) : null };
}

/// <summary>The hits of a page, and where the next begins; null when this is the last.</summary>
internal sealed record Hits(List<Hit> Found, PagePlace? Next)
{
    /// <summary>A page of what was found when one more than fits was asked for.</summary>
    internal static Hits UpTo(int limit, List<Hit> found, Func<Hit, PagePlace> after)
    {
        if (found.Count <= limit)
            return new Hits(found, null);
        found.RemoveRange(limit, found.Count - limit);
        return new Hits(found, after(found[^1]));
    }
}
