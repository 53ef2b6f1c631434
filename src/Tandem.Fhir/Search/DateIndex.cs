using Tandem.Fhir.Definitions;
using Tandem.Fhir.Json;
using Tandem.Fhir.Views;

namespace Tandem.Fhir.Search;

/// <summary>
/// Dates (R4 3.1.1.4.7) as stretches of time: what is stated less exactly lasts longer, an instant is a moment, an open period has no end, and of a timing
/// only its outer limits count.
/// </summary>
internal static class DateIndex
{
    internal static void Add(FhirNode node, StepName? name, SearchIndexOptions options, IndexSlot slot, SearchValueList into)
    {
        switch (name?.Type.Name)
        {
            case null or "date" or "dateTime" or "instant" when node.Kind == JsonKind.String:
                if (node.Date() is { } date)
                    Add(node, name?.Type.Name == "instant" ? Moment(date, options) : date.Interval(options.Zone), slot, into);
                break;
            case "Timing":
                if (Limits(node, options) is { } limits)
                    Add(node, limits, slot, into);
                break;
            default:
                AddPeriod(node, options, slot, into);
                break;
        }
    }

    /// <summary>An instant has no width; the index's least is a millisecond.</summary>
    private static (long Low, long High) Moment(FhirDateTime instant, SearchIndexOptions options) =>
        (instant.Interval(options.Zone).Low, instant.Interval(options.Zone).Low + 1);

    /// <summary>From the first of its events and bounds to the last; null when it has none.</summary>
    private static (long Low, long High)? Limits(FhirNode timing, SearchIndexOptions options)
    {
        var limits = new Period(timing["repeat"u8]["boundsPeriod"u8]).Interval(options.Zone);
        foreach (var happening in timing["event"u8].Items)
        {
            if (happening.Date()?.Interval(options.Zone) is var (low, high))
                limits = limits is var (first, last) ? (Math.Min(first, low), Math.Max(last, high)) : (low, high);
        }

        return limits;
    }

    private static void AddPeriod(FhirNode node, SearchIndexOptions options, IndexSlot slot, SearchValueList into)
    {
        if (new Period(node).Interval(options.Zone) is { } interval)
            Add(node, interval, slot, into);
    }

    private static void Add(FhirNode source, (long Low, long High) interval, IndexSlot slot, SearchValueList into) => into.Add(new()
    {
        ParameterId = slot.ParameterId, Kind = SearchType.Date, Component = slot.Component, Group = slot.Group, Source = source,
        Low = interval.Low, High = interval.High,
    });
}
