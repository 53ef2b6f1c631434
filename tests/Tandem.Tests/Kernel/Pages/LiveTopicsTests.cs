using Tandem.Kernel.Pages;

namespace Tandem.Tests.Kernel.Pages;

public sealed class LiveTopicsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly LiveTopics live = new(41);

    [Fact]
    public async Task A_follower_hears_its_topics_and_no_others()
    {
        await using var stream = Follow(live.Position, "worklist");
        var next = stream.MoveNextAsync();
        live.Publish("feeds");
        live.Publish("worklist");

        Assert.True(await next.AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken));
        Assert.Equal("worklist", stream.Current.Topic);
        Assert.Equal(live.Position, stream.Current.Position);
    }

    [Fact]
    public async Task What_changed_between_the_page_and_the_stream_is_heard()
    {
        var page = live.Position;
        live.Publish("worklist");
        await using var stream = Follow(page, "worklist");

        Assert.True(await stream.MoveNextAsync().AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task What_the_page_has_seen_is_not_heard_again()
    {
        live.Publish("worklist");
        await using var stream = Follow(live.Position, "worklist", "feeds");
        var next = stream.MoveNextAsync();
        live.Publish("feeds");

        Assert.True(await next.AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken));
        Assert.Equal("feeds", stream.Current.Topic);
    }

    [Fact]
    public async Task From_a_position_that_is_forgotten_every_topic_counts_as_changed()
    {
        var page = live.Position;
        for (var i = 0; i < 2000; i++)
            live.Publish("feeds");
        await using var stream = Follow(page, "worklist");

        Assert.True(await stream.MoveNextAsync().AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken));
        Assert.Equal("worklist", stream.Current.Topic);
    }

    [Fact]
    public async Task A_page_of_one_node_hears_from_another_what_came_after_it_in_the_log()
    {
        var (one, other) = (new LiveTopics(41), new LiveTopics(40));
        one.Publish("worklist", 45);
        one.Publish("feeds"); // not in the log: moves this node's stream alone
        var page = one.Position;
        other.Publish("worklist", 45);
        other.Publish("patient:a", 46);
        await using var stream = other.FollowAsync(new HashSet<string>(["worklist", "patient:a"]), page, TestContext.Current.CancellationToken)
            .GetAsyncEnumerator(TestContext.Current.CancellationToken);

        Assert.True(await stream.MoveNextAsync().AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken));
        Assert.Equal("patient:a", stream.Current.Topic);
    }

    [Fact]
    public async Task Many_changes_of_a_topic_that_nobody_took_yet_are_one()
    {
        await using var stream = Follow(live.Position, "worklist", "end");
        var first = stream.MoveNextAsync();
        live.Publish("worklist");
        Assert.True(await first.AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken));
        for (var i = 0; i < 100; i++)
            live.Publish("worklist");
        live.Publish("end");

        List<string> heard = [];
        while (heard.Count < 2 && await stream.MoveNextAsync().AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken))
            heard.Add(stream.Current.Topic);

        Assert.Equal(["end", "worklist"], heard.Order());
    }

    [Fact]
    public async Task A_stream_that_ends_leaves_nothing_behind()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        await using var stream = live.FollowAsync(new HashSet<string>(["worklist"]), live.Position, stop.Token).GetAsyncEnumerator(stop.Token);
        var next = stream.MoveNextAsync();
        Assert.Equal(1, live.Followers);

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await next);
        Assert.Equal(0, live.Followers);
    }

    private IAsyncEnumerator<LiveChange> Follow(long since, params string[] topics) =>
        live.FollowAsync(topics.ToHashSet(), since, TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
}
