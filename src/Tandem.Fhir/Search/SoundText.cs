namespace Tandem.Fhir.Search;

/// <summary>Texts as Unicode can fold them: JSON and forms may bring half a surrogate pair and U+FFFE, which <see cref="string.Normalize()"/> refuses.</summary>
public static class SoundText
{
    private const char Replacement = '\uFFFD';

    /// <summary>The text with U+FFFD in place of what cannot be folded.</summary>
    public static string Of(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF') && !text.Contains('\uFFFE', StringComparison.Ordinal))
            return text;
        return string.Concat(text.EnumerateRunes()).Replace('\uFFFE', Replacement); // a half comes as U+FFFD
    }
}
