namespace Tandem.Trial.Demo;

/// <summary>A stretch of simulated time and what is sent in it; the hub works it off at its end.</summary>
/// <param name="End">Its end; it begins where the one before ended.</param>
/// <param name="Messages">In order of arrival.</param>
internal sealed record SimulationWindow(DateTimeOffset End, IReadOnlyList<RegionMessage> Messages)
{
    /// <summary>Cuts a time into windows. A critical result ends its window, so that it is not answered later than it came.</summary>
    /// <param name="messages">All messages in order of arrival.</param>
    /// <param name="from">Where the first window begins.</param>
    /// <param name="until">Where the last one ends.</param>
    /// <param name="width">How long windows are; finer ones cost more.</param>
    internal static IEnumerable<SimulationWindow> Cut(IReadOnlyList<RegionMessage> messages, DateTimeOffset from, DateTimeOffset until, Func<DateTimeOffset, TimeSpan> width)
    {
        var next = 0;
        for (var begin = from; begin < until;)
        {
            var end = begin + width(begin) is var full && full < until ? full : until;
            var taken = new List<RegionMessage>();
            while (next < messages.Count && messages[next].At < end)
            {
                var message = messages[next++];
                taken.Add(message);
                if (message.What != Happening.CriticalResult)
                    continue;
                end = message.At > begin ? message.At : begin + TimeSpan.FromMilliseconds(1);
                break;
            }

            yield return new SimulationWindow(end, taken);
            begin = end;
        }
    }
}
