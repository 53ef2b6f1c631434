using Tandem.Kernel.Pages;

namespace Tandem.Care.Patients;

/// <summary>What stands under one mark of the timeline: one entry, or the results that came together.</summary>
/// <param name="Entries">At least one; those outside their range first, a report before its values.</param>
public sealed record TimelineGroup(IReadOnlyList<TimelineEntry> Entries)
{
    public TimelineEntry First => Entries[0];

    /// <summary>The same whenever the page is read.</summary>
    public string Key => Entries.Count == 1 ? First.Key : $"{First.At.ToUnixTimeMilliseconds()}|{First.Source}";

    /// <summary>The report over the results, or null.</summary>
    public TimelineEntry? Report => Entries.FirstOrDefault(entry => entry.Event == "report");

    /// <summary>The results.</summary>
    public IReadOnlyList<TimelineEntry> Results { get; } = [.. Entries.Where(entry => entry.Event == "result")];
}

/// <summary>A day of the timeline on the patient's calendar.</summary>
public sealed record TimelineDay(DateOnly Day, IReadOnlyList<TimelineGroup> Groups);

/// <summary>Sets entries by day and sets results together that came in one message.</summary>
internal static class TimelineDays
{
    /// <param name="entries">The latest first.</param>
    /// <param name="zone">The zone of the days.</param>
    internal static IReadOnlyList<TimelineDay> Of(IReadOnlyList<TimelineEntry> entries, string zone) =>
    [
        .. entries
            .GroupBy(entry => LocalDay.Of(entry.At, zone))
            .Select(day => new TimelineDay(day.Key, [.. day.GroupBy(TogetherKey).Select(group => new TimelineGroup(Ordered([.. group])))])),
    ];

    private static object TogetherKey(TimelineEntry entry) =>
        entry.Event is "result" or "report" ? (entry.At, entry.Source) : entry.Key;

    private static List<TimelineEntry> Ordered(List<TimelineEntry> entries) => entries.Count == 1
        ? entries
        : [.. entries.OrderByDescending(entry => entry.Event == "report").ThenByDescending(entry => ResultFlags.Weight(entry.Flag)).ThenBy(entry => entry.Title, StringComparer.OrdinalIgnoreCase)];

    /// <summary>The tone and picture of a group's mark.</summary>
    internal static (Tone Tone, Glyph Glyph) MarkOf(TimelineGroup group)
    {
        var weight = group.Results.Where(entry => entry.Status is not ("cancelled" or "entered-in-error")).Select(entry => ResultFlags.Weight(entry.Flag)).DefaultIfEmpty(0).Max();
        return (group.First.Kind, group.First.Event) switch
        {
            (TimelineKinds.Result, _) when weight >= 3 => (Tone.Urgent, Glyph.Urgent),
            (TimelineKinds.Result, _) when weight == 2 => (Tone.Caution, Glyph.Caution),
            (TimelineKinds.Result, _) => (Tone.Neutral, Glyph.Pulse),
            (_, "died") => (Tone.Neutral, Glyph.Cross),
            (TimelineKinds.Stay, "discharged" or "emergency-left") => (Tone.Info, Glyph.Up),
            (TimelineKinds.Stay, "appointment" or "visit-planned" or "stay-planned") => (Tone.Neutral, Glyph.Clock),
            (TimelineKinds.Stay, "stay-cancelled") => (Tone.Neutral, Glyph.Cross),
            (TimelineKinds.Stay, "visit") => (Tone.Neutral, Glyph.Person),
            (TimelineKinds.Stay, _) => (Tone.Info, Glyph.Down),
            (TimelineKinds.Loop, "loop-closed") => (Tone.Done, Glyph.Done),
            (TimelineKinds.Loop, "loop-withdrawn") => (Tone.Neutral, Glyph.Cross),
            (TimelineKinds.Loop, _) => (Tone.Info, Glyph.Clock),
            (TimelineKinds.Contact, not "document" and not "answered") => (Tone.Neutral, Glyph.Phone),
            (TimelineKinds.Contact, _) => (Tone.Neutral, Glyph.Document),
            (TimelineKinds.Medication, _) => (Tone.Neutral, Glyph.Plus),
            _ => (Tone.Neutral, Glyph.Neutral),
        };
    }
}
