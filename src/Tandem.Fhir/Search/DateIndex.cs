using Tandem.Fhir.Definitions;
using Tandem.Fhir.Json;
using Tandem.Fhir.Views;

namespace Tandem.Fhir.Search;

/// <summary>Dates (R4 3.1.1.4.7) as stretches of time: what is stated less exactly lasts longer, an open period has no end.</summary>
internal static class DateIndex
{
    internal static void Add(FhirNode node, StepName? name, SearchIndexOptions options, IndexSlot slot, SearchValueList into)
    {
        if (node.Kind == JsonKind.String)
        {
            if (node.Date() is { } date)
                Add(node, date.Interval(options.Zone), slot, into);
        }
        else if (name?.Type.Name == "Timing")
        {
            foreach (var happening in node["event"u8].Items)
                Add(happening, name, options, slot, into);
            AddPeriod(node["repeat"u8]["boundsPeriod"u8], options, slot, into);
        }
        else
        {
            AddPeriod(node, options, slot, into);
        }
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
