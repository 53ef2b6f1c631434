using Tandem.Record.Files;

namespace Tandem.Care.Intake.Mapping;

/// <summary>What the hub knows of a sender that its messages do not say.</summary>
/// <param name="Id">Id of the source: letters, digits and <c>-</c>; part of the systems made for numbers without a known authority.</param>
/// <param name="Display">Its name for people.</param>
/// <param name="TimeZone">IANA name of the zone in which times without offset are read, such as <c>America/Chicago</c>.</param>
/// <param name="Organization">Literal reference of the organisation that sends, such as <c>Organization/north</c>; null when it is none of ours.</param>
/// <param name="DefaultAuthority">Identifier system of patient numbers that come without assigning authority; null for one of the source's own.</param>
/// <param name="Authorities">Identifier systems of assigning authorities by the name or id the source uses (CX-4.1 or CX-4.2).</param>
/// <param name="CodeSystems">Code system URIs by the name the source uses (CWE-3), before the names of table 0396.</param>
/// <param name="DefaultCharacterSet">Table 0211 name used when MSH-18 is empty.</param>
internal sealed record SourceSettings(
    string Id,
    string Display,
    string TimeZone,
    string? Organization = null,
    string? DefaultAuthority = null,
    IReadOnlyDictionary<string, string>? Authorities = null,
    IReadOnlyDictionary<string, string>? CodeSystems = null,
    string? DefaultCharacterSet = null)
{
    /// <summary>Looks at documents within messages; the shipped rules unless the installation says otherwise.</summary>
    internal FileGuard Files { get; init; } = FileGuard.Default;
}
