using Microsoft.AspNetCore.Components;

namespace Tandem.Kernel.Pages.Parts;

/// <summary>What every field of a form has: a name, a label above it, perhaps a hint and an error, each tied to the control.</summary>
public abstract class FormField : ComponentBase
{
    /// <summary>The name under which it is sent; its errors are found by it.</summary>
    [Parameter, EditorRequired]
    public string Name { get; set; } = "";

    /// <summary>What is asked.</summary>
    [Parameter, EditorRequired]
    public string Label { get; set; } = "";

    /// <summary>How to answer, when the label does not say it.</summary>
    [Parameter]
    public string? Hint { get; set; }

    /// <summary>What is wrong with the answer given.</summary>
    [Parameter]
    public string? Error { get; set; }

    /// <summary>False marks the field as optional; most fields asked should be needed.</summary>
    [Parameter]
    public bool Required { get; set; } = true;

    /// <summary>The answer so far.</summary>
    [Parameter]
    public string? Value { get; set; }

    /// <summary>Unique in the page; made of the name unless given.</summary>
    [Parameter]
    public string? Id { get; set; }

    /// <summary>Anything else for the control.</summary>
    [Parameter(CaptureUnmatchedValues = true)]
    public IReadOnlyDictionary<string, object>? More { get; set; }

    /// <summary>The control's id, to which the error summary links.</summary>
    protected string ControlId => Id ?? IdOf(Name);

    /// <summary>The ids of hint and error, or null.</summary>
    protected string? DescribedBy => (Hint, Error) switch
    {
        (null, null) => null,
        (not null, null) => $"{ControlId}-hint",
        (null, not null) => $"{ControlId}-error",
        _ => $"{ControlId}-hint {ControlId}-error",
    };

    /// <summary><c>true</c> when it has an error.</summary>
    protected string? Invalid => Error is null ? null : "true";

    internal static string IdOf(string name) => "field-" + string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-'));
}
