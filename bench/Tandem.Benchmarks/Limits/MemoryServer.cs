using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Tandem.Benchmarks.Limits;

/// <summary>The web server with nothing behind it: the bytes come from memory. What any read over HTTP is measured against.</summary>
internal sealed class MemoryServer : IAsyncDisposable
{
    private readonly WebApplication app;

    private MemoryServer(WebApplication app) => this.app = app;

    internal Uri Address => new(app.Urls.First());

    internal static async Task<MemoryServer> StartAsync(byte[] body, string type = "application/fhir+json")
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        var app = builder.Build();
        app.Run(context =>
        {
            context.Response.ContentType = type;
            context.Response.ContentLength = body.Length;
            return context.Response.Body.WriteAsync(body).AsTask();
        });
        await app.StartAsync();
        return new MemoryServer(app);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
