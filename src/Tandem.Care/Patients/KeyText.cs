namespace Tandem.Care.Patients;

/// <summary>Texts of resources within keys: FHIR has them of a million characters, PostgreSQL keys of some 2,700 bytes.</summary>
internal static class KeyText
{
    /// <summary>Characters that a key keeps of a text: three of them, of any script, fit beside an id and a time.</summary>
    internal const int Longest = 200;

    /// <summary>What a text begins with; no character is cut in two.</summary>
    internal static string Cut(string text) =>
        text.Length <= Longest ? text : text[..(char.IsHighSurrogate(text[Longest - 1]) ? Longest - 1 : Longest)];
}
