using System.Text;
using Tandem.Fhir.Definitions;
using Tandem.Fhir.Json;

namespace Tandem.Fhir.Views;

/// <summary>A reference to another resource.</summary>
public readonly record struct Reference(FhirNode Node) : IFhirView<Reference>
{
    /// <inheritdoc/>
    public static Reference Of(FhirNode node) => new(node);

    /// <summary>As sent: <c>Patient/1</c>, an address, <c>urn:uuid:…</c> or <c>#contained</c>.</summary>
    public string? Literal => Node["reference"u8].Text;

    /// <summary>The type it states in its own element.</summary>
    public string? StatedType => Node["type"u8].Text;

    /// <summary>The number of what is meant, where there is no literal reference.</summary>
    public Identifier Identifier => new(Node["identifier"u8]);

    /// <summary>Words for what is meant.</summary>
    public string? Display => Node["display"u8].Text;

    /// <summary>The type of what it points to: from the literal, else as stated; null when neither says.</summary>
    public string? TargetType => Target is { } target ? target.Type : StatedType;

    /// <summary>Type and id of a reference within this record (<c>Patient/1</c>, also with a version); null for any other form.</summary>
    public (string Type, string Id)? Target =>
        Literal is { } literal && ReferenceText.Read(Encoding.UTF8.GetBytes(literal)) is { IsRelative: true } text
            ? (literal[text.Type], literal[text.Id])
            : null;

    /// <summary>True for a reference within this record to this type and id.</summary>
    public bool IsTo(string type, string id) => Target is { } target && target.Type == type && target.Id == id;
}

/// <summary>The parts of a literal reference (R4 2.3.0.1), as ranges of its text.</summary>
internal readonly record struct ReferenceText(Range Base, Range Type, Range Id, bool IsRelative)
{
    /// <summary>Finds <c>[base/]Type/id[/_history/version]</c> at the end of the text; null when it has another form.</summary>
    internal static ReferenceText? Read(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOf("/_history/"u8) is var history and >= 0 ? history : text.Length;
        var slash = text[..end].LastIndexOf((byte)'/');
        if (slash <= 0 || slash + 1 == end)
            return null;
        var before = text[..slash].LastIndexOf((byte)'/');
        if (R4.Types.Find(text[(before + 1)..slash]) is not { IsResource: true })
            return null;
        return new(0..Math.Max(before, 0), (before + 1)..slash, (slash + 1)..end, before < 0);
    }
}
