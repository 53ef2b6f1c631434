using Tandem.Kernel.Outcomes;

namespace Tandem.Kernel.Pages;

/// <summary>One choice of a select, a radio group or a list of filters.</summary>
/// <param name="Value">What is sent.</param>
/// <param name="Text">What is read.</param>
/// <param name="Hint">A sentence under it, when the text does not explain itself.</param>
public sealed record Choice(string Value, string Text, string? Hint = null);

/// <summary>A filter in force, and the address of the list without it.</summary>
public sealed record ActiveFilter(string Text, string HrefWithout);

/// <summary>A tab, which is a link.</summary>
/// <param name="Text">What is read.</param>
/// <param name="Href">Where it leads.</param>
/// <param name="Current">True for the tab whose content is shown.</param>
/// <param name="Count">How many wait there, when that is known.</param>
public sealed record Tab(string Text, string Href, bool Current = false, long? Count = null);

/// <summary>A shortcut as the help sheet lists it.</summary>
/// <param name="Keys">The keys in the order of pressing.</param>
/// <param name="Text">What they do.</param>
public sealed record Shortcut(IReadOnlyList<string> Keys, string Text);

/// <summary>A value of a trend.</summary>
public sealed record TrendPoint(DateTimeOffset At, decimal Value);

/// <summary>What is wrong with one field of a form.</summary>
/// <param name="Field">The field's name; empty when it concerns the whole form.</param>
/// <param name="Text">What is wrong and how to put it right.</param>
public sealed record FieldError(string Field, string Text);

/// <summary>The errors of a form, as they are listed over it and shown beside its fields. Immutable.</summary>
public sealed record FormErrors(IReadOnlyList<FieldError> All)
{
    /// <summary>No errors.</summary>
    public static readonly FormErrors None = new([]);

    /// <summary>True when there is one.</summary>
    public bool Any => All.Count > 0;

    /// <summary>What is wrong with a field, or null.</summary>
    public string? this[string field] => All.FirstOrDefault(error => error.Field == field)?.Text;

    /// <summary>The refusal of a use case: its details by the field named in their expression, or else its sentence.</summary>
    public static FormErrors From(Refusal? refusal) => refusal switch
    {
        null => None,
        { Details.Count: 0 } => new([new FieldError("", refusal.Text)]),
        _ => new([.. refusal.Details.Where(detail => !detail.IsWarning).Select(detail => new FieldError(detail.Expression ?? "", detail.Text))]),
    };
}
