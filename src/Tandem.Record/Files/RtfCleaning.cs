using System.Buffers.Text;

namespace Tandem.Record.Files;

/// <summary>
/// Takes out of a text in Rich Text Format the groups that tell of its making (RTF 1.9.1: the information group with author, operator, company, title and times; the user's properties, the program, who saved it, its template).
/// All else stays byte by byte, also who changed or remarked what.
/// </summary>
internal static class RtfCleaning
{
    private static readonly byte[][] Telling =
        [.. new[] { @"\info", @"\*\userprops", @"\*\generator", @"\*\company", @"\*\docvar", @"\*\rsidtbl", @"\*\template" }.Select(System.Text.Encoding.ASCII.GetBytes)];

    /// <returns>The same bytes when it tells nothing, or its groups do not close.</returns>
    internal static ReadOnlyMemory<byte> Clean(ReadOnlyMemory<byte> file)
    {
        var text = file.Span;
        var kept = new List<Range>();
        var (from, depth) = (0, 0);
        for (var at = 0; at < text.Length; at = After(text, at))
        {
            if (text[at] == '}')
                depth--;
            if (text[at] != '{')
                continue;
            if (depth == 1 && IsTelling(text[(at + 1)..]))
            {
                if (EndOfGroup(text, at) is not { } end)
                    return file;
                kept.Add(from..at);
                (from, at) = (end, end - 1);
                continue;
            }

            depth++;
        }

        if (kept.Count == 0)
            return file;
        using var clean = new MemoryStream(file.Length);
        foreach (var part in kept.Append(from..text.Length))
            clean.Write(text[part]);
        return clean.ToArray();
    }

    private static bool IsTelling(ReadOnlySpan<byte> group)
    {
        foreach (var word in Telling)
        {
            if (group.StartsWith(word) && (group.Length == word.Length || !char.IsAsciiLetter((char)group[word.Length])))
                return true;
        }

        return false;
    }

    private static int? EndOfGroup(ReadOnlySpan<byte> text, int start)
    {
        var depth = 0;
        for (var at = start; at < text.Length; at = After(text, at))
        {
            if (text[at] == '{')
                depth++;
            else if (text[at] == '}' && --depth == 0)
                return at + 1;
        }

        return null;
    }

    /// <summary>Where the next thing begins: behind a bracket, a letter, an escaped sign, or plain bytes of a number that is said (<c>\bin</c>).</summary>
    private static int After(ReadOnlySpan<byte> text, int at)
    {
        if (text[at] != '\\')
            return at + 1;
        if (text[at..].StartsWith(@"\bin"u8) && Utf8Parser.TryParse(text[(at + 4)..], out int bytes, out var digits) && bytes >= 0 && text.Length - at - 5 - digits >= bytes)
            return at + 4 + digits + 1 + bytes;
        return at + 2;
    }
}
