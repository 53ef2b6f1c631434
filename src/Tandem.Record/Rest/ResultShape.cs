using Tandem.Fhir.Search;
using Tandem.Kernel.Outcomes;

namespace Tandem.Record.Rest;

/// <summary>How much of the resources an answer holds (R4 3.1.1.5.8–9): for every interaction alike.</summary>
/// <param name="Summary">Which part.</param>
/// <param name="Elements">Only these elements at the top, and what is mandatory or changes the meaning; empty for all.</param>
internal sealed record ResultShape(SummaryMode Summary, IReadOnlyList<string> Elements)
{
    internal static readonly ResultShape Whole = new(SummaryMode.False, []);

    /// <summary>True when resources go out as they are stored.</summary>
    internal bool IsWhole => Elements.Count == 0 && Summary is SummaryMode.False or SummaryMode.Count;

    /// <summary>Reads <c>_summary</c> and <c>_elements</c>.</summary>
    internal static Outcome<ResultShape> Read(IReadOnlyList<KeyValuePair<string, string>> query)
    {
        SummaryMode? summary = null;
        List<string> elements = [];
        foreach (var (name, value) in query)
        {
            if (name == "_elements")
                elements.AddRange(ElementNames.Plain(value));
            if (name != "_summary")
                continue;
            SummaryMode? mode = value switch
            {
                "true" => SummaryMode.True, "false" => SummaryMode.False, "text" => SummaryMode.Text, "data" => SummaryMode.Data, "count" => SummaryMode.Count, _ => null,
            };
            if (mode is null)
                return Refusal.Invalid("", new RefusalDetail("value", "_summary has to be true, text, data, count or false."));
            summary ??= mode; // of several the first, as everywhere
        }

        return elements.Count > ElementNames.Most ? Refusal.Invalid("", new RefusalDetail("too-costly", ElementNames.TooMany)) : new ResultShape(summary ?? SummaryMode.False, elements);
    }
}
