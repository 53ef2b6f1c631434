namespace Tandem.Care.Loops;

/// <summary>A text in every language the hub speaks, as it is stored with a loop and shown to a person.</summary>
/// <param name="En">English; also what FHIR clients see as the element's own value.</param>
/// <param name="Es">Spanish; stored as the FHIR translation extension.</param>
public sealed record LocalizedText(string En, string Es)
{
    /// <summary>The text for a language tag (<c>es</c>, <c>es-US</c>, anything else is English).</summary>
    public string In(string language) => language.StartsWith("es", StringComparison.OrdinalIgnoreCase) ? Es : En;
}
