using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Record.Subscriptions;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Subscriptions;

/// <summary>What an endpoint is sent, and which of its answers say that it took it.</summary>
public sealed class EndpointAnswerTests : IAsyncLifetime
{
    private Receiver receiver = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => receiver = await Receiver.StartAsync();

    public ValueTask DisposeAsync() => receiver.DisposeAsync();

    [Theory]
    [InlineData(200, null)]
    [InlineData(202, null)]
    [InlineData(204, null)]
    [InlineData(301, "The endpoint answered 301.")] // nobody follows it
    [InlineData(304, "The endpoint answered 304.")]
    [InlineData(404, "The endpoint answered 404.")]
    [InlineData(410, "The endpoint answered 410.")]
    public async Task Only_a_success_says_that_a_notification_was_taken(int answer, string? fault)
    {
        receiver.Answer = answer;

        Assert.Equal(fault, await SendAsync(SubscriptionServer.Quick));
        Assert.Equal("application/fhir+json", receiver.Headers!.ContentType);
        Assert.Equal("Bearer one-two-three", receiver.Headers.Authorization);
        Assert.Equal("es", receiver.Headers.ContentLanguage); // which .NET counts among those of the body
        Assert.Equal(0, receiver.Headers.ContentEncoding.Count); // which would not be true
    }

    [Fact] // the site may have taken back what it allowed
    public async Task An_endpoint_that_the_site_does_not_allow_any_more_is_sent_nothing()
    {
        Assert.StartsWith("The endpoint has to be https.", await SendAsync(new SubscriptionOptions()), StringComparison.Ordinal);
        Assert.Null(receiver.Headers);
    }

    [Fact]
    public async Task A_mailbox_that_the_site_does_not_allow_any_more_is_sent_nothing()
    {
        var options = new SubscriptionOptions { MailRelay = "127.0.0.1:9", MailFrom = "hub@example.org", MailDomains = ["clinic.example"] };

        Assert.StartsWith("The mailbox is not of a domain that this site allows.", await MailAsync(options, "mailto:desk@example.org"), StringComparison.Ordinal);
        Assert.Equal("The mail relay did not take the message.", await MailAsync(options, "mailto:desk@clinic.example"));
    }

    private static Task<string?> MailAsync(SubscriptionOptions options, string mailbox) =>
        new MailChannel(options, new EndpointPolicy(options), new SubscriptionRecord(null!, null!, options with { Address = "https://hub.example/fhir" }, null!, null, null)).SendAsync(Subscriber(ChannelKind.Email, mailbox), "heartbeat", 0, Cancel);

    private async Task<string?> SendAsync(SubscriptionOptions options)
    {
        using var hook = new RestHook(new EndpointPolicy(options));
        return await hook.SendAsync(
            Subscriber(ChannelKind.RestHook, receiver.Endpoint), """{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Parameters"}}]}"""u8.ToArray(), Cancel);
    }

    private static ResourceVersion Any => new() { Seq = 1, Rid = 1, Type = "Subscription", Id = "s", Version = 1, At = default, Actor = "", Lane = 0, Bytes = default };

    private static Subscriber Subscriber(ChannelKind channel, string endpoint) => new()
    {
        Version = Any, Status = "active", Topic = "", Filters = [], Channel = channel, Endpoint = endpoint, Headers = [new("Authorization", "Bearer one-two-three"), new("Content-Language", "es"), new("Content-Encoding", "gzip")], Content = PayloadContent.Empty,
    };
}
