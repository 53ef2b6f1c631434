using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;

namespace Tandem.Trust.Audit;

/// <summary>
/// Numbers and seals the events of journals and brings them into the tables, and signs roots. One thread's. Several nodes may share a PostgreSQL database: the number is the key, so a node
/// that was overtaken finds it taken, reads the ends anew and tries again.
/// </summary>
internal sealed class AuditLedger(Database database, AuditKey key, RootFolder folder, AuditOptions options, TimeProvider clock) : IDisposable
{
    internal const int MostTogether = 20_000;
    private const int MostTries = 20;
    private static readonly TimeSpan MarkEvery = TimeSpan.FromSeconds(1);
    private readonly AuditChain chain = new(key.ChainKey);
    private readonly LaneHead[] heads = new LaneHead[AuditChain.Lanes];
    private DbSession? session;
    private string journal = "";
    private long filled;
    private long seq = -1;
    private long marked = -1;
    private long markedAt;
    private DateTimeOffset signed;

    /// <summary>The last event.</summary>
    internal long LastSeq => Math.Max(0, seq);

    internal long Commits { get; private set; }

    internal long Events { get; private set; }

    /// <summary>What was found wrong when it was opened, or null.</summary>
    internal string? Problem { get; private set; }

    /// <summary>Makes the tables, finds the ends and holds them against the second place.</summary>
    internal void Open()
    {
        database.Make(AuditTables.All);
        Load();
        if (folder.MarkLine is { } line && AuditRoot.Read(line, key) is var mark && (mark is null || mark.Seq > seq))
            Problem = "The audit does not reach as far as was signed in the second place. Run ./tandem audit verify and keep both places as they are.";
        signed = clock.GetUtcNow();
        CarryOver();
        if (seq > 0)
            Sign(RootKind.Opened);
    }

    /// <summary>Brings what a hub left behind into the tables.</summary>
    internal void TakeOver(LeftJournal left)
    {
        Follow(left.Id);
        var entries = left.After(filled, out var isBroken);
        if (isBroken)
            Sign(RootKind.Gap); // first: whatever becomes of this start, it is not forgotten
        for (var from = 0; from < entries.Count; from += MostTogether)
            Append(left.Id, [.. entries.Skip(from).Take(MostTogether)]);
        if (isBroken)
        {
            left.SetAside(); // the tables go on knowing how far it was, should it be mended and put back
            return;
        }

        left.Empty();
        Forget(left.Id);
        left.Remove();
    }

    /// <summary>Tells of journals that were set aside, at this start or an earlier one.</summary>
    internal void LookForAside(string journals)
    {
        var aside = LeftJournal.AsideIn(journals);
        if (aside.Count > 0)
            Problem ??= $"A journal that a hub left behind lacks entries, or holds some that this key does not seal: a power cut, another key or somebody's hand. Events may be lost. What could be read is in the log; the rest is kept: {string.Join(", ", aside)}. Run ./tandem audit verify, keep both places as they are, and move these files away when it is understood.";
    }

    /// <summary>The journal and everything in it is done with.</summary>
    internal void Forget(string done)
    {
        if (database.Engine == Engine.Sqlite)
            Session.Begin();
        Session.Delete(AuditTables.Journals, [[done]]);
        if (database.Engine == Engine.Sqlite)
            Session.Commit();
    }

    /// <summary>How far a journal is in the tables.</summary>
    internal long FilledOf(string of)
    {
        Follow(of);
        return filled;
    }

