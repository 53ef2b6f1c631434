namespace Tandem.Kernel.Pages.Parts;

/// <summary>How much an act weighs among the acts of a view.</summary>
public enum ButtonKind
{
    /// <summary>One of several.</summary>
    Secondary,

    /// <summary>The one the view is for.</summary>
    Primary,

    /// <summary>Seldom wanted, or repeated in every row.</summary>
    Quiet,

    /// <summary>Takes something away.</summary>
    Danger,
}
