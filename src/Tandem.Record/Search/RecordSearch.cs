using Tandem.Fhir.Search;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Record.Rest;
using Tandem.Record.Search.Site;
using Tandem.Record.Validation;

namespace Tandem.Record.Search;

/// <summary>
/// Finds current resources by the search parameters of R4, for the FHIR interface and for other modules alike. What was written is found
/// by the next search. Thread-safe.
/// </summary>
public sealed class RecordSearch(Database database, SiteParameters site, PackagedDefinitions packages, TimeProvider clock, KeptEntries? entries = null)
{
    private const int MostTogether = 16;

    private readonly SharedExchanges<PageQuestion> exchanges = new(database.AskTogether, RecordStore.ReadsAtOnce, MostTogether);
    private readonly KeptEntries entries = entries ?? new KeptEntries(database);
    private volatile KeptStatements kept = new(SearchIndexOptions.Default);

    /// <summary>A search without parameters of the site's own.</summary>
    public RecordSearch(Database database, SearchIndexOptions options, TimeProvider clock)
        : this(database, SiteParameters.Without(options), PackagedDefinitions.None, clock)
    {
    }

    /// <summary>Finds resources.</summary>
    /// <param name="type">Resource type.</param>
    /// <param name="query">As in an address behind the question mark: <c>patient=a&amp;code=http://loinc.org|8480-6&amp;_sort=-date</c>.</param>
    /// <param name="scope">On whose behalf: what it does not reach is not found.</param>
    /// <param name="limit">At most so many, in the order of <c>_sort</c>, else in an order of the record's own.</param>
    /// <returns>The current versions; Invalid when the query cannot be followed.</returns>
    public Outcome<IReadOnlyList<ResourceVersion>> Find(string type, string query, AccessScope scope, int limit) =>
        Find(Parse(type, query), scope, limit);

    internal Outcome<IReadOnlyList<ResourceVersion>> Find(SearchQuery query, AccessScope scope, int limit) =>
        scope.Reach == Reach.NoOne ? Nothing : Snapshot(session => Find(session, query, scope, limit, isLast: true));

    /// <summary>How many there are, exactly.</summary>
    public Outcome<long> Count(string type, string query, AccessScope scope) =>
        scope.Reach == Reach.NoOne ? 0 : Snapshot(session => Statement(session, Parse(type, query), scope, null).Then<long>(statement => statement.Count(session, isLast: true)));

    /// <summary>
    /// Finds within a write: sees everything written before it. Of what the same write staged it sees changes and deletions of
    /// resources found, but finds nothing that is new.
    /// </summary>
    public Outcome<IReadOnlyList<ResourceVersion>> Find(WriteSession session, string type, string query, int limit) =>
        Find(session, Parse(type, query), limit);

    internal Outcome<IReadOnlyList<ResourceVersion>> Find(WriteSession session, SearchQuery query, int limit, string? address = null)
    {
        if (!Find(session.Reading, query, session.Scope with { Trail = AccessTrail.None }, limit, address: address).Succeeded(out var found, out var refusal))
            return refusal;
        return found.Select(version => session.Find(version.Type, version.Id)!).Where(version => !version.Deleted).ToList();
    }

    /// <summary>The numbers (<see cref="ResourceVersion.Rid"/>) of all current resources that a query finds, by the address that it came by.</summary>
    internal Outcome<List<long>> FindNumbers(string type, string query, AccessScope scope, string? address) =>
        Snapshot(session => Statement(session, Parse(type, query), scope, address).Then<List<long>>(statement => statement.Numbers(session)));

    /// <summary>Reads from one state of the data, statements run as they are written.</summary>
    internal T Snapshot<T>(Func<DbSession, T> read, ReadLimit? limit = null) => database.SnapshotAsWritten(read, limit);

    /// <summary>As the other, in turn with others that may take long (<see cref="Database.SnapshotAsWrittenAsync"/>).</summary>
    internal ValueTask<T> SnapshotAsync<T>(Func<DbSession, T> read, ReadLimit limit) => database.SnapshotAsWrittenAsync(read, limit);

    internal SearchIndexOptions Options => site.Options;

    /// <summary>Reads a query with the parameters in force.</summary>
    internal SearchQuery Parse(string type, string query) => SearchQuery.Parse(type, query, null, site.Current);

    /// <summary>Reads decoded names and values with the parameters in force.</summary>
    internal SearchQuery Parse(string type, IEnumerable<KeyValuePair<string, string>> parameters) => SearchQuery.Parse(type, parameters, null, site.Current);

