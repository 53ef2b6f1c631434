namespace Tandem.Care.Patients;

/// <summary>One thing that happened to a patient, as the timeline tells it. Codes and sent texts only; pages add the words.</summary>
public sealed record TimelineEntry
{
    /// <summary>Unique for the patient and the same for every version: <c>Encounter/abc#left</c>.</summary>
    public string Key { get; init; } = "";

    /// <summary>When it happened. A day without a time stands at noon UTC, which is that day in every zone from −11 to +11.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>False when only the day is known.</summary>
    public bool HasTime { get; init; } = true;

    /// <summary>A month or a year as stated, where no more is known; otherwise null.</summary>
    public string? Said { get; init; }

    /// <summary>What sort of thing, for filters: one of <see cref="TimelineKinds"/>.</summary>
    public string Kind { get; init; } = "";

    /// <summary>What happened, such as <c>admitted</c>; pages have a phrase for each.</summary>
    public string Event { get; init; } = "";

    /// <summary>What it concerns, as sent.</summary>
    public string Title { get; init; } = "";

    /// <summary>The Spanish of <see cref="Title"/> where there is one.</summary>
    public string? TitleEs { get; init; }

    /// <summary>The value or a few more words, as sent.</summary>
    public string? Value { get; init; }

    /// <summary>HH, LL, AA, H, L, A, N … (HL7 ObservationInterpretation), or null.</summary>
    public string? Flag { get; init; }

    /// <summary>The resource's status.</summary>
    public string? Status { get; init; }

    /// <summary>Where, or who says so.</summary>
    public string? Place { get; init; }

    /// <summary>The analyte of a result as its series is addressed, or null.</summary>
    public string? Code { get; init; }

    /// <summary>When this version was recorded.</summary>
    public DateTimeOffset Recorded { get; init; }

    /// <summary>Which version of the resource it is.</summary>
    public int Version { get; init; }

    /// <summary>Where it came from (<c>meta.source</c>), or null.</summary>
    public string? Source { get; init; }

    /// <summary>FHIR type of the resource.</summary>
    public string Type { get; init; } = "";

    /// <summary>Its logical id.</summary>
    public string Id { get; init; } = "";

    /// <summary>Place of the version in the log.</summary>
    public long Seq { get; init; }

    /// <summary>The first that a version says; null when the timeline has no words for it.</summary>
    public static TimelineEntry? Of(Record.Log.ResourceVersion version) => TimelineReading.Read(version).FirstOrDefault();

    /// <summary>The title in the reader's language.</summary>
    public string TitleIn(string language) => language == Kernel.Pages.Languages.Spanish && TitleEs is { } es ? es : Title;
}

/// <summary>The sorts of entries by which a timeline is filtered. They are part of addresses.</summary>
internal static class TimelineKinds
{
    internal const string Stay = "stay";
    internal const string Result = "result";
    internal const string Medication = "medication";
    internal const string Contact = "contact";
    internal const string Loop = "loop";
    internal const string Other = "other";

    internal static readonly IReadOnlyList<string> All = [Stay, Result, Medication, Contact, Loop, Other];
}
