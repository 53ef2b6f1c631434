namespace Tandem.Fhir.Terminology;

/// <summary>A code with the words that somebody put beside it (<c>Coding.display</c>).</summary>
/// <param name="System">The code system's address.</param>
/// <param name="Version">Its version, or null.</param>
/// <param name="Code">The code.</param>
/// <param name="Display">The words.</param>
/// <param name="Language">The language they are in (BCP 47) where it is known, or null.</param>
public sealed record ShownCode(string System, string? Version, string Code, string Display, string? Language = null);
