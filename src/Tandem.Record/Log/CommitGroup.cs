using Tandem.Fhir.Views;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Projections;
using Tandem.Record.Sealing;

namespace Tandem.Record.Log;

/// <summary>The writes that share one transaction and one flush.</summary>
/// <param name="session">Has begun.</param>
/// <param name="projections">Follow each change.</param>
/// <param name="rules">May refuse a write.</param>
/// <param name="content">Says what lies closed.</param>
/// <param name="places">Where current versions lie; null while others may have appended.</param>
/// <param name="own">The record's own addresses.</param>
internal sealed class CommitGroup(DbSession session, ProjectionSet projections, IReadOnlyList<IWriteRule> rules, SealedContent content, CurrentPlaces? places, OwnAddresses own)
{
    private readonly Dictionary<(string Type, string Id), ResourceVersion> heads = [];
    private readonly Dictionary<(string Type, string Id), ResourceVersion?> found = [];
    private readonly HashSet<ReadAhead> answered = new(ReferenceEqualityComparer.Instance);
    private readonly StagedRows rows = new();
    private readonly List<Change> changes = [];
    private GroupReading? reading;
    private bool isTrying;
    private long? lastAct;

    internal long LastSeq { get; private set; }

    /// <summary>When the write that runs now came to its turn; times never fall along the log.</summary>
    internal DateTimeOffset Now { get; private set; }

    /// <summary>See <see cref="WriteSession.ClockNow"/>.</summary>
    internal DateTimeOffset ClockNow { get; private set; }

    /// <summary>Says where the log stands, before the first write runs.</summary>
    internal void Follow(long lastSeq, DateTimeOffset lastAt) => (LastSeq, Now, ClockNow) = (lastSeq, lastAt, lastAt);

    /// <summary>Comes to the next write's turn.</summary>
    internal void MoveTo(DateTimeOffset time)
    {
        ClockNow = time;
        if (time > Now)
            Now = time;
    }

    /// <summary>The addresses by which references within the record may begin.</summary>
    internal OwnAddresses Own => own;

    internal IReadOnlyList<Change> Changes => changes;

    internal long Bytes { get; private set; }

    /// <summary>Whether a version is to lie closed.</summary>
    internal bool Seals(ResourceVersion version) => content.Seals(version);

    internal bool IsFarAway => session.IsFarAway;

    /// <summary>The current version after the group's writes so far; what was there before the group, or was not, is asked for once.</summary>
    /// <param name="type">FHIR resource type.</param>
    /// <param name="id">Logical id.</param>
    /// <param name="isLimited">True for who does not see everything: they are to be asked for in the same way, whether they are there or not (decision 23).</param>
    internal ResourceVersion? Find(string type, string id, bool isLimited = true)
    {
        if (heads.TryGetValue((type, id), out var head))
            return head;
        if (isTrying)
            return session.First(LogTables.ReadCurrent, LogTables.Read, type, id);
        if (found.TryGetValue((type, id), out var there) || (!isLimited && Remember((type, id), out there)))
            return there;
        return found[(type, id)] = session.First(LogTables.ReadCurrent, LogTables.Read, type, id);
    }

    /// <summary>Notes that there is no resource of an id that was made just now.</summary>
    internal void KnowNew(string type, string id) => found.TryAdd((type, id), null);

    /// <summary>True when <see cref="Find"/> has to ask for none of these.</summary>
    internal bool Knows(IReadOnlyList<(string Type, string Id)> resources)
    {
        foreach (var one in resources)
        {
            if (!heads.ContainsKey(one) && !found.ContainsKey(one))
                return false;
        }

        return true;
    }

    /// <summary>Reads resources that will be asked for together, where asking one by one takes longer.</summary>
    internal void Expect(IReadOnlyList<(string Type, string Id)> resources)
    {
        if (!session.IsFarAway || isTrying)
            return;
        var unknown = resources.Where(one => !heads.ContainsKey(one) && !found.ContainsKey(one)).Distinct().ToList();
        var there = LogTables.ReadMany(session, unknown);
        foreach (var one in unknown)
            found[one] = there.GetValueOrDefault(one);
    }

    /// <summary>Takes from memory what a write will look for, as far as it is there.</summary>
    internal void Remember(WriteJob job)
    {
        if (places is null || job.IsLimited)
            return;
        foreach (var one in job.Expected)
        {
            if (!heads.ContainsKey(one) && !found.ContainsKey(one))
                Remember(one, out _);
        }
    }

    private bool Remember((string Type, string Id) resource, out ResourceVersion? version)
    {
        version = places?.FindOwned(resource.Type, resource.Id) is { } kept ? kept.With(kept.Bytes) : null; // what the write takes apart is not kept
        if (version is not null)
            found[resource] = version;
        return version is not null;
    }

    /// <summary>Reads what the next write will look for, together with what those look for that wait behind it.</summary>
    internal void LookAhead(WriteJob next, IEnumerable<WriteJob> waiting)
    {
        Remember(next);
        if (!Knows(next.Expected))
        {
            foreach (var job in waiting)
                Remember(job);
            Expect([.. next.Expected, .. waiting.SelectMany(job => job.Expected)]);
        }

        if (next.Ahead is not { } ahead || !answered.Add(ahead))
            return;
        foreach (var (table, keys) in ahead.Sources)
            rows.Watch(table, keys);
        ahead.Read(Reading, (type, id) => Find(type, id) is not null, [ahead, .. waiting.Select(job => job.Ahead).OfType<ReadAhead>().Where(one => one.GetType() == ahead.GetType() && answered.Add(one))]);
    }

