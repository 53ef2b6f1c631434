using Tandem.Kernel.Data;

namespace Tandem.Trust.Audit;

/// <summary>One thing that is wrong with the audit.</summary>
/// <param name="Kind"><c>changed</c>, <c>missing</c>, <c>added</c>, <c>moved</c>, <c>root</c>.</param>
/// <param name="Seq">The event's number, or the last event of the root.</param>
/// <param name="Text">A sentence.</param>
public sealed record AuditFinding(string Kind, long Seq, string Text);

/// <summary>What a verification found.</summary>
/// <param name="Events">Events looked at.</param>
/// <param name="Roots">Signed roots that they were held against.</param>
/// <param name="Findings">What is wrong; empty when nothing is. At most a thousand.</param>
public sealed record AuditVerdict(long Events, int Roots, IReadOnlyList<AuditFinding> Findings)
{
    /// <summary>True when every event and root is as it was written.</summary>
    public bool IsSound => Findings.Count == 0;
}

/// <summary>
/// Goes through all events in order, seals each anew and holds the ends of the lanes against every signed root. One run over one state of the data; not thread-safe.
/// </summary>
internal sealed class AuditVerification(DbSession session, RootFolder folder, AuditKey key) : IDisposable
{
    private const int Page = 2_000;
    private const int Most = 1_000;
    private readonly AuditChain chain = new(key.ChainKey);
    private readonly ListedPatients patients = new(session, key.ChainKey);
    private readonly List<AuditFinding> findings = [];
    private readonly List<(AuditRow Row, byte[] Before)> failed = [];

    // Per lane the end as it is stored, and as it should be: an event may rest on either, so that one change is told once.
    private readonly LaneHead[] stored = new LaneHead[AuditChain.Lanes];
    private readonly LaneHead[] sealedEnds = new LaneHead[AuditChain.Lanes];
    private readonly HashSet<int> isLaneTold = [];
    private long events;
    private long last;
    private long missing; // events that are gone and not yet found as a gap in a lane

    internal AuditVerdict Run()
    {
        var roots = RootLines.Read(session, folder, key, Tell);
        Array.Fill(stored, LaneHead.Empty);
        var begin = roots.LastOrDefault(root => root.Kind == RootKind.Purged);
        if (begin is not null)
        {
            begin.Heads.ToArray().CopyTo(stored, 0);
            last = begin.Seq;
        }

        stored.CopyTo(sealedEnds, 0);
        var gaps = roots.Where(root => root.Kind == RootKind.Gap && root.Seq >= last).ToList();
        var waiting = new Queue<AuditRoot>(roots.Where(root => root.Seq >= last && root.Kind != RootKind.Purged).OrderBy(root => root.Seq));
        var mark = folder.MarkLine is { } line ? AuditRoot.Read(line, key) : null;
        if (folder.MarkLine is not null && mark is null)
            Tell("root", 0, "The mark in the second place was changed: its signature is not the key's.");
        Follow(waiting, Math.Max(mark?.Seq ?? 0, roots.Count == 0 ? 0 : roots.Max(root => root.Seq)));
        foreach (var root in waiting)
            Tell("missing", root.Seq, $"Events {last + 1} to {root.Seq} are missing at the end: a root signed {root.At:u} covers them.");
        if (mark is not null && mark.Seq > last && !waiting.Any(root => root.Seq >= mark.Seq))
            Tell("missing", mark.Seq, $"Events {last + 1} to {mark.Seq} are missing at the end: the mark in the second place ({mark.At:u}) covers them.");
        else if (mark is not null && mark.Seq == last)
            HoldAgainst(mark);
        HoldHeads();
        Explain();
        foreach (var gap in gaps)
            Tell("missing", gap.Seq, $"A journal lacked entries, or held some that could not be read, when a hub started on it {gap.At:u}: events after {gap.Seq} may never have come into the tables.");
        patients.Compare(Tell);
        return new AuditVerdict(events, roots.Count, findings);
    }

    public void Dispose() => chain.Dispose();

    private void Follow(Queue<AuditRoot> waiting, long signedUpTo)
    {
        while (true)
        {
            var page = session.Query(AuditTables.ReadAfter, AuditRow.Read, last, Page);
            foreach (var row in page)
            {
                PassRoots(waiting, row.Seq - 1);
                missing += row.Seq - last - 1;
                if (row.Seq != last + 1)
                    Tell("missing", last + 1, row.Seq == last + 2 ? $"Event {last + 1} is missing." : $"Events {last + 1} to {row.Seq - 1} are missing.");
                Look(row, signedUpTo);
                last = row.Seq;
                events++;
            }

            PassRoots(waiting, last);
            if (page.Count < Page)
                return;
        }
    }

