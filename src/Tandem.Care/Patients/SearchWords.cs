using System.Globalization;
using System.Text;
using Tandem.Fhir.Search;

namespace Tandem.Care.Patients;

/// <summary>Words as they are compared when a person looks for a name: lower case, without accents.</summary>
internal static class SearchWords
{
    /// <summary>The word that every patient has.</summary>
    internal const string Everyone = "";

    /// <summary>Begins the word of a birth date.</summary>
    internal const string Born = "born:";

    private static readonly char[] Breaks = [' ', '-', ',', '.', '\'', '’', '\t'];

    internal static IEnumerable<string> In(string text) => text
        .Split(Breaks, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(Fold)
        .Where(word => word.Length > 0);

    /// <summary>The parts between spaces, whole: "smith-jones" beside its two halves.</summary>
    internal static IEnumerable<string> Whole(string text) =>
        text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(Fold);

    /// <summary>A number as it is compared: without spaces.</summary>
    internal static string Number(string value) => Fold(string.Concat(value.Where(c => !char.IsWhiteSpace(c))));

    internal static string Fold(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (var c in SoundText.Of(text).Normalize(NormalizationForm.FormD))
        {
            if (CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark)
                folded.Append(char.ToLowerInvariant(c));
        }

        return folded.ToString().Normalize(NormalizationForm.FormC);
    }
}
