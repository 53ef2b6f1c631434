using System.Globalization;
using Tandem.Fhir.Views;

namespace Tandem.Care.Patients;

/// <summary>When something happened, as exactly as it was told.</summary>
/// <param name="At">The moment. A day, a month or a year stands at noon UTC of its first day, which is that day in every zone from −11 to +11.</param>
/// <param name="HasTime">False when only the day is known, or less.</param>
/// <param name="Said">A month (2021-02) or a year (2008) as stated; null when at least the day is known.</param>
public readonly record struct Told(DateTimeOffset At, bool HasTime = true, string? Said = null)
{
    internal static Told Of(FhirDateTime date)
    {
        var noon = new DateTimeOffset(date.Date.ToDateTime(new TimeOnly(12, 0)), TimeSpan.Zero);
        return date.Precision switch
        {
            DatePrecision.Year => new Told(noon, false, date.Date.ToString("yyyy", CultureInfo.InvariantCulture)),
            DatePrecision.Month => new Told(noon, false, date.Date.ToString("yyyy-MM", CultureInfo.InvariantCulture)),
            DatePrecision.Day => new Told(noon, false),
            _ => new Told(date.Low(TimeZoneInfo.Utc)),
        };
    }
}
