using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;
using Tandem.Fhir.Json;

namespace Tandem.Tests.Record.Subscriptions;

/// <summary>An endpoint of a subscriber on a real socket: keeps what it is sent and answers as told.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly Lock gate = new();
    private readonly List<FhirNode> accepted = [];
    private readonly List<FhirNode> refused = [];
    private readonly CancellationTokenSource ending = new();

    private Receiver(WebApplication app) => this.app = app;

    /// <summary>What it answers from now on.</summary>
    internal int Answer { get; set; } = 200;

    /// <summary>With how many events it takes a notification; it answers 503 to one with more.</summary>
    internal int MostEvents { get; set; } = int.MaxValue;

    /// <summary>How long it takes.</summary>
    internal TimeSpan Delay { get; set; }

    /// <summary>The headers of the last call.</summary>
    internal IHeaderDictionary? Headers { get; private set; }

    internal string Endpoint => app.Urls.Single() + "/hook";

    internal static async Task<Receiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var receiver = new Receiver(app);
        app.MapPost("/hook", receiver.HandleAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    /// <summary>What was taken, in order.</summary>
    internal IReadOnlyList<FhirNode> Accepted
    {
        get
        {
            lock (gate)
                return [.. accepted];
        }
    }

    /// <summary>What was sent but not taken.</summary>
    internal IReadOnlyList<FhirNode> Refused
    {
        get
        {
            lock (gate)
                return [.. refused];
        }
    }

    /// <summary>The numbers of the events taken, in the order they came.</summary>
    internal IReadOnlyList<long> Numbers => [.. Accepted.SelectMany(NumbersOf)];

    private long Last => Numbers is [.., var last] ? last : 0;

    /// <summary>The first notification of a type.</summary>
    internal async Task<FhirNode> UntilAsync(string type)
    {
        for (var i = 0; i < 3_000; i++)
        {
            if (Accepted.FirstOrDefault(bundle => TypeOf(bundle) == type) is { Exists: true } bundle)
                return bundle;
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        throw new TimeoutException($"No {type} came.");
    }

    internal async Task UntilNumberAsync(long number)
    {
        for (var i = 0; i < 3_000 && Last < number; i++)
            await Task.Delay(20, TestContext.Current.CancellationToken);
        Assert.Equal(number, Last);
    }

    internal static FhirNode Status(FhirNode bundle, string name) => bundle["entry"u8].First["resource"u8]["parameter"u8].Items.AsEnumerable()
        .FirstOrDefault(parameter => parameter["name"u8].Text == name);

    internal static string? TypeOf(FhirNode bundle) => Status(bundle, "type")["valueCode"u8].Text;

    internal static IEnumerable<long> NumbersOf(FhirNode bundle) => Events(bundle)
        .Select(parts => long.Parse(parts.Single(part => part["name"u8].Text == "eventNumber")["valueString"u8].Text!, CultureInfo.InvariantCulture));

    /// <summary>The parts of each event.</summary>
    internal static IEnumerable<List<FhirNode>> Events(FhirNode bundle) => bundle["entry"u8].First["resource"u8]["parameter"u8].Items.AsEnumerable()
        .Where(parameter => parameter["name"u8].Text == "notificationEvent").Select(parameter => parameter["part"u8].Items.AsEnumerable().ToList());

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync(); // who is still kept waiting is not waited for
        await app.StopAsync();
        await app.DisposeAsync();
        ending.Dispose();
    }

    private async Task HandleAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        if (Delay > TimeSpan.Zero)
            await Task.WhenAny(Task.Delay(Delay, http.RequestAborted), Task.Delay(Delay, ending.Token));
        if (http.RequestAborted.IsCancellationRequested)
            return; // nobody waits for the answer: whoever sent it sends it again
        var bundle = FhirJson.ParseStored(body.ToArray()).Root;
        var answer = Events(bundle).Count() > MostEvents ? 503 : Answer;
        lock (gate)
        {
            Headers = new HeaderDictionary(new Dictionary<string, StringValues>(http.Request.Headers, StringComparer.OrdinalIgnoreCase)); // its own are emptied for the next call
            (answer < 300 ? accepted : refused).Add(bundle);
        }

        http.Response.StatusCode = answer;
    }
}
