using System.Collections.Concurrent;
using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Log;

/// <summary>Places are found beside who writes and who learns of them late, while what was not looked for is forgotten all the time.</summary>
public sealed class CurrentPlacesTests : IDisposable
{
    private const int Resources = 6;
    private readonly RecordFixture record = new(Engine.Sqlite);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => record.Dispose();

    [Fact(Timeout = 120_000)]
    public async Task An_earlier_version_is_never_found_once_a_later_one_was_noted()
    {
        var entries = new KeptEntries(record.Database);
        var places = new CurrentPlaces(entries, isAlways: true, most: 3);
        var current = new ConcurrentDictionary<string, ResourceVersion>();
        var noted = new ConcurrentDictionary<string, long>();
        Note(Enumerable.Range(0, Resources).Select(number => Version($"p{number}", number + 1)));
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var found = 0L;
        var looking = Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
        {
            while (!end.IsCancellationRequested)
            {
                var id = $"p{Random.Shared.Next(Resources)}";
                var (least, since) = (noted[id], places.Now);
                if (places.Find("Patient", id) is { } version)
                {
                    Assert.InRange(version.Seq, least, long.MaxValue);
                    Interlocked.Increment(ref found);
                    continue;
                }

                var asked = current[id];
                Thread.SpinWait(Random.Shared.Next(200)); // the answer is on its way while others write
                CurrentPlaces.Learn(since, asked);
            }
        })).ToList();
        for (var seq = Resources + 1L; seq < 600_000 || (Interlocked.Read(ref found) <= 1000 && !looking.Any(one => one.IsCompleted)); seq += 2) // on a busy machine they begin late
            Note([Version($"p{seq % Resources}", seq), Version($"p{Random.Shared.Next(Resources)}", seq + 1)]);
        await end.CancelAsync();
        await Task.WhenAll(looking);

        Assert.True(found > 1000, $"Only {found} were found.");

        void Note(IEnumerable<ResourceVersion> versions)
        {
            List<Change> changes = [.. versions.Select(version => new Change(null, version))];
            entries.Keep([.. changes.Select(change => change.After)], entries.Connections);
            foreach (var change in changes)
                current[change.After.Id] = change.After;
            places.Follow(changes);
            foreach (var change in changes)
                noted[change.After.Id] = change.After.Seq;
        }
    }

    [Fact]
    public void Nothing_is_found_before_the_log_is_had_and_after_it_was_given_back()
    {
        var entries = new KeptEntries(record.Database);
        var places = new CurrentPlaces(entries, isAlways: false);
        var version = Version("p1", 1);
        entries.Keep([version], entries.Connections);
        places.Follow([new(null, version)]);
        Assert.Null(places.Find("Patient", "p1"));
        places.Confirm(CurrentPlaces.Moment);
        Assert.Null(places.Now);

        places.Begin(CurrentPlaces.Moment, places.Ends);
        Assert.Null(places.Find("Patient", "p1"));
        CurrentPlaces.Learn(places.Now, version);
        Assert.Same(version, places.Find("Patient", "p1"));
        Assert.Null(places.Find("Observation", "p1"));

        var (before, ended) = (places.Now, places.Ends);
        places.End();
        places.Begin(CurrentPlaces.Moment, ended); // found out before it was given back
        Assert.Null(places.Now);
        places.Begin(CurrentPlaces.Moment, places.Ends);
        CurrentPlaces.Learn(before, version); // asked before others could have written
        Assert.Null(places.Find("Patient", "p1"));
    }

    private static ResourceVersion Version(string id, long seq) => new()
    {
        Seq = seq, Rid = seq, Type = "Patient", Id = id, Version = 1, At = default, Actor = "", Lane = 0, Bytes = "{}"u8.ToArray(),
    };
}
