namespace Tandem.Record.Retention;

/// <summary>What an installation decides about how long things are kept (section <c>Retention</c>).</summary>
public sealed record RetentionSettings
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Retention";

    /// <summary>Days by <see cref="RetainedKind.Code"/> until the site sets a rule (<see cref="RetentionRules"/>); what is not named is kept as shipped.</summary>
    public Dictionary<string, int> Days { get; init; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The hour of the day (UTC, 0–23) at which what is due is removed.</summary>
    public int HourUtc { get; init; } = 7;

    /// <summary>How many days a kind is kept while there is no rule.</summary>
    public int DaysOf(RetainedKind kind) => Days.TryGetValue(kind.Code, out var days) ? days : kind.Days;

    /// <summary>What is wrong with the settings, each as a sentence that names the setting; empty when they can be used.</summary>
    public IEnumerable<string> Problems(IReadOnlyList<RetainedKind> kinds)
    {
        if (HourUtc is < 0 or > 23)
            yield return $"{Section}:HourUtc must be 0 to 23; it is {HourUtc}.";
        foreach (var (code, days) in Days)
        {
            if (kinds.FirstOrDefault(kind => string.Equals(kind.Code, code, StringComparison.OrdinalIgnoreCase)) is not { } kind)
                yield return $"{Section}:Days:{code} names nothing that is kept for a time; there are {string.Join(", ", kinds.Select(known => known.Code))}.";
            else if (days < kind.LeastDays)
                yield return $"{Section}:Days:{kind.Code} must be {kind.LeastDays} or more; it is {days}.";
        }
    }

    /// <summary>The next time after an instant at which it is that hour.</summary>
    internal DateTimeOffset NextAfter(DateTimeOffset now)
    {
        var today = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero).AddHours(HourUtc);
        return today > now ? today : today.AddDays(1);
    }
}
