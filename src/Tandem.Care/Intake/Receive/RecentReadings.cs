using System.Collections.Concurrent;

namespace Tandem.Care.Intake;

/// <summary>
/// What was read of messages on their way from the line to the record, so that each is mapped once. A message that is not remembered is read
/// again. Thread-safe.
/// </summary>
internal sealed class RecentReadings
{
    private const int Most = 512;
    private const int LargestMessage = 64 * 1024;
    private readonly ConcurrentDictionary<long, Reading> byNumber = new();

    /// <summary>How many are remembered.</summary>
    internal int Count => byNumber.Count;

    /// <summary>Remembers a reading while there is room; only one that can be applied, which no setting takes back.</summary>
    internal void Remember(long number, Arrival arrival, Reading reading)
    {
        if (reading.Mapped is not null && arrival.Raw.Length <= LargestMessage && byNumber.Count < Most)
            byNumber[number] = reading;
    }

    internal Reading? Recall(long number) => byNumber.GetValueOrDefault(number);

    /// <summary>The message was taken from the queue, or never kept.</summary>
    internal void Forget(long number) => byNumber.TryRemove(number, out _);
}
