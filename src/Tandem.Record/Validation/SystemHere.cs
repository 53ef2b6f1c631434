namespace Tandem.Record.Validation;

/// <summary>A code system whose codes, or some of them, are here.</summary>
/// <param name="Url">Its address.</param>
/// <param name="Versions">The versions that can be asked for, in the order of their letters; empty for one that says none.</param>
/// <param name="Default">The one that is meant where none is named; null when that one says none.</param>
internal sealed record SystemHere(string Url, IReadOnlyList<string> Versions, string? Default);
