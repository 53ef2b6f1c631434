using System.Globalization;

namespace Tandem.Kernel.Pages;

/// <summary>Lengths of time as short as a row of a table allows, in two units at most: "35 min", "2 h 10", "3 d 4 h", "12 d", "5 mo".</summary>
/// <remarks>The custom element <c>tandem-clock</c> writes the same forms while a page stays open; change both together.</remarks>
public static class Spans
{
    /// <summary>The length without its sign, cut (not rounded) to whole minutes, so that a clock never promises more than is left.</summary>
    public static string Short(TimeSpan span)
    {
        var length = span.Duration();
        return length switch
        {
            { TotalMinutes: < 60 } => Text($"{(int)length.TotalMinutes} min"),
            { TotalHours: < 24 } when length.Minutes is 0 => Text($"{length.Hours} h"),
            { TotalHours: < 24 } => Text($"{length.Hours} h {length.Minutes:00}"),
            { TotalDays: < 7 } when length.Hours is 0 => Text($"{length.Days} d"),
            { TotalDays: < 7 } => Text($"{length.Days} d {length.Hours} h"),
            { TotalDays: < 60 } => Text($"{length.Days} d"),
            { TotalDays: < 730 } => TimeWords.Months.For((long)(length.TotalDays / 30.44)),
            _ => TimeWords.Years.For((long)(length.TotalDays / 365.25)),
        };
    }

    internal static string Tell(TimeSpan fromNow, Phrase past, Phrase future, Phrase now) =>
        fromNow.Duration() < TimeSpan.FromMinutes(1) ? now
        : (fromNow < TimeSpan.Zero ? past : future).With(Short(fromNow));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
