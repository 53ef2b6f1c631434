using Tandem.Fhir.Definitions;
using Tandem.Fhir.Search;
using Tandem.Record.Search;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Search;

/// <summary>What the row of a text or a date tells of the others of its resource.</summary>
public sealed class ValuesBesideTests
{
    private static readonly string Long = new('n', 420);

    [Fact]
    public void A_text_shares_what_it_begins_with_with_the_one_before_it_in_the_index()
    {
        SearchValue[] values =
        [
            Text(1, "anna"), Text(1, "ann"), Text(2, "anna"), Text(1, "annabel"), Text(1, "anna"), Text(1, "x\U0001F600"), Text(1, "x\uFA0E"), Text(1, Long + "a"), Text(1, Long + "b"), Text(3, "anna", group: 1), Text(3, "ann"),
        ];
        var beside = ValuesBeside.Of(values);

        Assert.Equal([3, -1, -1, 4, 3, 1, 0, 0, 0, 0, -1], Enumerable.Range(0, values.Length).Select(at => beside[at].Shared));
    }

    [Fact]
    public void A_date_is_one_of_several_beside_others_of_its_parameter()
    {
        var beside = ValuesBeside.Of([Date(1), Date(2), Text(1, "a"), Date(1), Date(3), Date(3, group: 1)]);

        Assert.Equal([true, false, false, true, false], Enumerable.Range(0, 5).Select(at => beside[at].IsOneOfSeveral));
    }

    [Fact]
    public void A_hundred_thousand_texts_and_dates_are_put_in_order_in_a_moment()
    {
        SearchValue[] values = [.. Enumerable.Range(0, 100_000).SelectMany(at => (SearchValue[])[Text(1, $"given{at * 7919 % 100_000:D6}"), Date(2)])];
        ValuesBeside beside = null!;

        Assert.InRange(ProcessorTime.Of(() => beside = ValuesBeside.Of(values)), TimeSpan.Zero, TimeSpan.FromSeconds(10)); // each held against each is ten thousand million comparisons
        Assert.Equal((-1, 10, true), (beside[0].Shared, beside[2 * 62_479 % values.Length].Shared, beside[1].IsOneOfSeveral));
    }

    private static SearchValue Text(ushort parameter, string text, int group = 0) => new() { ParameterId = parameter, Kind = SearchType.String, Text = text, Group = group };

    private static SearchValue Date(ushort parameter, int group = 0) => new() { ParameterId = parameter, Kind = SearchType.Date, Group = group };
}
