namespace Tandem.Care.Intake;

/// <summary>As much of a message as a page shows. The whole is a file to be fetched: some carry documents of many megabytes.</summary>
internal static class FoldedText
{
    /// <summary>How many lines are shown.</summary>
    internal const int MostLines = 400;

    /// <summary>How many characters of a line or field are shown.</summary>
    internal const int Longest = 2_000;

    /// <summary>How many characters a message may have to be corrected on the page.</summary>
    internal const int LongestToEdit = 200_000;

    /// <summary>The beginning of a text; its last character is … when something was left out.</summary>
    internal static string Of(string text) => text.Length <= Longest ? text : string.Concat(text.AsSpan(0, Longest), "…");

    /// <summary>True when a page leaves something of the message out.</summary>
    internal static bool IsFolded(MessageReadout reading) =>
        reading.Lines.Count > MostLines || reading.Lines.Take(MostLines).Any(line => line.Before.Length > Longest || line.Marked.Length > Longest || line.After.Length > Longest);
}