    /// <summary>True when this was read in the group, and none of its writes touched the key since the first reading of its table.</summary>
    internal bool Holds(ReadAhead ahead, Table table, DbValue[] key) => answered.Contains(ahead) && !rows.IsTouched(table, key);

    /// <summary>The writer's own connection.</summary>
    internal DbSession Writer => session;

    /// <summary>Reads what earlier writes of the group left.</summary>
    internal DbSession Reading => reading ??= new GroupReading(this);

    /// <summary>The transaction's session with what earlier writes staged: everything, or the tables that a text names.</summary>
    internal DbSession WithStaged(string? named = null)
    {
        if (Staged(named) is { Count: > 0 } changes)
            session.ApplyBeforeNext(changes);
        return session;
    }

    /// <summary>Writes rows past what is staged.</summary>
    internal int WriteNow(TableChange change)
    {
        session.Apply([change]);
        return change.Put.Count + change.New.Count;
    }

    /// <summary>Writes what search needs to find resources that are not there yet, reads, and undoes it.</summary>
    internal T Trying<T>(IReadOnlyList<ResourceVersion> there, Func<T> read)
    {
        var tried = new StagedRows();
        foreach (var version in there)
        {
            tried.Put(LogTables.Log, LogTables.LogRow(version, content.BodyOf(version)));
            tried.Put(LogTables.Resources, LogTables.ResourceRow(version));
            projections.Provisional("search", Find(version.Type, version.Id), version, tried);
        }

        WithStaged().Execute("SAVEPOINT tried"); // nothing is left that could be brought there inside it and undone with it
        isTrying = true;
        try
        {
            session.Apply(tried.Take(trusts: false));
            return read();
        }
        finally
        {
            isTrying = false;
            session.Execute("ROLLBACK TO SAVEPOINT tried");
            session.Execute("RELEASE SAVEPOINT tried");
        }
    }

    /// <summary>Why a rule does not let a write pass; null when all do.</summary>
    internal Refusal? Refused(WriteSession write)
    {
        foreach (var change in write.Changes)
        {
            foreach (var rule in rules)
            {
                if (rule.Wants(change.After.Type) && rule.Refuse(write, change) is { } refusal)
                    return refusal;
            }
        }

        return null;
    }

    /// <summary>Takes over what a successful write staged. When it throws, the group holds a part of the write and must not be committed.</summary>
    internal void Accept(WriteSession write)
    {
        foreach (var change in write.Changes)
        {
            var after = change.After;
            heads[(after.Type, after.Id)] = after;
            rows.Put(LogTables.Log, LogTables.LogRow(after, content.BodyOf(after)), isNew: true);
            rows.Put(LogTables.Resources, LogTables.ResourceRow(after), isNew: after.Version == 1);
            projections.Apply(change.Before, after.Deleted ? null : after, rows);
            after.Values = null;
            change.Before?.Values = null;
            changes.Add(change);
            Bytes += after.Bytes.Length;
        }

        rows.Absorb(write.Rows);
        LastSeq = write.LastSeq;
    }

    /// <summary>Writes acts beside what they tell of, whether somebody follows the work or not.</summary>
    /// <returns>The acts, as they are kept now.</returns>
    internal IReadOnlyList<TrailAct> Tell(IReadOnlyList<TrailAct> acts, AccessTrail trail, AccessScope writer)
    {
        if (acts.Count == 0)
            return acts;
        lastAct ??= Math.Max(ToldActs.LastOf(session), Now.ToUnixTimeMilliseconds() * 1000);
        foreach (var act in acts)
        {
            lastAct++;
            rows.Put(ToldActs.Table, ToldActs.Row(lastAct.Value, ToldAct.Of(Now, trail, act, writer)), isNew: true);
        }

        return [.. acts.Select(act => act with { IsKept = true })];
    }

    /// <summary>True when its writes changed how far rebuilds are or how settings stand, which the next group has to follow.</summary>
    internal bool ChangesStanding { get; private set; }

    /// <summary>Commits with all rows.</summary>
    /// <param name="trusts">False when rows that should be new may be there already.</param>
    /// <param name="isLast">See <see cref="DbSession.CommitAhead"/>.</param>
    /// <returns>What makes it durable, or null when it is.</returns>
    internal LogFlush? Commit(bool trusts, bool isLast) => session.CommitAhead(Staged(null, trusts), Told, isLast);

    /// <summary>The place in the log that other nodes are told of; null where nothing was appended, or nobody else has the log open: who is about to open it looks by itself.</summary>
    internal long? Told => places is null && changes.Count > 0 ? LastSeq : null;

    private List<TableChange> Staged(string? named, bool trusts = true)
    {
        var staged = rows.Take(named, trusts);
        ChangesStanding |= staged.Exists(static change => ReferenceEquals(change.Table, RebuildRows.Table));
        return staged;
    }
}
