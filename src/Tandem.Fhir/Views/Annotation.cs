using Tandem.Fhir.Json;

namespace Tandem.Fhir.Views;

/// <summary>A note with its author.</summary>
public readonly record struct Annotation(FhirNode Node) : IFhirView<Annotation>
{
    /// <inheritdoc/>
    public static Annotation Of(FhirNode node) => new(node);

    /// <summary>The note, in Markdown.</summary>
    public string? Text => Node["text"u8].Text;

    /// <summary>When it was made.</summary>
    public FhirDateTime? Time => Node["time"u8].Date();

    /// <summary>Who wrote it.</summary>
    public Reference AuthorReference => new(Node["authorReference"u8]);

    /// <summary>Who wrote it, as words.</summary>
    public string? AuthorString => Node["authorString"u8].Text;
}
