using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Tandem.EndToEnd.Support;

namespace Tandem.EndToEnd.Trust;

/// <summary>An app in a browser as its makers would write it: two pages and SMART's own fhirclient, served from an origin of its own.</summary>
internal sealed class SampleApp : IAsyncDisposable
{
    private static readonly string Library = Path.Combine(Places.Repository, "tests", "peers", "node_modules", "fhirclient", "build", "fhir-client.js");
    private readonly WebApplication app;

    private SampleApp(WebApplication app) => this.app = app;

    /// <summary>The client_id it was given; known before its first page is opened.</summary>
    internal string ClientId { get; set; } = "";

    /// <summary>The FHIR interface it begins with when it is not launched.</summary>
    internal string Fhir { get; set; } = "";

    internal string Address => app.Urls.First();

    internal static async Task<SampleApp> StartAsync()
    {
        Assert.SkipUnless(File.Exists(Library), "The peers are not installed (npm ci --prefix tests/peers).");
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var sample = new SampleApp(builder.Build());
        sample.Map();
        await sample.app.StartAsync();
        return sample;
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private void Map()
    {
        app.MapGet("/fhir-client.js", () => Results.File(Library, "text/javascript"));
        app.MapGet("/launch.html", () => Page($$"""
            FHIR.oauth2.authorize({
              client_id: '{{ClientId}}', redirectUri: 'index.html', scope: 'launch/patient patient/*.rs openid fhirUser offline_access',
              ...(new URLSearchParams(location.search).has('iss') ? { scope: 'launch patient/*.rs openid fhirUser offline_access' } : { iss: '{{Fhir}}' }),
            }).catch(error => say('failed', error.message));
            """));
        app.MapGet("/index.html", () => Page("""
            FHIR.oauth2.ready().then(async client => {
              window.client = client;
              const patient = await client.patient.read();
              const observations = await client.request(`Observation?patient=${client.patient.id}`, { flat: true });
              say('read', `${patient.name[0].family} ${client.user.fhirUser} ${observations.length} ${client.state.tokenResponse.scope}`);
            }).catch(error => say('failed', error.message));
            """));
    }

    private static IResult Page(string script) => Results.Content(
        $$"""
        <!DOCTYPE html><html lang="en"><title>Sample app</title><p id="state"></p><script src="/fhir-client.js"></script>
        <script>const say = (id, text) => { document.querySelector('#state').id = id; document.querySelector('#' + id).textContent = text; };
        {{script}}</script></html>
        """, "text/html; charset=utf-8");
}
