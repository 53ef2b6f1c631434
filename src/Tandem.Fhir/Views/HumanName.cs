using Tandem.Fhir.Json;

namespace Tandem.Fhir.Views;

/// <summary>A person's name.</summary>
public readonly record struct HumanName(FhirNode Node) : IFhirView<HumanName>
{
    /// <inheritdoc/>
    public static HumanName Of(FhirNode node) => new(node);

    /// <summary>usual, official, nickname, maiden, old …</summary>
    public string? Use => Node["use"u8].Text;

    /// <summary>The whole name as it is to be shown.</summary>
    public string? Text => Node["text"u8].Text;

    /// <summary>Family name.</summary>
    public string? Family => Node["family"u8].Text;

    /// <summary>Given names, in order.</summary>
    public IEnumerable<string> Given => Node["given"u8].Items.AsEnumerable().Select(given => given.Text).OfType<string>();

    /// <summary>Titles before the name.</summary>
    public IEnumerable<string> Prefix => Node["prefix"u8].Items.AsEnumerable().Select(prefix => prefix.Text).OfType<string>();

    /// <summary>What follows the name.</summary>
    public IEnumerable<string> Suffix => Node["suffix"u8].Items.AsEnumerable().Select(suffix => suffix.Text).OfType<string>();

    /// <summary>When it was in use.</summary>
    public Period Period => new(Node["period"u8]);

    /// <summary>What to show: the text, else given names and family name; empty when there is neither.</summary>
    public string Words => Text is { Length: > 0 } text ? text : string.Join(' ', [.. Given, .. Family is { } family ? new[] { family } : []]);
}
