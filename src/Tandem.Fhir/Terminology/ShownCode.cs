using Tandem.Fhir.Json;

namespace Tandem.Fhir.Terminology;

/// <summary>A code with the words that somebody put beside it (<c>Coding.display</c>).</summary>
/// <param name="System">The code system's address.</param>
/// <param name="Version">Its version, or null.</param>
/// <param name="Code">The code.</param>
/// <param name="Display">The words.</param>
/// <param name="Language">The language they are in (BCP 47) where it is known, or null.</param>
public sealed record ShownCode(string System, string? Version, string Code, string Display, string? Language = null);

/// <summary>
/// The names of a concept: the display of its code system, the designations there, and what a value set calls it. Names agree whatever the case of
/// their letters and the blanks between words; any name in any language will do (R4 2.24.0.7, Coding.display).
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
        var names = listed.Prepend(concept.Node).SelectMany(Of).ToList();
        if (names.Count == 0 || names.Exists(name => Agree(shown.Display, name.Text)))
            return null;
        var isForeign = shown.Language is { } language && !SameLanguage(language, system.Language ?? "en") && !names.Exists(name => SameLanguage(language, name.Language));
        return isForeign ? null : In(concept, shown.Language) ?? names[0].Text;
    }

    /// <summary>The concept's name in a language; its display where it has none in it.</summary>
    internal static string? In(Concept concept, string? language)
    {
        var designations = Of(concept.Node).Where(name => name.Language is not null).ToList();
        if (language is null || designations.Count == 0)
            return concept.Display;
        return designations.Find(name => string.Equals(name.Language, language, StringComparison.OrdinalIgnoreCase)).Text
            ?? designations.Find(name => SameLanguage(language, name.Language)).Text ?? concept.Display;
    }

    private static bool Agree(string given, string name) => string.Equals(Plain(given), Plain(name), StringComparison.OrdinalIgnoreCase);

    private static string Plain(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Spanish is Spanish, wherever it is spoken.</summary>
    private static bool SameLanguage(string language, string? other) =>
        other is not null && string.Equals(language.Split('-')[0], other.Split('-')[0], StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<(string Text, string? Language)> Of(FhirNode concept)
    {
        if (concept["display"u8].Text is { } display)
            yield return (display, null);
        foreach (var designation in concept["designation"u8].Items)
        {
            if (designation["value"u8].Text is { } value)
                yield return (value, designation["language"u8].Text);
        }
    }
}
