using Tandem.Record.Log;

namespace Tandem.Tests.Record.Log;

public sealed class ToldPlacesTests
{
    [Fact]
    public void What_is_told_one_after_the_other_leaves_no_gap()
    {
        var told = new ToldPlaces(10);

        told.Add(10, 12);
        told.Add(12, 13);

        Assert.Equal((13L, null), (told.End, told.Gap(13)));
        Assert.Equal((13L, 15L), told.Gap(15));
    }

    [Fact]
    public void Before_what_was_told_ahead_lies_a_gap_that_closes_in_parts()
    {
        var told = new ToldPlaces(0);
        told.Add(5, 7);
        told.Add(7, 8);
        told.Add(9, 10);

        Assert.Equal((0L, 3L), told.Gap(3));
        Assert.Equal((0L, 5L), told.Gap(20));
        told.Add(0, 2);
        Assert.Equal((2L, 5L), told.Gap(20));
        told.Add(2, 5);
        Assert.Equal((8L, 9L), told.Gap(20));
        told.Add(8, 9);
        Assert.Equal((10L, null), (told.End, told.Gap(10)));
    }

    [Fact]
    public void Parts_that_nobody_fills_do_not_grow_without_end()
    {
        var told = new ToldPlaces(0);
        for (var place = 1; place <= 5_000; place++)
            told.Add(place * 2, (place * 2) + 1);

        var gaps = 0;
        while (told.Gap(10_001) is var (after, last))
        {
            told.Add(after, last);
            gaps++;
        }

        Assert.Equal((10_001L, 1_024), (told.End, gaps));
    }
}
