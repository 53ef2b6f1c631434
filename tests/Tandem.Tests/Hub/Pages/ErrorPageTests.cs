using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Tandem.Tests.Support;
using Tandem.Trial.Open;

namespace Tandem.Tests.Hub.Pages;

/// <summary>The real hub with one more route, which fails.</summary>
public sealed partial class ErrorPageTests : IAsyncLifetime
{
    private readonly DirectoryInfo data = Directory.CreateTempSubdirectory("tandem-error-");
    private readonly HttpClient client = new();
    private WebApplication? app;

    public async ValueTask InitializeAsync()
    {
        var address = $"http://127.0.0.1:{FreePort.Take()}";
        Assert.True(OpenHub.TryBuild(
            new Dictionary<string, string?>
            {
                ["Hub:Urls"] = address,
                ["Hub:Mllp"] = "",
                ["Hub:Data"] = data.FullName,
                ["Hub:Content"] = data.FullName,
                ["Logging:LogLevel:Default"] = "None",
                ["Logging:LogLevel:Tandem"] = "None",
            },
            out app));
        app.MapGet("/fails", IResult () => throw new InvalidOperationException("Testperson could not be read"));
        client.BaseAddress = new Uri(address);
        await app.StartAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        if (app is not null)
        {
            await app.StopAsync();
            await app.DisposeAsync();
        }

        data.Delete(recursive: true);
    }

    [Theory]
    [InlineData("en", "Something went wrong in the hub", "What to do")]
    [InlineData("es-MX,es;q=0.9,en;q=0.5", "Algo falló en Tandem", "Qué hacer")]
    public async Task A_failure_is_told_with_an_incident_number_and_nothing_of_its_cause(string language, string title, string toDo)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/fails");
        request.Headers.Add("Accept", "text/html");
        request.Headers.Add("Accept-Language", language);
        using var reply = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var page = WebUtility.HtmlDecode(await reply.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

        Assert.Equal(HttpStatusCode.InternalServerError, reply.StatusCode);
        Assert.Contains(title, page, StringComparison.Ordinal);
        Assert.Contains(toDo, page, StringComparison.Ordinal);
        Assert.Matches(Incident(), page);
        Assert.DoesNotContain("Testperson", page, StringComparison.Ordinal);
        Assert.DoesNotContain("InvalidOperation", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_without_its_token_is_refused_with_a_page_and_is_no_failure_of_the_hub()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/sign-out") { Content = new FormUrlEncodedContent([new("text", "x")]) };
        request.Headers.Add("Accept", "text/html");
        using var reply = await client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, reply.StatusCode);
        Assert.Contains("<html", await reply.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [GeneratedRegex("<code>[0-9a-f]{10}</code>")]
    private static partial Regex Incident();
}
