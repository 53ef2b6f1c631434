namespace Tandem.Care.Intake;

/// <summary>A line of a message as it came: what is marked stands between what is not.</summary>
public sealed record RawLine(string Before, string Marked, string After)
{
    /// <summary>
    /// Marks a field of a segment. A field that is empty is marked with the separators around it; one that was not sent, and field 0, by the segment's name.
    /// </summary>
    internal static RawLine At(string line, int field)
    {
        // MSH-1 is the separator itself, so the first field after it is MSH-2.
        var skip = line.StartsWith("MSH", StringComparison.Ordinal) ? field - 1 : field;
        var start = 0;
        for (var i = 0; i < skip; i++)
        {
            var next = line.Length > 3 ? line.IndexOf(line[3], start) : -1;
            if (next < 0)
                return Named(line);
            start = next + 1;
        }

        if (start == 0)
            return Named(line);
        var end = line.IndexOf(line[3], start);
        end = end < 0 ? line.Length : end;
        return start < end ? new(line[..start], line[start..end], line[end..])
            : new(line[..(start - 1)], line[(start - 1)..Math.Min(end + 1, line.Length)], line[Math.Min(end + 1, line.Length)..]);
    }

    private static RawLine Named(string line) => new("", line[..Math.Min(3, line.Length)], line[Math.Min(3, line.Length)..]);
}
