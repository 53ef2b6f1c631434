namespace Tandem.Fhir.Search;

/// <summary>A path of <c>_filter</c> whose links may have a filter in brackets (R4 3.1.3): <c>subject[gender eq male].birthdate</c>.</summary>
internal static class FilterPath
{
    /// <summary>Takes the first link from a path.</summary>
    /// <param name="path">The path.</param>
    /// <returns>The link, what stands in its brackets (null when it has none), and the rest behind the dot (null when it is the last).</returns>
    internal static (string Head, string? Within, string? Beyond) Split(string path)
    {
        var (dot, open) = (path.IndexOf('.', StringComparison.Ordinal), path.IndexOf('[', StringComparison.Ordinal));
        if (open < 0 || (dot >= 0 && dot < open))
            return dot < 0 ? (path, null, null) : (path[..dot], null, path[(dot + 1)..]);
        var close = Close(path, open);
        return (path[..open], path[(open + 1)..close], close + 1 < path.Length && path[close + 1] == '.' ? path[(close + 2)..] : null);
    }

    /// <summary>The place of the bracket that closes the one at a place; -1 when none does.</summary>
    internal static int Close(string text, int open)
    {
        var depth = 0;
        for (var at = open; at < text.Length; at++)
        {
            switch (text[at])
            {
                case '"':
                    at = TextEnd(text, at);
                    break;
                case '[':
                    depth++;
                    break;
                case ']' when --depth == 0:
                    return at;
            }
        }

        return -1;
    }

    /// <summary>The place of the quote that ends the string in quotes at a place; the length when none does.</summary>
    internal static int TextEnd(string text, int from)
    {
        var at = from + 1;
        for (; at < text.Length && text[at] != '"'; at++)
        {
            if (text[at] == '\\')
                at++;
        }

        return Math.Min(at, text.Length);
    }
}

/// <summary>How many tests were read of a filter and of those in its brackets, for each type that they may be of.</summary>
internal sealed class FilterBudget
{
    internal const int MostTests = 40;
    private int tests;

    /// <summary>Takes one; false when there are too many.</summary>
    internal bool Take() => ++tests <= MostTests;
}
