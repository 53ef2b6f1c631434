using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Tests.Support;
using Tandem.Trust.Audit;

namespace Tandem.Tests.Trust.Audit;

/// <summary>An audit of one test's own, with key and second place; reopened by <see cref="Restart"/>.</summary>
internal sealed class AuditBench : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("tandem-audit-").FullName;
    private readonly TestDatabase testDatabase;
    private readonly AuditOptions options;
    private Database main;

    internal AuditBench(Engine engine)
    {
        testDatabase = new TestDatabase(engine);
        options = new AuditOptions { KeyFile = Path.Combine(folder, "keys", "audit.pem"), RootFolder = Path.Combine(folder, "roots"), JournalFolder = Path.Combine(folder, "journal") };
        Key = AuditKey.Open(options.KeyFile, mayMake: true);
        main = testDatabase.Open();
        Store = NewStore();
    }

    internal ManualClock Clock { get; } = new();

    internal AuditKey Key { get; }

    internal RootFolder Roots => new(options.RootFolder);

    internal string RootFile => Path.Combine(options.RootFolder, "roots.ndjson");

    internal string MarkFile => Path.Combine(options.RootFolder, "mark.json");

    internal AuditStore Store { get; private set; }

    internal AuditVerdict Verdict => AuditStore.Verify(Store.Database, Roots, Key);

    internal async Task KeepAsync(params string?[] patients)
    {
        var trail = new AuditKeeper(Store, Clock).Begin(new TrailFacts("read") { Address = "GET /fhir/Patient" });
        foreach (var patient in patients)
            trail.Shown(patient);
        Assert.Null(await trail.KeepAsync(Ana, 200));
        await Store.SettleAsync();
    }

    internal static AccessScope Ana => new(new Actor("Practitioner/ana", "Ana Testperson"), "Organization/one", "nurse", "TREAT", Reach.Everyone);

    /// <summary>The events, one for each patient.</summary>
    internal List<AuditRow> Rows => [.. Kept.SelectMany(row => row.Each())];

    /// <summary>The events as they are kept.</summary>
    internal List<AuditRow> Kept => Store.Database.Read(session => session.Query(AuditTables.ReadAfter, AuditRow.Read, 0, 100_000));

    internal AuditOptions Options => options;

    internal void Restart()
    {
        Stop();
        Start();
    }

    internal void Start()
    {
        main = testDatabase.Open();
        Store = NewStore();
    }

    /// <summary>The audit's database while its hub stands.</summary>
    internal Database Reopen()
    {
        using var beside = testDatabase.Open();
        return beside.Beside("audit");
    }

    internal void Stop()
    {
        Store.Dispose();
        main.Dispose();
    }

    public void Dispose()
    {
        Stop();
        Key.Dispose();
        testDatabase.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private AuditStore NewStore() => new(main.Beside("audit"), Key, new RootFolder(options.RootFolder), options, Clock, NullLogger.Instance);
}
