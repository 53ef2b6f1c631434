using Microsoft.Extensions.Logging;
using Tandem.Fhir.Views;
using Tandem.Kernel;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Access;
using Tandem.Record.Projections;
using Tandem.Record.Sealing;

namespace Tandem.Record.Log;

/// <summary>
/// The record: every resource of the region, each version in one log. Reading and writing need an <see cref="AccessScope"/>; what the
/// scope does not reach is not there. Thread-safe.
/// </summary>
public sealed class RecordStore : IDisposable
{
    internal const string ReadVersion =
        $"SELECT {LogTables.Columns} FROM resources r JOIN log l ON l.rid = r.rid AND l.version = $3 WHERE r.type = $1 AND r.id = $2";

    /// <summary>Half of the cores: the others answer.</summary>
    internal static readonly int ReadsAtOnce = Math.Max(1, Environment.ProcessorCount / 2);

    private readonly RecentLog recent = new();
    private readonly GroupWriter writer;
    private readonly ProjectionSet projections;
    private readonly ProjectionTables tables;
    private readonly SharedReads reads;

    /// <summary>Opens the record: makes or checks its tables; projections whose definition changed are rebuilt by <see cref="RebuildStaleAsync"/>.</summary>
    /// <exception cref="DatabaseException">The tables cannot be made or belong to a newer program.</exception>
    public RecordStore(
        Database database, IEnumerable<IProjection> projections, IEnumerable<Table> tables, CommitSignal signal, TimeProvider clock, ILogger<RecordStore> log,
        IEnumerable<IWriteRule>? rules = null, FieldKeys? keys = null, IEnumerable<ISealRule>? seals = null, KeptEntries? entries = null, OwnAddresses? own = null)
    {
        Database = database;
        Own = own ?? OwnAddresses.None;
        Entries = entries ?? new KeptEntries(database);
        Places = new CurrentPlaces(Entries, isAlways: database.Engine == Engine.Sqlite);
        Node = Ids.New(clock);
        Signal = signal;
        reads = new SharedReads((resources, limit) => Database.Read(session => LogTables.ReadMany(session, resources, Entries), limit), ReadsAtOnce);
        this.projections = new ProjectionSet([.. projections]);
        this.tables = new ProjectionTables(database, this.projections, [LogTables.Log, LogTables.Resources, LogTables.Owner, ToldActs.Table, GoneLabels.Table, Subscriptions.SubscriptionTables.Owners, .. tables]);
        this.tables.Ensure();
        this.projections.AreStale = this.tables.Stale.Count > 0;
        signal.Begin(ReadLastSeq());
        var content = new SealedContent(keys, seals ?? []);
        SealedTypes = content.Types;
        writer = new GroupWriter(database, this.projections, [new AccessRule(), .. rules ?? []], content, recent, Entries, Places, Node, Own, signal, clock, log);
    }

    /// <summary>The database beneath, for modules' own reading queries.</summary>
    public Database Database { get; }

    /// <summary>The addresses that are this record's: references that begin with one are relative.</summary>
    public OwnAddresses Own { get; }

    /// <summary>Entries that were read lately.</summary>
    internal KeptEntries Entries { get; }

    /// <summary>Where current versions lie, while this process is the only one that appends to the log.</summary>
    internal CurrentPlaces Places { get; }

    /// <summary>This object's name among all processes, made anew at each start.</summary>
    internal string Node { get; }

    /// <summary>Resource types of which some lie closed and are not found by their words.</summary>
    public IReadOnlySet<string> SealedTypes { get; }

    /// <summary>Tells when the log has grown.</summary>
    public CommitSignal Signal { get; }

    /// <summary>The newest place in the log, asked of the database: of what all nodes have appended.</summary>
    public long ReadLastSeq() => Database.Read(session => session.First(LogTables.LastSeq, row => row.Integer(0)));

    /// <summary>Transactions and writes since the start: their ratio is the writes per flush.</summary>
    public (long Commits, long Writes, long Flushes) Written => (writer.Commits, writer.Writes, writer.Flushes);

    /// <summary>The current version.</summary>
    /// <param name="type">Resource type.</param>
    /// <param name="id">Logical id.</param>
    /// <param name="scope">On whose behalf.</param>
    /// <param name="limit">When what runs for it is ended; null for never (see <see cref="Database.Read{T}(Func{DbSession, T}, ReadLimit)"/>).</param>
    /// <returns>The version, or NotFound, or Gone when it was deleted.</returns>
    public Outcome<ResourceVersion> Read(string type, string id, AccessScope scope, ReadLimit? limit = null) =>
        Known(type, id, scope) is { } known ? Visible(known, true, type, id, scope) : ReadByAsking(type, id, scope, limit);

