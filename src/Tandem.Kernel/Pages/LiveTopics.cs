using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Tandem.Kernel.Pages;

/// <summary>
/// Tells open pages that a topic has changed, by name only: what changed is read through the ordinary page, under the reader's
/// own scope. Topics are words without spaces such as <c>worklist</c>, <c>team:bay</c>, <c>patient:42</c>. Publishing never
/// waits; changes of one topic that a follower has not taken yet count as one. Thread-safe; one per process.
/// </summary>
public sealed class LiveTopics
{
    private const int Remembered = 1024;
    private readonly ConcurrentDictionary<Follower, byte> followers = new();
    private readonly Queue<LiveChange> recent = new();
    private readonly Lock gate = new();
    private readonly TimeProvider clock;
    private long position;
    private long forgotten;

    /// <summary>A stream that begins now.</summary>
    public LiveTopics(TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        this.clock = clock;
        position = forgotten = Microseconds(clock.GetUtcNow());
    }

    /// <summary>How many streams are open.</summary>
    public int Followers => followers.Count;

    /// <summary>
    /// Where the stream of changes is now: a page written after this was read misses nothing when it follows from here. Positions
    /// are microseconds of the clock that only grow, so that they can be compared across restarts.
    /// </summary>
    public long Position => Interlocked.Read(ref position);

    /// <summary>Says that a topic has changed. Call it after the commit.</summary>
    public void Publish(string topic)
    {
        LiveChange change;
        lock (gate)
        {
            change = new LiveChange(topic, Math.Max(position + 1, Microseconds(clock.GetUtcNow())));
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

    private static long Microseconds(DateTimeOffset at) => (at - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

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
