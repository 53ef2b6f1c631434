using System.Net;
using Tandem.Tests.Trust.SignIn;

namespace Tandem.Tests.Hub.Pages;

/// <summary>What may be told from the length of a page.</summary>
public sealed class CompressionTests
{
    [Fact]
    public async Task A_page_is_compressed_but_not_for_who_was_sent_by_another_site()
    {
        await using var hub = await HubBrowser.StartAsync();
        using var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(hub.Hub.Urls.First()) };
        foreach (var (name, value, isCompressed) in new[]
        {
            ("Accept", "text/html", true), ("Sec-Fetch-Site", "same-origin", true), ("Sec-Fetch-Site", "none", true), ("Referer", hub.Hub.Urls.First() + "/sign-in", true),
            ("Sec-Fetch-Site", "cross-site", false), ("Sec-Fetch-Site", "same-site", false), ("Referer", "https://other.example/", false), ("Referer", "other", false),
        })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/sign-in", UriKind.Relative));
            request.Headers.TryAddWithoutValidation("Accept-Encoding", "br, gzip");
            request.Headers.TryAddWithoutValidation(name, value);
            using var reply = await client.SendAsync(request, HubBrowser.Cancel);
            Assert.Equal((name, value, HttpStatusCode.OK, isCompressed), (name, value, reply.StatusCode, reply.Content.Headers.ContentEncoding.Contains("br")));
        }
    }
}
