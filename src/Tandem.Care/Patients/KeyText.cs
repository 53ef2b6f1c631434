using System.Security.Cryptography;
using System.Text;

namespace Tandem.Care.Patients;

/// <summary>Texts of resources within keys: FHIR has them of a million characters, PostgreSQL keys of some 2,700 bytes.</summary>
public static class KeyText
{
    /// <summary>Characters that a key keeps of a text: three of them, of any script, fit beside an id and a time.</summary>
    public const int Longest = 200;

    private const int Readable = 120; // beside a hash of 64

    /// <summary>A text that stands for one thing, such as a code: a long one by what it begins with and its SHA-256, so that none is taken for another. What this gives stays as it is.</summary>
    public static string Of(string text) =>
        text.Length <= Longest ? text : $"{Cut(text, Readable)}~{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";

    /// <summary>What a text begins with; no character is cut in two.</summary>
    public static string Cut(string text) => Cut(text, Longest);

    private static string Cut(string text, int most) =>
        text.Length <= most ? text : text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)];
}
