namespace Tandem.Fhir.FhirPath.Model;

/// <summary>A unit of time: months and years count calendar months, all others a fixed length.</summary>
/// <param name="Name">Singular calendar keyword.</param>
/// <param name="Ucum">The UCUM code of the same length; of years and months it is only roughly the same (FHIRPath 2.0, 4.1.8).</param>
/// <param name="Months">Calendar months, or 0.</param>
/// <param name="Ticks">100-nanosecond ticks, or 0.</param>
internal sealed record CalendarUnit(string Name, string Ucum, int Months, long Ticks)
{
    private static readonly CalendarUnit[] All =
    [
        new("year", "a", 12, 0),
        new("month", "mo", 1, 0),
        new("week", "wk", 0, 7 * TimeSpan.TicksPerDay),
        new("day", "d", 0, TimeSpan.TicksPerDay),
        new("hour", "h", 0, TimeSpan.TicksPerHour),
        new("minute", "min", 0, TimeSpan.TicksPerMinute),
        new("second", "s", 0, TimeSpan.TicksPerSecond),
        new("millisecond", "ms", 0, TimeSpan.TicksPerMillisecond),
    ];

    private static readonly CalendarUnit UcumSecond = new("s", "s", 0, TimeSpan.TicksPerSecond);

    /// <summary>Days of a year and of a month where no date says which (FHIRPath 2.0, 5.5.7).</summary>
    internal int UnanchoredDays => Months == 12 ? 365 : Months * 30;

    internal bool KeepsFraction => Name is "second";

    /// <summary>The unit that a calendar keyword names, singular or plural; null when it is none.</summary>
    internal static CalendarUnit? Find(ReadOnlySpan<char> keyword)
    {
        foreach (var unit in All)
        {
            if (keyword.StartsWith(unit.Name) && (keyword.Length == unit.Name.Length || keyword[unit.Name.Length..] is "s"))
                return unit;
        }

        return null;
    }

    /// <summary>The unit that a UCUM code of FHIR's Quantity stands for (FHIR R4 2.9.1.5); null when it is no such unit of time.</summary>
    internal static CalendarUnit? OfUcum(string code) => Array.Find(All, unit => unit.Ucum == code);

    /// <summary>The unit by which a quantity moves a date; null for what is no definite duration (UCUM years and months are none, unless they are an element's).</summary>
    internal static CalendarUnit? Of(PathQuantity quantity)
    {
        if (Find(quantity.Unit) is { } calendar)
            return calendar;
        if (quantity.Unit == "s")
            return UcumSecond;
        return OfUcum(quantity.Unit) is { } unit && (unit.Months == 0 || quantity.IsElement) ? unit : null;
    }
}
