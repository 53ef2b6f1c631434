using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Log;

/// <summary>Reads of current versions that share their exchanges with the server.</summary>
public sealed class SharedReadsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly List<int> asked = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Readers_who_come_during_an_exchange_are_answered_by_the_next_all_at_once()
    {
        using var hold = new ManualResetEventSlim();
        using var begun = new ManualResetEventSlim();
        var reads = new SharedReads((resources, _) => Answer(resources, begun, hold), atOnce: 1);
        var first = Task.Run(() => reads.FindAsync("Patient", "first", ReadLimit.Never), Cancel);
        begun.Wait(Cancel);
        var waiting = Enumerable.Range(0, 40).Select(number => reads.FindAsync("Patient", number == 7 ? "none" : $"p{number}", ReadLimit.Never)).ToList();

        Assert.All(waiting, task => Assert.False(task.IsCompleted));
        hold.Set();

        Assert.Equal("first", (await first.WaitAsync(Patience, Cancel))?.Id);
        for (var number = 0; number < waiting.Count; number++)
            Assert.Equal(number == 7 ? null : $"p{number}", (await waiting[number].WaitAsync(Patience, Cancel))?.Id);
        Assert.Equal([1, 32, 8], asked);
    }

    [Fact]
    public async Task A_lost_connection_is_told_to_each_who_waited_for_it_and_the_next_reader_is_served()
    {
        using var hold = new ManualResetEventSlim();
        using var begun = new ManualResetEventSlim();
        var reads = new SharedReads((resources, _) => Fail(Answer(resources, begun, hold)), atOnce: 1);
        var first = Task.Run(() => reads.FindAsync("Patient", "first", ReadLimit.Never), Cancel);
        begun.Wait(Cancel);
        var waiting = Enumerable.Range(0, 3).Select(number => reads.FindAsync("Patient", $"p{number}", ReadLimit.Never)).ToList();

        hold.Set();
        Assert.Equal("first", (await first.WaitAsync(Patience, Cancel))?.Id);
        foreach (var one in waiting)
            await Assert.ThrowsAsync<DatabaseUnavailableException>(() => one.WaitAsync(Patience, Cancel));

        Assert.Equal("later", (await reads.FindAsync("Patient", "later", ReadLimit.Never).WaitAsync(Patience, Cancel))?.Id);

        Dictionary<(string Type, string Id), ResourceVersion> Fail(Dictionary<(string Type, string Id), ResourceVersion> found) =>
            found.Count == 3 ? throw new DatabaseUnavailableException("The connection to the database was lost.") : found;
    }

    /// <summary>A write that is acknowledged is seen by who asks after it, whoever else reads at that time.</summary>
    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task What_is_acknowledged_is_seen_by_each_later_reader(Engine engine)
    {
        using var record = new RecordFixture(engine);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(reader => Task.Run(
            async () =>
            {
                for (var version = 1; version <= 20; version++)
                {
                    await record.PutAsync("Patient", $"p{reader}", $$"""{"resourceType":"Patient","birthDate":"19{{version + 10}}"}""");
                    var found = await record.Store.ReadAsync("Patient", $"p{reader}", AccessScope.System);
                    Assert.Equal(version, found.Succeeded(out var there, out _) ? there.Version : 0);
                    Assert.Equal(RefusalKind.NotFound, (await record.Store.ReadAsync("Patient", $"none{reader}", AccessScope.System)).Refusal?.Kind);
                }
            },
            Cancel)));
    }

    [Fact]
    public async Task Who_may_see_nothing_is_told_on_both_ways_that_it_is_not_there()
    {
        using var record = new RecordFixture(Engine.Postgres);
        await record.PutAsync("Patient", "p", """{"resourceType":"Patient"}""");

        Assert.Equal(RefusalKind.NotFound, (await record.Store.ReadAsync("Patient", "p", AccessScope.Nobody)).Refusal?.Kind);
    }

    private Dictionary<(string Type, string Id), ResourceVersion> Answer(IReadOnlyList<(string Type, string Id)> resources, ManualResetEventSlim begun, ManualResetEventSlim hold)
    {
        asked.Add(resources.Count);
        begun.Set();
        hold.Wait(Cancel);
        return resources.Where(one => one.Id != "none").ToDictionary(one => one, one => new ResourceVersion
        {
            Seq = 1, Rid = 1, Type = one.Type, Id = one.Id, Version = 1, At = DateTimeOffset.UnixEpoch, Actor = "", Lane = 0, Bytes = ReadOnlyMemory<byte>.Empty,
        });
    }
}
