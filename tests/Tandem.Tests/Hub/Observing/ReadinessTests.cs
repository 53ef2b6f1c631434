using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Tandem.Hub.Hosting;
using Tandem.Hub.Observing;
using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Tests.Support;

namespace Tandem.Tests.Hub.Observing;

/// <summary>What <c>/health/ready</c> notices, and what it costs.</summary>
public sealed class ReadinessTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task A_database_that_takes_no_row_is_not_healthy(Engine engine)
    {
        Assert.SkipWhen(engine == Engine.Postgres && PostgresServer.Missing is not null, PostgresServer.Missing ?? "");
        var folder = Directory.CreateTempSubdirectory("tandem-ready-").FullName;
        var settings = new Dictionary<string, string?>
        {
            ["Hub:Data"] = folder, ["Hub:Content"] = Path.Combine(Repository.Root, "content"), ["Hub:Urls"] = "http://127.0.0.1:0", ["Hub:Mllp"] = "", ["Logging:LogLevel:Default"] = "None",
            ["Hub:Postgres"] = engine == Engine.Postgres ? PostgresServer.NewDatabase() : "",
        };
        Assert.True(HubHost.TryBuild(settings, out var hub));
        await using (hub)
        {
            var checks = hub.Services.GetRequiredService<HealthCheckService>();
            var database = hub.Services.GetRequiredService<RecordStore>().Database;
            Assert.Equal(HealthStatus.Healthy, (await LookAsync()).Status);
            Assert.NotEqual(0, database.Read(session => session.First("SELECT at FROM observing_beats", row => row.Integer(0))));

            using (var session = database.OpenWriter())
                session.ExecuteScript("ALTER TABLE observing_beats RENAME TO elsewhere"); // as on a full disk, what reads still works
            Assert.Equal(HealthStatus.Unhealthy, (await LookAsync()).Status);

            Task<HealthReport> LookAsync() => checks.CheckHealthAsync(check => check.Name == "database", Cancel);
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task However_many_ask_there_is_one_look_and_the_next_two_seconds_later()
    {
        using var checks = new Checks();
        var clock = new Ticks();
        var health = new LastHealth(checks, clock);
        var asked = Enumerable.Range(0, 50).Select(_ => health.FindAsync()).ToList();
        Assert.DoesNotContain(asked, answer => answer.IsCompleted);
        checks.Answer();
        var report = await asked[0];
        Assert.All(await Task.WhenAll(asked), other => Assert.Same(report, other));

        clock.Now = 1_999;
        Assert.Same(report, await health.FindAsync());
        clock.Now = 2_000;
        var next = health.FindAsync();
        checks.Answer();
        Assert.NotSame(report, await next);
        Assert.Equal(2, checks.Looks);
    }

    /// <summary>Finds nothing wrong as often as it is told to.</summary>
    private sealed class Checks : HealthCheckService, IDisposable
    {
        private readonly SemaphoreSlim answers = new(0);
        private int looks;

        internal int Looks => looks;

        internal void Answer() => answers.Release();

        public override async Task<HealthReport> CheckHealthAsync(Func<HealthCheckRegistration, bool>? predicate, CancellationToken cancellationToken = default)
        {
            Interlocked.Increment(ref looks);
            await answers.WaitAsync(cancellationToken);
            return new HealthReport(new Dictionary<string, HealthReportEntry>(), TimeSpan.Zero);
        }

        public void Dispose() => answers.Dispose();
    }

    /// <summary>A clock of milliseconds that a test moves.</summary>
    private sealed class Ticks : TimeProvider
    {
        internal long Now { get; set; }

        public override long TimestampFrequency => 1_000;

        public override long GetTimestamp() => Now;
    }
}