    /// <summary>As the other; on PostgreSQL those that come at the same time are read together.</summary>
    public async ValueTask<Outcome<ResourceVersion>> ReadAsync(string type, string id, AccessScope scope, ReadLimit? limit = null)
    {
        if (Known(type, id, scope) is { } known)
            return Visible(known, true, type, id, scope);
        if (Database.Engine == Engine.Sqlite)
            return ReadByAsking(type, id, scope, limit);
        var since = Places.Now;
        var found = await reads.FindAsync(type, id, limit ?? ReadLimit.Never);
        CurrentPlaces.Learn(since, found);
        var isReached = scope.Reach.IsLimited ? Database.Read(session => scope.Reaches(session, found, type), limit) : found is not null && scope.Reach == Reach.Everyone;
        return Visible(found, isReached, type, id, scope);
    }

    /// <summary>One version of a resource.</summary>
    /// <returns>The version, or NotFound, or Gone when that version is the deletion.</returns>
    public Outcome<ResourceVersion> ReadOne(string type, string id, int version, AccessScope scope, ReadLimit? limit = null) =>
        Database.Read(session => Visible(session, session.First(ReadVersion, LogTables.Read, type, id, version), type, id, scope), limit);

    /// <summary>Decides and writes in the order of all writes; answers after the commit is durable.</summary>
    /// <param name="scope">On whose behalf.</param>
    /// <param name="write">Reads and stages; see <see cref="WriteSession"/>. A refusal keeps nothing.</param>
    /// <param name="cancel">Gives up while the write still waits; not after it ran.</param>
    /// <returns>What <paramref name="write"/> gave; or Unavailable when the database cannot keep it now; or Uncertain when it was lost before it said whether it kept it.</returns>
    public Task<Outcome<T>> WriteAsync<T>(AccessScope scope, Func<WriteSession, Outcome<T>> write, CancellationToken cancel) => WriteAsync(scope, write, [], cancel);

    /// <summary>As the other, for a write that knows which resources it will look for: they are read together with those of the writes that wait beside it.</summary>
    public Task<Outcome<T>> WriteAsync<T>(AccessScope scope, Func<WriteSession, Outcome<T>> write, IReadOnlyList<(string Type, string Id)> expected, CancellationToken cancel) =>
        WriteAsync(scope, write, expected, null, cancel);

    /// <summary>As the other, for a write that also knows what it will ask of other tables.</summary>
    public Task<Outcome<T>> WriteAsync<T>(
        AccessScope scope, Func<WriteSession, Outcome<T>> write, IReadOnlyList<(string Type, string Id)> expected, ReadAhead? ahead, CancellationToken cancel) =>
        scope.Reach == Reach.NoOne
            ? Task.FromResult<Outcome<T>>(Refusal.Forbidden("You may not change the record. Ask your administrator for a role that may."))
            : writer.WriteAsync(scope, write, expected, ahead, cancel);

    /// <summary>The log after a place, in order.</summary>
    public IReadOnlyList<ResourceVersion> ReadLog(long after, int limit, AccessScope scope) =>
        Noted(Database.Read(session => session.QueryWithin(scope, LogTables.ReadAfter, LogTables.Read, after, limit)), scope);

    /// <summary>The changes right after a place, as far as they are still in memory; empty does not mean that there are none.</summary>
    internal IReadOnlyList<Change> RecentChanges(long after, int limit) => recent.After(after, limit);

    /// <summary>An entry of the log by its place.</summary>
    public ResourceVersion? ReadEntry(long seq, AccessScope scope) =>
        Database.Read(session => session.First(LogTables.ReadSeq, LogTables.Read, seq) is { } found && scope.Reaches(session, found) ? Noted([found], scope)[0] : null);

    /// <summary>Rebuilds one projection from the record while reading and writing go on.</summary>
    /// <param name="name">The projection's name.</param>
    /// <param name="cancel">Stops; the old rows stay in force.</param>
    /// <returns>How many resources were read.</returns>
    /// <exception cref="DatabaseUnavailableException">Another process has the record open, or the database was lost on the way.</exception>
    public Task<long> RebuildAsync(string name, CancellationToken cancel) => RebuildAsync(name, RebuildPace.Usual, cancel);

