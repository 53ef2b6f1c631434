namespace Tandem.Fhir.Validation;

/// <summary>Whether an item belongs to a slice.</summary>
internal enum SliceFit
{
    No,

    /// <summary>It cannot be told: what the item points to, a profile or a code system is not here.</summary>
    Unknown,

    Yes,

    /// <summary>The slice says nothing of what a discriminator looks at: then another one tells it apart.</summary>
    Unsaid,
}
