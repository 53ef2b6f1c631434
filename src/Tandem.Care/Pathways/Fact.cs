using NodaTime;
using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Json;
using Tandem.Fhir.Views;

namespace Tandem.Care.Pathways;

/// <summary>One version of a resource, as far as decisions look at it.</summary>
/// <param name="Resource">The resource; missing when this version is a deletion.</param>
/// <param name="Recorded">When the hub recorded it.</param>
/// <param name="Seq">Its place in the log.</param>
public sealed record FactVersion(FhirNode Resource, DateTimeOffset Recorded, long Seq);

/// <summary>
/// A resource of the patient with its versions in the order in which they came true at their source, which may differ from the order in
/// which they arrived: a result that was corrected stays corrected when the uncorrected one arrives late.
/// </summary>
public sealed record Fact
{
    /// <summary>A fact from its versions, given in any order.</summary>
    public Fact(string type, string id, IEnumerable<FactVersion> versions, DateTimeOffset firstRecorded)
    {
        (Type, Id, FirstRecorded) = (type, id, firstRecorded);
        Reference = $"{type}/{id}";
        Versions = InSourceOrder([.. versions]);
    }

    /// <summary>Resource type.</summary>
    public string Type { get; }

    /// <summary>Logical id.</summary>
    public string Id { get; }

    /// <summary>The versions in source order; at least one.</summary>
    public IReadOnlyList<FactVersion> Versions { get; }

    /// <summary>When the hub first heard of it.</summary>
    public DateTimeOffset FirstRecorded { get; }

    /// <summary>What holds: the last version at the source.</summary>
    public FhirNode Resource => Versions[^1].Resource;

    /// <summary><c>Type/id</c>.</summary>
    public string Reference { get; }

    /// <summary>
    /// By the time stated by the source (extension <c>event-time</c> on meta, else <c>issued</c>) when every version states one; equal times by
    /// how final the status is, then by arrival. Without times by arrival.
    /// </summary>
    private static FactVersion[] InSourceOrder(List<FactVersion> versions)
    {
        versions.Sort((a, b) => a.Seq.CompareTo(b.Seq));
        if (versions.Count == 1 || versions.Exists(version => SourceTime(version.Resource) is null))
            return [.. versions];
        return [.. versions.OrderBy(version => SourceTime(version.Resource)).ThenBy(version => Finality(version.Resource["status"u8].Text))];
    }

    private static DateTimeOffset? SourceTime(FhirNode resource)
    {
        var stated = resource["meta"u8].Extension("event-time");
        var text = stated["valueInstant"u8].Text ?? stated["valueDateTime"u8].Text ?? resource["issued"u8].Text;
        return FhirDateTime.TryParse(text, out var time) ? time.Low(TimeZoneInfo.Utc) : null;
    }

    private static int Finality(string? status) => status switch
    {
        "entered-in-error" or "cancelled" => 4,
        "corrected" or "amended" or "appended" => 3,
        "final" or "finished" or "completed" => 2,
        "preliminary" => 1,
        _ => 0,
    };
}

/// <summary>When things happened, whatever element says so.</summary>
internal static class FactTime
{
    private static readonly string[][] Paths =
    [
        ["received"], ["sent"], ["performedDateTime"], ["performedPeriod", "start"], ["effectiveDateTime"], ["effectivePeriod", "start"],
        ["period", "start"], ["start"], ["occurrenceDateTime"], ["dateAsserted"], ["authoredOn"], ["authored"], ["recordedDate"], ["issued"], ["date"],
        ["meta", "lastUpdated"],
    ];

    // Days are counted on from what is read here and in any zone, for which a calendar needs room: what is earlier or later counts as these.
    private static readonly DateTimeOffset FirstCounted = new(100, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset LastCounted = new(9900, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>When a resource happened, and whether only its day is known; null when it does not say.</summary>
    internal static (DateTimeOffset At, bool DayOnly)? Of(FhirNode resource, DateTimeZone zone)
    {
        foreach (var path in Paths)
        {
            var node = resource;
            foreach (var name in path)
                node = node[name];
            if (Read(node.Text, zone) is { } time)
                return time;
        }

        return null;
    }

    /// <summary>A date, date-time or instant; what names no zone is by the clock of <paramref name="zone"/>.</summary>
    internal static (DateTimeOffset At, bool DayOnly)? Read(string? text, DateTimeZone zone)
    {
        if (!FhirDateTime.TryParse(text, out var date))
            return null;
        var low = date.Low(TimeZoneInfo.Utc);
        low = low < FirstCounted ? FirstCounted : low > LastCounted ? LastCounted : low;
        if (!date.HasZone)
            low = LocalDateTime.FromDateTime(low.DateTime).InZoneLeniently(zone).ToDateTimeOffset();
        return (low, date.Precision <= DatePrecision.Day);
    }

    /// <summary>The earliest of the moments that an expression gives.</summary>
    internal static DateTimeOffset? Earliest(FhirPathExpression expression, FhirPathContext context, DateTimeZone zone) =>
        expression.Evaluate(context).Select(value => Read(value.Text, zone)?.At).Min();

    /// <summary>The first moment that an expression gives.</summary>
    internal static DateTimeOffset? First(FhirPathExpression expression, FhirPathContext context, DateTimeZone zone)
    {
        foreach (var value in expression.Evaluate(context))
        {
            if (Read(value.Text, zone) is { } time)
                return time.At;
        }

        return null;
    }
}
