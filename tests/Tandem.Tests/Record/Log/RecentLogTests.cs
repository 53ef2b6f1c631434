using Tandem.Record.Log;

namespace Tandem.Tests.Record.Log;

public sealed class RecentLogTests
{
    private readonly RecentLog recent = new();

    [Fact]
    public void What_was_committed_is_there_in_order()
    {
        recent.Add([Change(1), Change(2)]);
        recent.Add([Change(3)]);

        Assert.Equal([2, 3], Seqs(recent.After(1, 10)));
        Assert.Equal([1, 2], Seqs(recent.After(0, 2)));
        Assert.Empty(recent.After(3, 10));
    }

    [Fact]
    public void It_begins_anew_after_a_gap_that_another_node_has_written()
    {
        recent.Add([Change(1), Change(2)]);
        recent.Add([Change(5), Change(6)]);

        Assert.Equal([5, 6], Seqs(recent.After(4, 10)));
        Assert.Empty(recent.After(2, 10));
        Assert.Empty(recent.After(0, 10));
    }

    [Fact]
    public void The_oldest_go_first_when_there_are_too_many()
    {
        for (var seq = 1; seq <= 5000; seq++)
            recent.Add([Change(seq)]);

        Assert.Empty(recent.After(903, 10));
        Assert.Equal([905, 906], Seqs(recent.After(904, 2)));
        Assert.Equal(4096, recent.After(904, 10_000).Count);
    }

    [Fact]
    public void The_oldest_go_first_when_they_are_too_large()
    {
        for (var seq = 1; seq <= 20; seq++)
            recent.Add([Change(seq, 1024 * 1024)]);

        Assert.Empty(recent.After(3, 10));
        Assert.Equal(16, recent.After(4, 100).Count);
        recent.Add([Change(21, 64 * 1024 * 1024)]);
        Assert.Equal([21], Seqs(recent.After(20, 10)));
    }

    private static IEnumerable<long> Seqs(IEnumerable<Change> changes) => changes.Select(change => change.After.Seq);

    private static Change Change(long seq, int bytes = 10) => new(null, new ResourceVersion
    {
        Seq = seq, Rid = seq, Type = "Patient", Id = "a", Version = 1, At = DateTimeOffset.UnixEpoch, Actor = "Device/x", Lane = 0, Bytes = new byte[bytes],
    });
}
