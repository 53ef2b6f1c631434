using System.Globalization;
using System.Text;

namespace Tandem.Care.Patients;

/// <summary>Words as they are compared when a person looks for a name: lower case, without accents.</summary>
internal static class SearchWords
{
    private static readonly char[] Breaks = [' ', '-', ',', '.', '\'', '’', '\t'];

    internal static IEnumerable<string> In(string text) => text
        .Split(Breaks, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(Fold)
        .Where(word => word.Length > 0);

    internal static string Fold(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (var c in text.Normalize(NormalizationForm.FormD))
        {
            if (CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark)
                folded.Append(char.ToLowerInvariant(c));
        }

        return folded.ToString().Normalize(NormalizationForm.FormC);
    }
}