    private void Look(AuditRow row, long signedUpTo)
    {
        var lane = row.Event.Lane;
        if (lane is < 0 or >= AuditChain.Lanes)
        {
            Tell("changed", row.Seq, $"Event {row.Seq} was changed: there is no lane {lane}.");
            patients.Skip(row.Seq);
            return;
        }

        var (left, ought) = (stored[lane], sealedEnds[lane]);
        var isNext = row.Place == left.Place + 1;
        var gap = row.Place - left.Place - 1;
        var isSound = row.Hash.AsSpan().SequenceEqual(chain.Seal(left.Hash, row.Seq, row.Place, row.Event))
            || row.Hash.AsSpan().SequenceEqual(chain.Seal(ought.Hash, row.Seq, row.Place, row.Event));
        if (isSound && isNext)
        {
            stored[lane] = sealedEnds[lane] = new LaneHead(row.Place, row.Hash);
            patients.Add(row);
            return;
        }

        // An event whose predecessor is gone cannot be sealed anew; the gap is told, the event taken as it is.
        patients.Skip(row.Seq);
        if (gap > 0 && gap <= missing)
        {
            missing -= gap;
            stored[lane] = sealedEnds[lane] = new LaneHead(row.Place, row.Hash);
            return;
        }

        if (row.Seq > signedUpTo)
            Tell("added", row.Seq, $"Event {row.Seq} was added, or changed before it was signed for: the hub did not write it so.");
        else
            failed.Add((row, left.Hash));
        if (gap < 0)
            return; // it does not belong here: the lane goes on as if it were not
        sealedEnds[lane] = new LaneHead(row.Place, chain.Seal(ought.Hash, row.Seq, row.Place, row.Event));
        stored[lane] = new LaneHead(row.Place, row.Hash);
    }

    private void PassRoots(Queue<AuditRoot> waiting, long upTo)
    {
        while (waiting.TryPeek(out var root) && root.Seq <= upTo)
        {
            waiting.Dequeue();
            HoldAgainst(root);
        }
    }

    private void HoldAgainst(AuditRoot root)
    {
        for (var lane = 0; lane < AuditChain.Lanes; lane++)
        {
            var (is_, was) = (stored[lane], root.Heads[lane]);
            if ((is_.Place != was.Place || !is_.Hash.AsSpan().SequenceEqual(was.Hash)) && failed.Count == 0 && findings.Count == 0 && isLaneTold.Add(lane))
                Tell("changed", root.Seq, $"Lane {lane} does not end as it was signed {root.At:u}: events up to {root.Seq} were changed, removed or added.");
        }
    }

    /// <summary>The ends as the database states them: what the hub would go on from.</summary>
    private void HoldHeads()
    {
        var ends = new LaneHead[AuditChain.Lanes];
        Array.Fill(ends, LaneHead.Empty);
        session.ForEach(AuditTables.ReadHeads, row =>
        {
            if (row.Integer(0) is >= 0 and < AuditChain.Lanes and var lane)
                ends[lane] = new LaneHead(row.Integer(1), row.Bytes(3));
            else
                Tell("changed", last, "A lane's end was added that no lane has.");
        });
        for (var lane = 0; lane < AuditChain.Lanes && findings.Count == 0 && failed.Count == 0; lane++)
        {
            if (ends[lane].Place != stored[lane].Place || !ends[lane].Hash.AsSpan().SequenceEqual(stored[lane].Hash))
                Tell("changed", last, $"The stated end of lane {lane} was changed: it is not that of its last event.");
        }
    }

    /// <summary>Of events whose seals do not fit: moved, when one fits at another's place; changed otherwise.</summary>
    private void Explain()
    {
        foreach (var (row, before) in failed)
        {
            var origin = failed.Count <= 50 ? failed.Select(other => other.Row).FirstOrDefault(other => other.Seq != row.Seq && FitsAt(row, other, before)) : null;
            Tell(
                origin is null ? "changed" : "moved",
                row.Seq,
                origin is null ? $"Event {row.Seq} was changed: its seal does not fit." : $"Event {row.Seq} was moved: it stood at {origin.Seq}.");
        }
    }

    private bool FitsAt(AuditRow row, AuditRow other, byte[] before) =>
        failed.Select(one => one.Before).Append(before).Any(hash =>
            row.Hash.AsSpan().SequenceEqual(chain.Seal(hash, other.Seq, row.Place, row.Event)) || row.Hash.AsSpan().SequenceEqual(chain.Seal(hash, other.Seq, other.Place, row.Event)));

    private void Tell(string kind, long seq, string text)
    {
        if (findings.Count < Most)
            findings.Add(new AuditFinding(kind, seq, text));
    }
}

/// <summary>Reads roots from both places and says where they differ.</summary>
internal static class RootLines
{
    internal static IReadOnlyList<AuditRoot> Read(DbSession session, RootFolder folder, AuditKey key, Action<string, long, string> tell)
    {
        var here = session.Query(AuditTables.ReadRoots, row => row.Text(0));
        var there = folder.Lines;
        var roots = new List<AuditRoot>();
        var before = "";
        foreach (var line in here)
        {
            if (AuditRoot.Read(line, key) is not { } root)
            {
                tell("root", roots.Count == 0 ? 0 : roots[^1].Seq, $"Root {roots.Count + 1} in the database was changed: its signature is not the key's.");
                continue;
            }

            if (root.Number != roots.Count + 1 || root.Previous != before)
                tell("root", root.Seq, $"Root {root.Number} in the database does not follow on the one before it: roots were removed, added or moved.");
            before = AuditRoot.HashOf(line);
            roots.Add(root);
        }

        foreach (var line in there.Except(here))
        {
            var root = AuditRoot.Read(line, key);
            tell("root", root?.Seq ?? 0, root is null
                ? "A root in the second place was changed: its signature is not the key's."
                : $"Root {root.Number}, signed {root.At:u}, is in the second place and not in the database.");
            if (root is not null)
                roots.Add(root);
        }

        var reached = folder.LastNumber(key);
        foreach (var line in here.Except(there))
        {
            // what is behind the second place's end came from another node or before a crash, and is carried over with the next root
            if (AuditRoot.Read(line, key) is { } root && (root.Number < reached || reached == 0))
                tell("root", root.Seq, $"Root {root.Number}, signed {root.At:u}, is in the database and not in the second place.");
        }

        return roots;
    }
}
