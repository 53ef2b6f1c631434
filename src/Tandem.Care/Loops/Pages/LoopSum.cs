using System.Globalization;

namespace Tandem.Care.Loops.Pages;

/// <summary>One line of the sum that gives a loop its place.</summary>
/// <param name="Text">The fact in words.</param>
/// <param name="Points">Its points as written: "+48", "−2.2".</param>
internal sealed record SumLine(string Text, string Points);

/// <summary>The whole sum behind a loop's place on the list, now.</summary>
internal static class LoopSum
{
    /// <summary>The lines: the tier, each fact, and the time.</summary>
    internal static IReadOnlyList<SumLine> Lines(Loop loop, DateTimeOffset now, string language) =>
    [
        Line(LoopScore.OfTier(loop.Tier), language),
        .. loop.Parts.Select(part => Line(part, language)),
        new SumLine(TimeText(loop, now), Signed(Hours(loop, now))),
    ];

    /// <summary>The sum as written.</summary>
    internal static string Total(Loop loop, DateTimeOffset now) =>
        (LoopScore.Points(loop) + Hours(loop, now)).ToString("#,0.#", CultureInfo.CurrentCulture).Replace('-', '−');

    private static SumLine Line(ScorePart part, string language) => new(part.Fact.In(language), Signed(part.Points));

    private static double Hours(Loop loop, DateTimeOffset now) => Math.Round((now - loop.Due).TotalHours, 1);

    private static string TimeText(Loop loop, DateTimeOffset now)
    {
        var length = Kernel.Pages.Spans.Short(now - loop.Due);
        return now > loop.Due ? WorklistWords.SumOverdue.With(length) : WorklistWords.SumLeft.With(length);
    }

    private static string Signed(double points) => points.ToString("+#,0.#;−#,0.#;0", CultureInfo.CurrentCulture);
}
