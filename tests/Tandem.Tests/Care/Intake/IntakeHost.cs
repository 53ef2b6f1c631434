using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tandem.Care.Identity;
using Tandem.Care.Intake;
using Tandem.Fhir.Json;
using Tandem.Hl7v2;
using Tandem.Hl7v2.Segments;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record;
using Tandem.Record.Log;
using Tandem.Tests.Support;

namespace Tandem.Tests.Care.Intake;

/// <summary>A hub that does nothing but intake: the record on a database of the test's own, MLLP on a free port of loopback.</summary>
internal sealed class IntakeHost : IAsyncDisposable
{
    private readonly TestDatabase database;
    private readonly Action<WebApplicationBuilder>? configure;
    private WebApplication app;

    private IntakeHost(TestDatabase database, IntakeOptions options, Action<WebApplicationBuilder>? configure)
    {
        this.database = database;
        (Options, this.configure) = (options, configure);
        app = Build();
    }

    internal IntakeOptions Options { get; private set; }

    /// <summary>False keeps what arrives waiting, as when the hub is killed between receiving and applying; holds from the next start.</summary>
    internal bool Applies { get; set; } = true;

    internal int Port { get; private set; }

    internal IServiceProvider Services => app.Services;

    internal RecordStore Record => Get<RecordStore>();

    internal static async Task<IntakeHost> StartAsync(Engine engine = Engine.Sqlite, IntakeOptions? options = null, Action<WebApplicationBuilder>? configure = null)
    {
        var host = new IntakeHost(TestDatabase.StartedOnce(engine, "intake", MakeTables), options ?? new IntakeOptions { UnknownSenders = UnknownSenders.Accept }, configure);
        await host.StartAsync();
        return host;
    }

    internal T Get<T>()
        where T : notnull => app.Services.GetRequiredService<T>();

    internal Task StopAsync() => app.StopAsync(TestContext.Current.CancellationToken);

    /// <summary>Receives messages one after the other, as one line does, and waits until they are applied.</summary>
    /// <returns>The codes they were answered with.</returns>
    internal async Task<IReadOnlyList<string?>> ReceiveAsync(params IEnumerable<string> messages)
    {
        var codes = new List<string?>();
        foreach (var message in messages)
            codes.Add(await ReceiveBytesAsync(System.Text.Encoding.UTF8.GetBytes(message)));
        if (Applies)
            await SettleAsync();
        return codes;
    }

    internal async Task<string?> ReceiveBytesAsync(byte[] message)
    {
        var answers = await Get<Reception>().ReceiveAsync(
            new Arrival(message, TimeProvider.System.GetUtcNow(), "test"), TestContext.Current.CancellationToken);
        return answers.Count == 0 ? null : Msa.In(Hl7Message.Parse(answers[0]).Message!).Code;
    }

    /// <summary>For <see cref="StartAsync(Engine, IntakeOptions?, Action{WebApplicationBuilder}?)"/>: nothing moves or applies what is kept, and nothing else asks the database by itself.</summary>
    internal static void Idle(WebApplicationBuilder builder) => builder.Services.RemoveHosted(service => service.Assembly.GetName().Name!.StartsWith("Tandem.", StringComparison.Ordinal));

    /// <summary>Applies what waits in one commit, on PostgreSQL in a few, since large groups leave half of the writers to the next: the messages queue behind a write that waits for them.</summary>
    internal async Task ApplyTogetherAsync()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var queued = new ManualResetEventSlim();
        var before = Record.Written.Commits;
        var first = Record.WriteAsync<bool>(AccessScope.System, _ => queued.Wait(TimeSpan.FromMinutes(2), cancel), cancel);
        var applying = Get<Applier>().CatchUpAsync(cancel); // comes back when all are queued
        queued.Set();
        await applying;
        Assert.True((await first).Succeeded(out var waited, out _) && waited);
        Assert.InRange(Record.Written.Commits - before, 1, Record.Database.Engine == Engine.Postgres ? 5 : 1);
    }

    internal Task SettleAsync() => Eventually.TrueAsync(() => Get<DirectIntake>().Waiting == 0, "The messages were not applied in time.");

    /// <summary>The current resources of a type, deleted ones left out, in the order in which they came into being.</summary>
    internal List<FhirNode> Current(string type) => Query(
        "SELECT l.body FROM resources r JOIN log l ON l.seq = r.seq WHERE r.type = $1 AND r.deleted = 0 ORDER BY r.rid",
        row => FhirJson.ParseStored(row.Bytes(0)).Root,
        type);

    /// <summary>Stops as a person would and starts again on the same data.</summary>
    internal async Task RestartAsync(IntakeOptions? options = null)
    {
        await app.StopAsync(TestContext.Current.CancellationToken);
        await app.DisposeAsync();
        Options = options ?? Options;
        app = Build();
        await StartAsync();
    }

    /// <summary>Reads rows after what was acknowledged has come from the spool.</summary>
    internal List<T> Query<T>(string sql, Func<DbRow, T> read, params DbValue[] arguments)
    {
        Get<SpoolMover>().CatchUpAsync(TestContext.Current.CancellationToken).GetAwaiter().GetResult();
        return Record.Database.Read(session => session.Query(sql, read, arguments));
    }

    internal long Count(string table) => Query($"SELECT COUNT(*) FROM {table}", row => row.Integer(0))[0];

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        database.Dispose();
    }

    private static void MakeTables(TestDatabase empty)
    {
        var host = new IntakeHost(empty, new IntakeOptions(), configure: null);
        _ = host.Record;
        host.app.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    private async Task StartAsync()
    {
        await app.StartAsync(TestContext.Current.CancellationToken);
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        Port = new Uri(address).Port;
    }

    private WebApplication Build()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenMllp(new IPEndPoint(IPAddress.Loopback, 0)));
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(_ => database.Open());
        builder.Services.AddRecord();
        builder.Services.AddIdentity();
        builder.Services.AddIntake(Options);
        if (!Applies)
            builder.Services.Remove(builder.Services.Last(service => service.ServiceType == typeof(IHostedService)));
        configure?.Invoke(builder);
        return builder.Build();
    }
}