    internal Database Database => database;

    /// <summary>
    /// A page of a search whose statement was composed before and that others need not wait for, in an exchange that other searches share; null when it has to be read with a session of its own, as always on SQLite,
    /// where nothing would be saved.
    /// </summary>
    /// <param name="query">What is searched for, without problems.</param>
    /// <param name="scope">On whose behalf.</param>
    /// <param name="place">Where the page begins.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="bytes">The page ends with the hit that brings it to so many.</param>
    /// <param name="reading">When it is given up.</param>
    internal async ValueTask<Hits?> PageTogetherAsync(SearchQuery query, AccessScope scope, PagePlace place, int limit, long bytes, ReadLimit reading)
    {
        if (database.Engine != Engine.Postgres || SearchShape.Of(query, scope.Reach) is not { } shape
            || Kept.Find(shape) is not { } known || !known.TryGetValue(StatementUse.Page(place, entries.ArePlacesBetter(query.ResourceType, limit)), out var statement) || !statement.IsQuick)
            return null;
        var question = new PageQuestion(statement.Ready(new(shape.Operands, scope.Reach, new PageBounds(place, limit + 1))), place, limit, bytes, scope.Reach, entries);
        await exchanges.AskAsync(question, reading);
        return question.IsOutdated ? null : question.Hits(session: null, reading);
    }

    /// <summary>Compiles a query that may be for contained resources too; refuses one with problems.</summary>
    /// <param name="session">Where to read.</param>
    /// <param name="query">What is searched for.</param>
    /// <param name="scope">On whose behalf.</param>
    /// <param name="address">The address by which the request came.</param>
    internal Outcome<IPagedSearch> Paged(DbSession session, SearchQuery query, AccessScope scope, string? address)
    {
        if (query.Result.Contained == ContainedMode.False || query.Problems.Count > 0)
            return Statement(session, query, scope, address).Then<IPagedSearch>(statement => statement);
        if (query.Result.Sort.Count > 0)
            return SortedContainedStatement.Of(query, Context(session, scope, address), site.Options).Then<IPagedSearch>(statement => statement);
        var contained = ContainedStatement.Of(query, Context(session, scope, address)).Then<IPagedSearch>(statement => statement);
        return query.Result.Contained == ContainedMode.True
            ? contained
            : contained.Then(within => Statement(session, query, scope, address).Then<IPagedSearch>(own => new SeveralStatements([own, within], query)));
    }

    /// <summary>Compiles a query; refuses one with problems.</summary>
    internal Outcome<SearchStatement> Statement(DbSession session, SearchQuery query, AccessScope scope, string? address) => query.Problems.Count > 0
        ? Refusal.Invalid("", [.. query.Problems.Select(Detail)])
        : SearchStatement.Of(query, scope.Reach, site.Options, () => Context(session, scope, address), Kept, entries.For(session));

    /// <summary>Statements that were composed with what is in force now.</summary>
    private KeptStatements Kept => site.Options is var options && ReferenceEquals(kept.Options, options) ? kept : kept = new(options);

    private SearchContext Context(DbSession session, AccessScope scope, string? address) => new(
            session,
            database.Engine,
            new SqlArguments(),
            site.Options.Zone,
            clock.GetUtcNow(),
            address is null || site.Options.Addresses.Contains(address) ? site.Options.Addresses : [.. site.Options.Addresses, address],
            SearchContext.UnitsOf(session),
            new SearchTerminology(session, packages)) { Reach = scope.Reach, Hidden = scope.Reach.Hidden };

    internal static RefusalDetail Detail(SearchProblem problem) =>
        new(problem.IsUnknown ? "not-supported" : "invalid", problem.Reason, null, null, problem.IsUnknown);

    private static Outcome<IReadOnlyList<ResourceVersion>> Nothing => Array.Empty<ResourceVersion>();

    internal Outcome<IReadOnlyList<ResourceVersion>> Find(DbSession session, SearchQuery query, AccessScope scope, int limit, bool isLast = false, string? address = null) =>
        Statement(session, query, scope, address).Then(statement => statement.Page(session, PagePlace.First(long.MaxValue), limit, isLast))
            .Then<IReadOnlyList<ResourceVersion>>(hits => hits.Found.ConvertAll(hit =>
            {
                scope.Trail.Note(hit.Version, TouchKind.Read, Options.Own);
                return hit.Version;
            }));
}
