namespace Tandem.Record.Log;

/// <summary>
/// Which places of the log this process has told of. What this process appends is told at once, so behind what another has appended in between parts lie ahead
/// until that is told too. Not thread-safe.
/// </summary>
/// <param name="end">Up to where nothing needs to be told.</param>
internal sealed class ToldPlaces(long end)
{
    private const int MostParts = 1024; // where nobody follows the other nodes; what is dropped would be told twice, which is harmless
    private readonly List<(long After, long Last)> ahead = [];

    /// <summary>Everything up to here (inclusive) was told.</summary>
    internal long End { get; private set; } = end;

    /// <summary>Notes what was told: the places after one up to another, inclusive. Begins at <see cref="End"/> or behind everything told so far.</summary>
    internal void Add(long after, long last)
    {
        if (after > End)
        {
            AddAhead(after, last);
            return;
        }

        End = Math.Max(End, last);
        while (ahead.Count > 0 && ahead[0].After <= End)
        {
            End = Math.Max(End, ahead[0].Last);
            ahead.RemoveAt(0);
        }
    }

    /// <summary>The first places up to one (inclusive) that were not told, or null: after one, up to another.</summary>
    internal (long After, long Last)? Gap(long last)
    {
        var until = ahead.Count > 0 ? Math.Min(last, ahead[0].After) : last;
        return until > End ? (End, until) : null;
    }

    private void AddAhead(long after, long last)
    {
        if (ahead.Count > 0 && ahead[^1].Last == after)
        {
            ahead[^1] = (ahead[^1].After, last);
            return;
        }

        if (ahead.Count == MostParts)
            ahead.RemoveAt(0);
        ahead.Add((after, last));
    }
}
