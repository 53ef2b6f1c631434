using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tandem.Care.Identity;
using Tandem.Care.Intake;
using Tandem.Care.Loops;
using Tandem.Care.Pathways;
using Tandem.Care.Patients;
using Tandem.Trial.Demo;
using Tandem.Kernel.Data;
using Tandem.Kernel.Pages;
using Tandem.Record;
using Tandem.Record.Log;
using Tandem.Tests.Support;
using Tandem.Trust;

namespace Tandem.Tests.Simulation;

/// <summary>A whole hub but for its pages and ports, on a database of its own, that can go down at any moment and come up again.</summary>
internal sealed class SimulatedHub(Engine engine, RegionClock clock) : IAsyncDisposable
{
    private readonly TestDatabase database = new(engine);
    private ServiceProvider? services;

    /// <summary>The hub as it runs now.</summary>
    internal RegionHub Hub { get; private set; } = null!;

    internal int Starts { get; private set; }

    internal T Get<T>()
        where T : notnull => services!.GetRequiredService<T>();

    /// <summary>The first start: with the shipped content and the region's places and people.</summary>
    internal async Task BeginAsync(CancellationToken cancel)
    {
        Start();
        var load = (await ContentLoader.LoadAsync(Path.Combine(Repository.Root, "content"), Hub.Record, cancel)).Value;
        Assert.Empty(load.Faults);
        await RegionSetUp.RunAsync(Hub.Record, Get<FeedSources>(), cancel);
        await Hub.ReactAsync(cancel);
    }

    /// <summary>What was in memory is gone; what was committed is there.</summary>
    internal async Task CrashAsync()
    {
        await services!.DisposeAsync();
        Start();
    }

    public async ValueTask DisposeAsync()
    {
        await services!.DisposeAsync();
        database.Dispose();
    }

    private void Start()
    {
        var all = new ServiceCollection();
        all.AddLogging(logging => logging.ClearProviders());
        all.AddSingleton<TimeProvider>(clock);
        all.AddSingleton(_ => database.Open());
        all.AddSingleton(new SiteSettings());
        all.AddSingleton(provider => new LiveTopics(provider.GetRequiredService<RecordStore>().Signal.LastSeq));
        all.AddRecord();
        all.AddIdentity();
        all.AddPatients();
        all.AddIntake(new IntakeOptions());
        all.AddLoops();
        all.AddPathways();
        all.AddTrust();
        services = all.BuildServiceProvider();
        Hub = new RegionHub(services);
        Starts++;
    }
}
