using Tandem.Kernel.Pages;
using Tandem.Kernel.Pages.Parts;

namespace Tandem.Tests.Kernel.Pages.Parts;

public sealed class TrendDrawingTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Gaps_in_time_stay_gaps_and_the_range_lies_behind()
    {
        var drawing = TrendDrawing.Of([new(Start, 4m), new(Start.AddDays(1), 5m), new(Start.AddDays(4), 7m)], 3m, 5m)!;

        Assert.Equal("3,16.5 23.5,12 85,3", drawing.Line);
        Assert.Equal(new TrendBand("12", "9"), drawing.Band);
        Assert.True(drawing.LastOutside);
    }

    [Fact]
    public void One_value_or_equal_values_are_drawn_without_dividing_by_nothing()
    {
        Assert.Equal("85,12", TrendDrawing.Of([new(Start, 4m)], null, null)!.Line);
        Assert.Equal("3,12 85,12", TrendDrawing.Of([new(Start, 4m), new(Start.AddDays(1), 4m)], null, null)!.Line);
        Assert.Null(TrendDrawing.Of([], 1m, 2m));
    }

    [Fact]
    public void The_words_say_values_direction_and_range() => PhraseTests.In("en-US", () =>
    {
        Assert.Equal("Potassium: 4.1; 5.8 mmol/L, rising, range 3.5–5.1", TrendDrawing.Tell("Potassium", [new(Start, 4.1m), new(Start.AddDays(1), 5.8m)], "mmol/L", 3.5m, 5.1m));
        Assert.Equal("Potassium: no values", TrendDrawing.Tell("Potassium", [], null, null, null));
    });
}
