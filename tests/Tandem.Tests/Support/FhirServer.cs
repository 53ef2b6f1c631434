using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tandem.Fhir.Json;
using Tandem.Fhir.Search;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record;
using Tandem.Record.Access;
using Tandem.Record.Bulk;
using Tandem.Record.Files;
using Tandem.Record.Log;
using Tandem.Record.Rest;
using Tandem.Record.Validation;

namespace Tandem.Tests.Support;

/// <summary>The FHIR interface on a real Kestrel at a free loopback port, over a database of its own.</summary>
internal sealed class FhirServer : IAsyncDisposable
{
    private readonly TestDatabase testDatabase;
    private readonly WebApplication app;
    private readonly bool ownsDatabase;

    /// <summary>
    /// A server; over a database that outlives it when <paramref name="over"/> is given, so that another can be started on it. The service <paramref name="without"/> does not run by itself in it: what it
    /// does, the test calls for, or nobody does.
    /// </summary>
    internal FhirServer(Engine engine, RestLimits? limits = null, ValidationSettings? validation = null, TestDatabase? over = null, FileSettings? files = null, bool isCounted = false, string? address = null, Func<Database, Database>? through = null, Type? without = null, Func<BulkOptions, BulkOptions>? bulk = null)
    {
        Bulk = bulk?.Invoke(Bulk) ?? Bulk;
        (testDatabase, ownsDatabase) = (over ?? NewDatabase(engine), over is null);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<Database>(_ => isCounted ? new CountedDatabase(testDatabase.Open()) : through?.Invoke(testDatabase.Open()) ?? testDatabase.Open()); // by a factory, so that the container closes it
        builder.Services.AddSingleton<TimeProvider>(Clock);
        builder.Services.AddSingleton(Bulk);
        if (limits is not null)
            builder.Services.AddSingleton(limits);
        if (validation is not null)
            builder.Services.AddSingleton(validation);
        if (files is not null)
            builder.Services.AddSingleton(files);
        if (address is not null)
            builder.Services.AddSingleton(new SearchIndexOptions(TimeZoneInfo.Utc, address) { Own = new(address) { AreLasting = true } });
        builder.Services.AddRecord().AddRest();
        if (without is not null)
            builder.Services.RemoveHosted(service => service == without);
        builder.Services.AddSingleton(AccessTables.Relations).AddSingleton(AccessTables.Labels).AddSingleton(AccessTables.Consents).AddSingleton<IWriteRule, GoneLabels>(); // elsewhere Trust's projections own them
        app = builder.Build();
        app.Use((http, next) =>
        {
            if (http.Request.Headers.TryGetValue("X-As", out var who))
                http.SetScope(People[who.ToString()]);
            else if (!http.Request.Headers.ContainsKey("X-Nobody"))
                http.SetScope(AccessScope.System);
            return next(http);
        });
        app.MapFhir();
        app.StartAsync().GetAwaiter().GetResult();
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.Single() + "/fhir/"), Timeout = TimeSpan.FromMinutes(5) };
    }

    internal ManualClock Clock { get; } = new();

    /// <summary>Scopes by the name that a request bears in the header X-As.</summary>
    internal Dictionary<string, AccessScope> People { get; } = new(StringComparer.Ordinal);

    internal BulkOptions Bulk { get; } = new() { Folder = Directory.CreateTempSubdirectory("tandem-bulk-test-").FullName, PerFile = 50 };

    internal HttpClient Client { get; }

    internal RecordStore Store => app.Services.GetRequiredService<RecordStore>();

    internal Tandem.Record.Search.RecordSearch Search => app.Services.GetRequiredService<Tandem.Record.Search.RecordSearch>();

    internal IServiceProvider Services => app.Services;

    /// <summary>Sends a request; header values are not checked by the client.</summary>
    internal async Task<FhirAnswer> SendAsync(string method, string path, string? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/fhir+json");
        }

        foreach (var (name, value) in headers)
        {
            if (name.StartsWith("Content-", StringComparison.Ordinal))
            {
                request.Content!.Headers.Remove(name);
                request.Content.Headers.TryAddWithoutValidation(name, value);
            }
            else
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }

        using var response = await Client.SendAsync(request, TestContext.Current.CancellationToken);
        var bytes = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        return new FhirAnswer(response.StatusCode, bytes, response.Headers, response.Content.Headers);
    }

    internal Task<FhirAnswer> GetAsync(string path, params (string Name, string Value)[] headers) => SendAsync("GET", path, null, headers);

    internal Task<FhirAnswer> PutAsync(string path, string body, params (string Name, string Value)[] headers) => SendAsync("PUT", path, body, headers);

    internal Task<FhirAnswer> PostAsync(string path, string body, params (string Name, string Value)[] headers) => SendAsync("POST", path, body, headers);

    private static TestDatabase NewDatabase(Engine engine) =>
        TestDatabase.StartedOnce(engine, "fhir", empty => new FhirServer(engine, over: empty).DisposeAsync().AsTask().GetAwaiter().GetResult());

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
        if (ownsDatabase)
            testDatabase.Dispose();
        Directory.Delete(Bulk.Folder, recursive: true);
    }
}

/// <summary>What came back.</summary>
internal sealed record FhirAnswer(HttpStatusCode Status, byte[] Bytes, HttpResponseHeaders Headers, HttpContentHeaders ContentHeaders)
{
    internal FhirNode Json => Bytes.Length == 0 ? default : FhirJson.ParseStored(Bytes).Root;

    internal string Text => Encoding.UTF8.GetString(Bytes);

    internal string? ETag => Headers.TryGetValues("ETag", out var values) ? values.Single() : null;

    /// <summary>The ids of the resources in a bundle, in order, joined by commas.</summary>
    internal string Ids => string.Join(",", Json["entry"u8].Items.AsEnumerable().Select(entry => entry["resource"u8]["id"u8].Text));

    internal string? Link(string relation) =>
        Json["link"u8].Items.AsEnumerable().Where(link => link["relation"u8].Text == relation).Select(link => link["url"u8].Text).FirstOrDefault();

    /// <summary>The issue code of the first issue of an OperationOutcome.</summary>
    internal string? Issue => Json["resourceType"u8].Text == "OperationOutcome" ? Json["issue"u8].First["code"u8].Text : null;
}
