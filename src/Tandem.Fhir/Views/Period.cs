using Tandem.Fhir.Json;

namespace Tandem.Fhir.Views;

/// <summary>A stretch of time.</summary>
public readonly record struct Period(FhirNode Node) : IFhirView<Period>
{
    /// <inheritdoc/>
    public static Period Of(FhirNode node) => new(node);

    /// <summary>When it began; null when open.</summary>
    public FhirDateTime? Start => Node["start"u8].Date();

    /// <summary>When it ended (inclusive to its precision); null when open.</summary>
    public FhirDateTime? End => Node["end"u8].Date();

    /// <summary>As milliseconds since 1970 UTC, low inclusive, high exclusive; open ends are the ends of <see cref="long"/>. Null when empty.</summary>
    /// <param name="zone">The zone of dates that name none.</param>
    public (long Low, long High)? Interval(TimeZoneInfo zone)
    {
        var (start, end) = (Start, End);
        if (start is null && end is null)
            return null;
        return (start?.Interval(zone).Low ?? long.MinValue, end?.Interval(zone).High ?? long.MaxValue);
    }
}