    internal Task<long> RebuildAsync(string name, RebuildPace pace, CancellationToken cancel) =>
        Rebuild(pace).RunAsync(Named(name), cancel);

    /// <summary>Rebuilds one projection beside other nodes that read and write.</summary>
    /// <returns>How many resources were read; null when another node is rebuilding.</returns>
    internal Task<long?> RebuildBesideAsync(string name, RebuildPace pace, CancellationToken cancel) => Rebuild(pace).RunBesideAsync(Named(name), cancel);

    /// <summary>
    /// True from a start with another version of the program until <see cref="RebuildStaleAsync"/> has ended: rows that say who may see what can be missing, so nothing is to be shown or
    /// exported before.
    /// </summary>
    public bool IsStale => projections.AreStale;

    /// <summary>Rebuilds the projections whose rows were made by another version of the program.</summary>
    /// <param name="cancel">Stops; the next start begins with the one that was under way.</param>
    /// <param name="done">Is told of each with how many resources were read.</param>
    public async Task RebuildStaleAsync(CancellationToken cancel, Action<string, long>? done = null)
    {
        foreach (var projection in tables.Stale)
        {
            var count = await RebuildAsync(projection.Name, cancel);
            done?.Invoke(projection.Name, count);
        }

        projections.AreStale = false;
    }

    /// <summary>True for the name of a projection.</summary>
    internal bool HasProjection(string name) => projections.All.Any(projection => projection.Name == name);

    private ProjectionRebuild Rebuild(RebuildPace pace) => new(this, projections, tables, pace);

    private IProjection Named(string name) => projections.All.Single(projection => projection.Name == name);

    /// <summary>True while this process rebuilds a projection with nobody beside. On any thread.</summary>
    internal bool IsAnyRebuildingAlone => projections.IsAnyRunningAlone;

    /// <summary>True while a projection is being rebuilt. On the writer's thread.</summary>
    internal bool IsRebuilding(string name) => projections.IsRebuilding(name);

    /// <summary>Lets other processes append to the log. On the writer's thread.</summary>
    internal void ShareLog(WriteSession session)
    {
        if (Database.Engine == Engine.Sqlite || !Database.OwnsLog(session.Writer))
            return;
        Places.End();
        session.Query(LogTables.ReadOwner, row => row.Text(0)); // with the first question goes the lock for the group: what others append comes behind it
        session.Remove(LogTables.Owner, 1);
        Database.ShareLog(session.Writer);
    }

    /// <inheritdoc/>
    public void Dispose() => writer.Dispose();

    /// <summary>Runs on the writer's thread with its session, between the groups' writes, in a transaction of its group.</summary>
    internal Task<Outcome<T>> WithWriterAsync<T>(Func<WriteSession, Outcome<T>> work, CancellationToken cancel) =>
        writer.WriteAsync(AccessScope.System, work, [], null, cancel);

    private Outcome<ResourceVersion> ReadByAsking(string type, string id, AccessScope scope, ReadLimit? limit) => Database.Read(
        session =>
        {
            var since = Places.Now;
            var found = LogTables.ReadOne(session, type, id, Entries);
            CurrentPlaces.Learn(since, found);
            return Visible(session, found, type, id, scope);
        },
        limit);

    /// <summary>What need not be asked for. Whoever does not see everything is asked for, so that the time tells them nothing of what they do not reach (decision 23).</summary>
    internal ResourceVersion? Known(string type, string id, AccessScope scope) => scope.Reach == Reach.Everyone ? Places.Find(type, id) : null;

    private Outcome<ResourceVersion> Visible(DbSession session, ResourceVersion? found, string type, string id, AccessScope scope) =>
        Visible(found, scope.Reaches(session, found, type), type, id, scope);

    private Outcome<ResourceVersion> Visible(ResourceVersion? found, bool isReached, string type, string id, AccessScope scope)
    {
        if (found is null || !isReached)
        {
            if (found is null)
                scope.Trail.Touched(type, id, 0, null, TouchKind.Denied);
            else
                scope.Trail.NoteDenied(found, Own);
            return AccessRule.NotThere(type, id);
        }

        scope.Trail.Note(found, TouchKind.Read, Own);
        return found.Deleted ? Refusal.Gone($"The {type} {id} was deleted.") : found.ShownTo(scope.Reach);
    }

    private List<ResourceVersion> Noted(List<ResourceVersion> found, AccessScope scope)
    {
        foreach (var version in found)
            scope.Trail.Note(version, TouchKind.Read, Own);
        return found.ShownTo(scope.Reach);
    }
}
