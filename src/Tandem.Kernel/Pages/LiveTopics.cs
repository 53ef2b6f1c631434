using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Tandem.Kernel.Pages;

/// <summary>
/// Tells open pages that a topic has changed, by name only: what changed is read through the ordinary page, under the reader's
/// own scope. Topics are words without spaces such as <c>worklist</c>, <c>team:bay</c>, <c>patient:42</c>. Publishing never
/// waits; changes of one topic that a follower has not taken yet count as one. Thread-safe; one per process. Positions follow the log, so that a page
/// that one node has written is brought up to date by another, and by the same one after a restart.
/// </summary>
public sealed class LiveTopics
{
    private const int Remembered = 1024;
    private const long PerPlace = 65_536; // changes that are not in the log, behind one place in it; all positions stay below 2⁵³, which scripts can count
    private readonly ConcurrentDictionary<Follower, byte> followers = new();
    private readonly Queue<LiveChange> recent = new();
    private readonly Lock gate = new();
    private long position;
    private long forgotten;

    /// <summary>A stream that begins at a place in the log.</summary>
    public LiveTopics(long seq) => position = forgotten = seq * PerPlace;

    /// <summary>How many streams are open.</summary>
    public int Followers => followers.Count;

    /// <summary>
    /// Where the stream of changes is now: a page written after this was read misses nothing when it follows from here. Positions only
    /// grow and can be compared across restarts and nodes.
    /// </summary>
    public long Position => Interlocked.Read(ref position);

    /// <summary>Says that a topic has changed. Call it after the commit.</summary>
    /// <param name="topic">Which.</param>
    /// <param name="seq">The place in the log by which it has changed; 0 when that is not in the log, and then only this node's pages are told.</param>
    public void Publish(string topic, long seq = 0)
    {
        LiveChange change;
        lock (gate)
        {
            change = new LiveChange(topic, Math.Max(position + 1, seq * PerPlace));
            Interlocked.Exchange(ref position, change.Position);
            recent.Enqueue(change);
            if (recent.Count > Remembered)
                forgotten = recent.Dequeue().Position;
        }

        foreach (var (follower, _) in followers)
            follower.Hear(change);
    }

    /// <summary>
    /// The changes of these topics after a position, until cancelled. From a position that is not remembered any more every topic
    /// counts as changed.
    /// </summary>
    public async IAsyncEnumerable<LiveChange> FollowAsync(
        IReadOnlySet<string> topics, long since, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        var follower = new Follower(topics);
        followers[follower] = 0;
        try
        {
            foreach (var change in After(since, topics))
                follower.Hear(change);
            while (await follower.WaitAsync(cancel))
            {
                foreach (var change in follower.Drain())
                    yield return change;
            }
        }
        finally
        {
            followers.TryRemove(follower, out _);
        }
    }

    private List<LiveChange> After(long since, IReadOnlySet<string> topics)
    {
        lock (gate)
        {
            return since < forgotten
                ? [.. topics.Select(topic => new LiveChange(topic, position))]
                : [.. recent.Where(change => change.Position > since)];
        }
    }

    private sealed class Follower(IReadOnlySet<string> topics)
    {
        private readonly ConcurrentDictionary<string, long> waiting = new();
        private readonly Channel<bool> bell = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

        internal void Hear(LiveChange change)
        {
            if (!topics.Contains(change.Topic))
                return;

            waiting[change.Topic] = change.Position;
            bell.Writer.TryWrite(true);
        }

        internal async ValueTask<bool> WaitAsync(CancellationToken cancel)
        {
            if (!await bell.Reader.WaitToReadAsync(cancel))
                return false;

            bell.Reader.TryRead(out _);
            return true;
        }

        internal List<LiveChange> Drain()
        {
            List<LiveChange> taken = [];
            foreach (var topic in waiting.Keys)
            {
                if (waiting.TryRemove(topic, out var at))
                    taken.Add(new LiveChange(topic, at));
            }

            return taken;
        }
    }
}

/// <summary>A topic that has changed, and where in the stream.</summary>
public readonly record struct LiveChange(string Topic, long Position);
