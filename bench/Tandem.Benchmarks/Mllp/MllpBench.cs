using System.Diagnostics;
using Tandem.Benchmarks.Limits;
using Tandem.Kernel.Data;
using Tandem.Kernel.Data.Postgres;
using Tandem.Kernel.Data.Sqlite;

namespace Tandem.Benchmarks.Mllp;

/// <summary>Messages through a whole hub over real sockets: acknowledged when durable, and applied to the last one.</summary>
internal static class MllpBench
{
    private static readonly (string Name, Func<int, DateTimeOffset, byte[]> Write, string AloneGoal)[] Kinds =
        [("ADT A01/A08", SampleMessages.Adt, "≥ 0.35"), ("ORU, 14 results", SampleMessages.Oru, "≥ 0.25")];

    private static int number;

    internal static async Task RunAsync(ResultTable table)
    {
        var flushes = FlushLimit.PerSecond(Pace.Seconds(1));
        table.Fact($"flushes a second before the run: {flushes:N0}");
        await using var peer = await PeerServer.StartAsync();
        if (peer is null)
            table.Fact("without the peer simple-hl7: Node.js or tests/peers/node_modules is missing");
        foreach (var kind in Kinds)
        {
            foreach (var lines in new[] { 1, 32 })
            {
                var rate = peer is null ? 0 : await PeerAsync(table, peer, kind.Name, kind.Write, lines);
                foreach (var (engine, postgres) in Engines.All())
                    await KeepAsync(table, $"{engine}: {kind.Name}, {lines} {(lines == 1 ? "connection" : "connections")}", postgres, kind.Write, lines, new(flushes, rate, kind.AloneGoal));
            }
        }

        foreach (var (engine, postgres) in Engines.All())
        {
            await ApplyAsync(table, $"{engine}: 2,000 ADT until all are applied", Engines.Fresh(postgres), SampleMessages.Adt, Pace.Count(2000), "≥ 0.60; ≥ 1,500 messages/s");
            await ApplyAsync(table, $"{engine}: 1,000 ORU until all are applied", Engines.Fresh(postgres), SampleMessages.Oru, Pace.Count(1000), "≥ 0.60; ≥ 350 messages/s");
        }

        table.Fact($"flushes a second after the run: {FlushLimit.PerSecond(Pace.Seconds(1)):N0}");
    }

    /// <summary>Acknowledged messages a second of a new hub, and how many shared a commit.</summary>
    internal static async Task<(LoadResult Load, double PerFlush)> AcksAsync(string? postgres, Func<int, DateTimeOffset, byte[]> write, int lines)
    {
        await using var hub = await BenchHub.StartWithMllpAsync(postgres);
        var load = await SendAsync(hub.MllpPort, write, lines);
        var (commits, messages) = hub.Intake.Kept;
        return (load, messages / (double)commits);
    }

    private static async Task<LoadResult> SendAsync(int port, Func<int, DateTimeOffset, byte[]> write, int count)
    {
        await using var lines = await MllpLines.OpenAsync(port, count);
        return await Load.RunAsync(count, line => Task.FromResult<Func<Task>>(
            () => lines.SendAsync(line, write(Interlocked.Increment(ref number), TimeProvider.System.GetUtcNow()))));
    }

    private static async Task<double> PeerAsync(ResultTable table, PeerServer peer, string kind, Func<int, DateTimeOffset, byte[]> write, int lines)
    {
        var load = await SendAsync(peer.Port, write, lines);
        table.Row($"simple-hl7, stores nothing: {kind}, {lines}", load.Rate, 0, "", "", load.Latency);
        return load.Rate;
    }

    private static async Task KeepAsync(ResultTable table, string what, string? postgres, Func<int, DateTimeOffset, byte[]> write, int lines, AckLimits limits)
    {
        var bare = await BareAsync(Engines.Fresh(postgres), write, lines);
        var (load, perFlush) = await AcksAsync(Engines.Fresh(postgres), write, lines);
        table.Row(what, load.Rate, bare, "bare group writer, same bytes", "", load.Latency, perFlush);
        if (lines == 1)
            table.Row(what, load.Rate, limits.Flushes, "flushes", limits.AloneGoal, load.Latency, perFlush);
        if (limits.Peer > 0)
            table.Row(what, load.Rate, limits.Peer, "simple-hl7, which stores nothing", "≥ 1.00", load.Latency, perFlush);
    }

    private static async Task<double> BareAsync(string? postgres, Func<int, DateTimeOffset, byte[]> write, int workers)
    {
        var folder = Directory.CreateTempSubdirectory("tandem-bare-").FullName;
        try
        {
            using Database database = postgres is null ? new SqliteDatabase(Path.Combine(folder, "bare.db")) : new PostgresDatabase(postgres);
            using var writer = new BareWriter(database);
            return (await Load.RunAsync(workers, _ => Task.FromResult<Func<Task>>(
                () => writer.WriteAsync(write(Interlocked.Increment(ref number), TimeProvider.System.GetUtcNow()))), seconds: 2)).Rate;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The sustained rate: from the first byte sent until nothing waits, three times on one hub.</summary>
    private static async Task ApplyAsync(ResultTable table, string what, string? postgres, Func<int, DateTimeOffset, byte[]> write, int count, string goal)
    {
        await using var hub = await BenchHub.StartWithMllpAsync(postgres);
        await using var lines = await MllpLines.OpenAsync(hub.MllpPort, 8);
        var before = hub.Record.Signal.LastSeq;
        var rates = new List<double>();
        for (var run = 0; run < Pace.Runs; run++)
        {
            var at = TimeProvider.System.GetUtcNow();
            var watch = Stopwatch.StartNew();
            await lines.SendAllAsync(run * count, count, one => write(one, at));
            while (hub.Waiting > 0)
                await Task.Delay(20);
            rates.Add(count / watch.Elapsed.TotalSeconds);
        }

        var versions = hub.Record.Signal.LastSeq - before;
        var bare = SameRows.PerSecond(hub, before, Engines.Fresh(postgres));
        table.Fact($"{what}: {versions / (double)(count * Pace.Runs):0.0} versions of resources a message");
        table.Row(what, rates.Order().ElementAt(rates.Count / 2), bare * count * Pace.Runs / versions, "the same rows, bare insert, 256 versions a commit", goal);
    }

    /// <summary>What one connection and many are held against.</summary>
    private sealed record AckLimits(double Flushes, double Peer, string AloneGoal);
}
