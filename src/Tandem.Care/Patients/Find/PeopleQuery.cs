using System.Globalization;

namespace Tandem.Care.Patients;

/// <summary>What somebody is looked for by: beginnings of words that must all be the patient's.</summary>
/// <param name="Words">At most <see cref="FindPeople.MostWords"/>, the longest; without any everyone is found.</param>
internal sealed record PeopleQuery(IReadOnlyList<string> Words)
{
    /// <summary>True when nothing was asked for.</summary>
    internal bool IsEmpty => Words.Count == 0;

    /// <summary>Reads names, a record number or an ISO birth date out of one line, and a birth date given beside it.</summary>
    internal static PeopleQuery Parse(string? text, DateOnly? born)
    {
        var words = new HashSet<string>(StringComparer.Ordinal);
        foreach (var part in SearchWords.Whole(text ?? ""))
        {
            if (DateOnly.TryParseExact(part, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
                words.Add(SearchWords.Born + part);
            else if (part.Any(char.IsAsciiDigit))
                words.Add(part);
            else
                words.UnionWith(SearchWords.In(part));
        }

        if (born is { } day)
            words.Add(SearchWords.Born + day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        return new PeopleQuery([.. words.OrderByDescending(word => word.Length).Take(FindPeople.MostWords)]);
    }
}
