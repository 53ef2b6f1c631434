using Tandem.Fhir.Json;

namespace Tandem.Fhir.Terminology;

/// <summary>One name of a concept.</summary>
/// <param name="Text">The words.</param>
/// <param name="Language">Their language (BCP 47), or null where it is not said.</param>
/// <param name="Use">What kind of name it is (a Coding), or missing.</param>
public sealed record ConceptName(string Text, string? Language, FhirNode Use)
{
    /// <summary>The names that a concept of a code system, or of a value set, has in a resource: its display, then its designations.</summary>
    /// <param name="concept">The concept as written.</param>
    /// <param name="language">The language of the display, or null.</param>
    public static IEnumerable<ConceptName> Of(FhirNode concept, string? language)
    {
        if (concept["display"u8].Text is { } display)
            yield return new(display, language, default);
        foreach (var designation in concept["designation"u8].Items)
        {
            if (designation["value"u8].Text is { } value)
                yield return new(value, designation["language"u8].Text, designation["use"u8]);
        }
    }

    /// <summary>Of several names the one in a language: in exactly this one, else in another form of it (Spanish is Spanish, wherever it is spoken); null when there is none.</summary>
    public static string? In(IReadOnlyCollection<ConceptName> names, string language) =>
        (names.FirstOrDefault(name => string.Equals(name.Language, language, StringComparison.OrdinalIgnoreCase)) ?? names.FirstOrDefault(name => name.IsIn(language)))?.Text;

    /// <summary>True when the name is in this language, wherever it is spoken.</summary>
    public bool IsIn(string language) => Language is not null && string.Equals(Main(language), Main(Language), StringComparison.OrdinalIgnoreCase);

    private static string Main(string language) => language.Split('-')[0];
}

/// <summary>
/// The names of a concept: the display of its code system, the designations there and in supplements, and what a value set calls it. Names agree whatever
/// the case of their letters and the blanks between words; any name in any language will do (R4 2.24.0.7, Coding.display).
/// </summary>
internal static class ConceptNames
{
    /// <summary>What the code is called, where the words beside it are none of its names; null where they are one, and where nobody here can tell.</summary>
    /// <param name="shown">The code and its words.</param>
    /// <param name="system">The code system.</param>
    /// <param name="listed">The concept as value sets list it.</param>
    internal static string? Other(ShownCode shown, CodeSystem system, IEnumerable<FhirNode> listed)
    {
        if (system.Find(shown.Code) is not { } concept || (shown.Version is { } version && system.Version is { } known && version != known))
            return null; // another version may have another name for it
        var names = listed.SelectMany(one => ConceptName.Of(one, null)).ToList();
        names.InsertRange(0, system.NamesOf(concept));
        if (names.Count == 0 || names.Exists(name => Agree(shown.Display, name.Text)))
            return null;
        return shown.Language is { } language && !names.Exists(name => name.IsIn(language)) ? null : In(system, concept, shown.Language) ?? names[0].Text;
    }

    /// <summary>The concept's name in a language; its display where it has none in it.</summary>
    internal static string? In(CodeSystem system, Concept concept, string? language) =>
        language is null ? concept.Display : ConceptName.In(system.NamesOf(concept), language) ?? concept.Display;

    private static bool Agree(string given, string name) => string.Equals(Plain(given), Plain(name), StringComparison.OrdinalIgnoreCase);

    private static string Plain(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
