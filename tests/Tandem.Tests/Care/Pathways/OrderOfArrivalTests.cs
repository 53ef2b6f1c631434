using static Tandem.Tests.Care.Pathways.Cases;

namespace Tandem.Tests.Care.Pathways;

/// <summary>The same facts lead to the same open loops, however they arrive.</summary>
public sealed class OrderOfArrivalTests
{
    private static readonly string[][] Stories =
    [
        [
            Patient(),
            Stay("e", "2026-03-03T10:00:00Z", null, "in-progress", eventTime: "2026-03-03T10:00:00Z"),
            Stay("e", "2026-03-03T10:00:00Z", "2026-03-06T20:00:00Z", eventTime: "2026-03-06T20:00:00Z"),
            Stay("e", "2026-03-03T10:00:00Z", null, "in-progress", eventTime: "2026-03-06T21:00:00Z"),
            Stay("e", "2026-03-03T10:00:00Z", "2026-03-09T20:00:00Z", eventTime: "2026-03-09T20:00:00Z", source: "emd"),
            Contact("c", "e", "2026-03-07T15:00:00Z"), // before the discharge that holds
            Contact("a", "e", "2026-03-10T15:00:00Z", "no-answer", "not-done"),
            Appointment("v", "2026-03-12T15:00:00Z", "booked"),
        ],
        [
            Patient(),
            Stay("e", "2026-03-03T10:00:00Z", "2026-03-06T20:00:00Z"),
            Stay("f", "2026-03-10T10:00:00Z", "2026-03-12T20:00:00Z"),
            Contact("c", "f", "2026-03-13T15:00:00Z"),
            Reconciled("m", "2026-03-09T15:00:00Z"),
            Visit("v", "2026-03-16T15:00:00Z"),
        ],
        [
            Patient(),
            Potassium("k", "6.8", "2026-03-20T11:30:00Z", "preliminary"),
            Potassium("k", "6.8", "2026-03-20T11:40:00Z"),
            Potassium("k", "7.4", "2026-03-20T12:10:00Z", "corrected"),
            Potassium("l", "7.2", "2026-03-20T11:35:00Z"),
            Potassium("l", "4.2", "2026-03-20T12:35:00Z", "corrected"),
            Told("t", "k", "2026-03-20T11:45:00Z"),
        ],
        [Patient(), Died("2026-03-08"), Stay("e", "2026-03-03T10:00:00Z", "2026-03-06T20:00:00Z"), Potassium("k", "6.8", "2026-03-07T11:30:00Z")],
    ];

    /// <summary>The Patient has no time of its own source, so its versions keep their order; everything else is shuffled.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Any_order_leads_to_the_same_open_loops(int story)
    {
        var content = await ShippedContent.GetAsync();
        var expected = Play(content, Stories[story]).OpenState;
        var random = new Random(20_260_302 + story);
        for (var i = 0; i < 150; i++)
        {
            var order = Stories[story].Select((fact, index) => (fact, index, key: random.Next())).OrderBy(one => one.key).ToList();
            var patients = new Queue<string>(Stories[story].Where(IsPatient));
            var shuffled = order.Select(one => IsPatient(one.fact) ? patients.Dequeue() : one.fact).ToArray();

            var played = Play(content, shuffled);

            Assert.True(expected.SequenceEqual(played.OpenState), $"Order {i}: {string.Join("; ", played.OpenState)} instead of {string.Join("; ", expected)}");
            Assert.Empty(played.Decide().Last);
        }

        Assert.Equal(story == 3, expected.Length == 0); // the other stories end with something open
    }

    private static CaseFile Play(Tandem.Care.Pathways.ContentInForce content, IEnumerable<string> facts)
    {
        var file = new CaseFile(content);
        foreach (var fact in facts)
            file.Arrives(fact);
        return file;
    }

    private static bool IsPatient(string fact) => fact.Contains("\"Patient\",", StringComparison.Ordinal);
}
