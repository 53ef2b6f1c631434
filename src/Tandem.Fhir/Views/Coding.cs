using Tandem.Fhir.Json;

namespace Tandem.Fhir.Views;

/// <summary>A code of a system.</summary>
public readonly record struct Coding(FhirNode Node) : IFhirView<Coding>
{
    /// <inheritdoc/>
    public static Coding Of(FhirNode node) => new(node);

    /// <summary>The system's address.</summary>
    public string? System => Node["system"u8].Text;

    /// <summary>The code.</summary>
    public string? Code => Node["code"u8].Text;

    /// <summary>Its wording, as sent.</summary>
    public string? Display => Node["display"u8].Text;

    /// <summary>True for exactly this system and code.</summary>
    public bool Is(ReadOnlySpan<byte> system, ReadOnlySpan<byte> code) => Node["code"u8].Is(code) && Node["system"u8].Is(system);
}

/// <summary>A concept: codings that mean the same, and words.</summary>
public readonly record struct CodeableConcept(FhirNode Node) : IFhirView<CodeableConcept>
{
    /// <inheritdoc/>
    public static CodeableConcept Of(FhirNode node) => new(node);

    /// <summary>The codings.</summary>
    public ViewList<Coding> Codings => Node["coding"u8].List<Coding>();

    /// <summary>The words of who entered it.</summary>
    public string? Text => Node["text"u8].Text;

    /// <summary>What to show a person: the text, else the first coding's display, else its code.</summary>
    public string? Words => Text ?? Codings.First.Display ?? Codings.First.Code;

    /// <summary>True when one of the codings has this system and code.</summary>
    public bool Has(ReadOnlySpan<byte> system, ReadOnlySpan<byte> code)
    {
        foreach (var coding in Codings)
        {
            if (coding.Is(system, code))
                return true;
        }

        return false;
    }

    /// <summary>The code of the first coding of a system; null when there is none.</summary>
    public string? CodeOf(ReadOnlySpan<byte> system)
    {
        foreach (var coding in Codings)
        {
            if (coding.Node["system"u8].Is(system))
                return coding.Code;
        }

        return null;
    }
}
