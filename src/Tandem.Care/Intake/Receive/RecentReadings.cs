using System.Collections.Concurrent;

namespace Tandem.Care.Intake;

/// <summary>
/// What was read of messages on their way from the line to the record, so that each is mapped once: their heads until the record has them, what they
/// say until it is applied. A message that is not remembered is read again. Thread-safe.
/// </summary>
internal sealed class RecentReadings
{
    private const int Most = 2048;
    private const int MostHeads = 32_768;
    private const long MostBytes = 4 * 1024 * 1024; // of messages; a reading takes about ten times as much
    private const int LargestMessage = 64 * 1024;
    private readonly ConcurrentDictionary<long, (Reading Reading, int Bytes)> byNumber = new();
    private readonly ConcurrentDictionary<long, MessageHead> heads = new();
    private long bytes;
    private int readings; // counted here: a concurrent dictionary counts itself under all its locks, and this is asked for each message of a commit
    private int headCount;

    /// <summary>How many are remembered.</summary>
    internal int Count => Volatile.Read(ref readings);

    /// <summary>How many heads are remembered.</summary>
    internal int HeadCount => Volatile.Read(ref headCount);

    /// <summary>Remembers a head while there is room, and a reading while there is room; only one that can be applied, which no setting takes back.</summary>
    internal void Remember(long number, Arrival arrival, MessageHead head, Reading reading)
    {
        if (HeadCount < MostHeads)
            RememberHead(number, head);
        if (reading.Mapped is null || arrival.Raw.Length > LargestMessage || Count >= Most || Interlocked.Read(ref bytes) > MostBytes)
            return;
        if (!byNumber.TryAdd(number, (reading, arrival.Raw.Length)))
            return;
        Interlocked.Increment(ref readings);
        Interlocked.Add(ref bytes, arrival.Raw.Length);
    }

    internal Reading? Recall(long number) => byNumber.TryGetValue(number, out var known) ? known.Reading : null;

    internal MessageHead? RecallHead(long number) => heads.GetValueOrDefault(number);

    /// <summary>The record has the message.</summary>
    internal void ForgetHead(long number)
    {
        if (heads.TryRemove(number, out _))
            Interlocked.Decrement(ref headCount);
    }

    /// <summary>The message was taken from the queue, or never kept.</summary>
    internal void Forget(long number)
    {
        ForgetHead(number);
        if (!byNumber.TryRemove(number, out var known))
            return;
        Interlocked.Decrement(ref readings);
        Interlocked.Add(ref bytes, -known.Bytes);
    }

    private void RememberHead(long number, MessageHead head)
    {
        if (heads.TryAdd(number, head))
            Interlocked.Increment(ref headCount);
        else
            heads[number] = head;
    }
}