    /// <summary>Appends entries of a journal that are not in the tables yet, durably; those that are there are passed over.</summary>
    /// <param name="of">The journal.</param>
    /// <param name="entries">One after the other, at most <see cref="MostTogether"/>.</param>
    internal void Append(string of, IReadOnlyList<JournalEntry> entries)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                Follow(of);
                Write(entries);
                return;
            }
            catch (Exception e)
            {
                var expected = seq;
                Forget();
                if (e is not DatabaseException || database.Engine == Engine.Sqlite || tries == MostTries)
                    throw;
                Follow(of);
                if (seq == expected)
                    throw; // nobody was faster: it cannot be written
            }
        }
    }

    /// <summary>Signs a root for good: into the database and to the second place.</summary>
    internal void Sign(RootKind kind) => Sign(kind, null);

    private void Sign(RootKind kind, AuditRoot? of)
    {
        if (seq < 0)
            Load();
        var last = Session.First(AuditTables.LastRoot, row => (Number: row.Integer(0), Line: row.Text(1)));
        var root = new AuditRoot(last.Number + 1, kind, clock.GetUtcNow(), of?.Seq ?? seq, of?.Heads ?? heads, last.Line is null ? "" : AuditRoot.HashOf(last.Line));
        var line = root.ToLine(key);
        if (database.Engine == Engine.Sqlite)
            Session.Begin();
        Session.Write(AuditTables.Roots, [[root.Number, line]]);
        if (database.Engine == Engine.Sqlite)
            Session.Commit();
        signed = root.At;
        CarryOver();
        Mark();
    }

    /// <summary>Writes to the second place what it lacks: this root, those of other nodes, and one that a crash came before.</summary>
    private void CarryOver()
    {
        foreach (var line in Session.Query(AuditTables.ReadRootsAfter, row => row.Text(0), folder.LastNumber(key)))
            folder.Append(line);
    }

    /// <summary>Removes events up to the last root signed before a time, and signs the ends they left; refused while a hold stands against it.</summary>
    internal Outcome<string> Purge(DateTimeOffset before)
    {
        var root = Session.Query(AuditTables.ReadRoots, row => row.Text(0)).Select(line => AuditRoot.Read(line, key)).OfType<AuditRoot>()
            .LastOrDefault(root => root.At < before && root.Kind != RootKind.Purged);
        if (root is null)
            return Refusal.Conflict("No root was signed before that day, so there is nothing that can be removed.");
        if (Session.First(AuditTables.CountHeld, row => row.Integer(0), root.Seq) > 0)
            return Refusal.Conflict("Events of patients on legal hold are among these, or the whole hub is on hold. End the hold first, or choose an earlier day.");
        Session.Begin();
        var gone = Session.Execute(AuditTables.RemoveUpTo, root.Seq);
        Session.Execute(AuditTables.RemovePatientsUpTo, root.Seq);
        Session.Commit();
        Sign(RootKind.Purged, root);
        return $"{gone} events up to number {root.Seq} were removed; a root says so.";
    }

    /// <summary>Overwrites the mark when there is news, and signs a root when its time has come.</summary>
    internal void Tick()
    {
        if (seq > 0 && clock.GetUtcNow() - signed >= options.SignEvery)
            Sign(RootKind.Hourly);
        else if (seq > marked && System.Diagnostics.Stopwatch.GetElapsedTime(markedAt) >= MarkEvery)
            Mark();
    }

    public void Dispose()
    {
        session?.Dispose();
        chain.Dispose();
    }

    private DbSession Session => session ??= database.OpenWriter();

    private void Write(IReadOnlyList<JournalEntry> entries)
    {
        var number = seq;
        var ends = new SortedDictionary<int, (LaneHead Head, long Seq)>();
        var rows = new List<DbValue[]>(entries.Count);
        var listed = new List<(string Patient, long Seq)>();
        foreach (var draft in entries.Where(entry => entry.Number > filled).Select(entry => entry.Event))
        {
            var before = ends.TryGetValue(draft.Lane, out var end) ? end.Head : heads[draft.Lane];
            var place = before.Place + 1;
            var row = new AuditRow(++number, place, draft, chain.Seal(before.Hash, number, place, draft));
            ends[draft.Lane] = (new LaneHead(place, row.Hash), number);
            rows.Add(row.Values);
            listed.AddRange(draft.Listed.Select(patient => (patient, number)));
        }

        if (rows.Count == 0)
            return;

        // On PostgreSQL all statements go out in one exchange, which is one transaction; on SQLite it is begun and ended here.
        if (database.Engine == Engine.Sqlite)
            Session.Begin();
        Session.Apply(
        [
            new TableChange(AuditTables.Events, [], [], rows),
            new TableChange(AuditTables.Patients, [], [], Sorted(listed)),
            new TableChange(AuditTables.Heads, [], [.. ends.Select(end => new DbValue[] { end.Key, end.Value.Head.Place, end.Value.Seq, end.Value.Head.Hash })], []),
            new TableChange(AuditTables.Journals, [], [[journal, entries[^1].Number]], []),
        ]);
        if (database.Engine == Engine.Sqlite)
            Session.Commit();
        (seq, filled) = (number, entries[^1].Number);
        foreach (var (lane, end) in ends)
            heads[lane] = end.Head;
        Commits++;
        Events += rows.Count;
    }

    private static List<DbValue[]> Sorted(List<(string Patient, long Seq)> listed)
    {
        listed.Sort((one, other) => string.CompareOrdinal(one.Patient, other.Patient) is not 0 and var order ? order : one.Seq.CompareTo(other.Seq));
        return [.. listed.Select(one => new DbValue[] { one.Patient, one.Seq })];
    }

    /// <summary>Makes a journal the one that is read, and knows how far it was.</summary>
    private void Follow(string of)
    {
        if (seq < 0 || journal != of)
            filled = Session.First(AuditTables.ReadFilled, row => row.Integer(0), of);
        journal = of;
        if (seq < 0)
            Load();
    }

    private void Load()
    {
        Array.Fill(heads, LaneHead.Empty);
        var last = 0L;
        Session.ForEach(AuditTables.ReadHeads, row =>
        {
            heads[row.Integer(0)] = new LaneHead(row.Integer(1), row.Bytes(3));
            last = Math.Max(last, row.Integer(2));
        });
        seq = last;
    }

    /// <summary>What became of the last transaction is not known: the next one begins anew.</summary>
    private void Forget()
    {
        session?.Dispose();
        session = null;
        (seq, journal) = (-1, "");
    }

    private void Mark()
    {
        folder.Mark(new AuditRoot(0, RootKind.Mark, clock.GetUtcNow(), seq, heads, "").ToLine(key));
        (marked, markedAt) = (seq, System.Diagnostics.Stopwatch.GetTimestamp());
    }
}
