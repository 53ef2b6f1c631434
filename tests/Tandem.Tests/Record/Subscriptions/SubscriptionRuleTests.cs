using System.Net;
using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Record.Subscriptions;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Subscriptions;

/// <summary>What is refused before it can disappoint: topics, filters, channels and endpoints that the hub would not follow.</summary>
public sealed class SubscriptionRuleTests : IAsyncLifetime
{
    private const string Hook = "http://127.0.0.1:9/hook";
    private SubscriptionServer server = null!;

    public async ValueTask InitializeAsync()
    {
        server = await new SubscriptionServer(Engine.Sqlite).StartAsync();
        await server.PutTaskTopicAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
            await server.DisposeAsync();
    }

    [Theory]
    [InlineData("rest-hook", Hook, "http://topics.example/none", null, "requested", "There is no active topic")]
    [InlineData("rest-hook", Hook, SubscriptionServer.TaskTopic, "Task?owner=x", "requested", "The topic cannot be filtered by owner; it allows: patient.")]
    [InlineData("rest-hook", Hook, SubscriptionServer.TaskTopic, "Patient?name=x", "requested", "The filter names a type that the topic has no events of.")]
    [InlineData("rest-hook", Hook, SubscriptionServer.TaskTopic, "Task?patient.name=x", "requested", "The topic cannot be filtered by patient.name")]
    [InlineData("rest-hook", Hook, SubscriptionServer.TaskTopic, null, "active", "Ask with the status requested")]
    [InlineData("rest-hook", null, SubscriptionServer.TaskTopic, null, "requested", "A rest-hook needs an endpoint")]
    [InlineData("rest-hook", "ftp://127.0.0.1/x", SubscriptionServer.TaskTopic, null, "requested", "A rest-hook needs an endpoint")]
    [InlineData("rest-hook", "https://user@hook.example/x", SubscriptionServer.TaskTopic, null, "requested", "A rest-hook needs an endpoint")]
    [InlineData("rest-hook", "http://hook.example/x", SubscriptionServer.TaskTopic, null, "requested", "The endpoint has to be https.")]
    [InlineData("rest-hook", "https://10.0.0.7/x", SubscriptionServer.TaskTopic, null, "requested", "The endpoint lies in a private network")]
    [InlineData("rest-hook", "https://hook.example/x", SubscriptionServer.TaskTopic, null, "requested", "The endpoint's host is not among those this site allows")]
    [InlineData("websocket", Hook, SubscriptionServer.TaskTopic, null, "requested", "This channel has no endpoint")]
    [InlineData("sms", "tel:1", SubscriptionServer.TaskTopic, null, "requested", "The channels are rest-hook, websocket, email")]
    [InlineData("email", "mailto:desk@example.org", SubscriptionServer.TaskTopic, null, "requested", "This site has no mail relay")]
    public async Task What_is_not_understood_is_refused_with_a_reason(string channel, string? endpoint, string topic, string? filter, string status, string reason)
    {
        var said = await server.RefusedAsync("Subscription/s", SubscriptionServer.Subscription("s", channel, endpoint, topic: topic, filter: filter, status: status));

        Assert.StartsWith(reason, said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Host: elsewhere.example", "A header is")]
    [InlineData("content-length: 1", "A header is")]
    [InlineData("Content-Type: text/plain", "A header is")]
    [InlineData("Content-Encoding: gzip", "A notification is sent whole")]
    [InlineData("content-range: bytes 0-1/2", "A notification is sent whole")]
    public async Task A_header_that_would_not_be_true_is_refused(string header, string reason)
    {
        var asked = SubscriptionServer.Subscription("s", endpoint: Hook).Replace("\"endpoint\"", $"\"header\":[\"{header}\"],\"endpoint\"", StringComparison.Ordinal);

        Assert.StartsWith(reason, await server.RefusedAsync("Subscription/s", asked), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("9999-12-31T23:59:59-14:00", "active")]
    [InlineData("0001-01-01T00:00:00+14:00", "off")]
    public async Task An_end_at_the_edge_of_the_calendar_is_kept(string end, string status)
    {
        await using var receiver = await Receiver.StartAsync();
        await server.PutAsync("Subscription/s", SubscriptionServer.Subscription("s", endpoint: receiver.Endpoint).Replace("\"reason\"", $"\"end\":\"{end}\",\"reason\"", StringComparison.Ordinal));

        await server.UntilAsync("s", status);
    }

    [Theory]
    [InlineData("patient=p1,Patient/p2", null)]
    [InlineData("Resource?patient=p1", null)]
    [InlineData("patient=p1&status=completed", "The filter patient stands by itself")]
    [InlineData("patient=p1&patient=p2", "The filter patient stands by itself")]
    [InlineData("patient=Group/g", "The filter patient takes ids of patients here, such as 123 or Patient/123; Group/g is none.")]
    [InlineData("patient=p1,", "The filter patient takes ids")]
    [InlineData("patient=https://elsewhere.example/fhir/Patient/p1", "The filter patient takes ids")]
    public async Task A_filter_by_patient_that_could_find_nobody_is_refused(string filter, string? reason)
    {
        await server.PutAsync("Basic/record", SubscriptionServer.Topic("http://topics.example/record", "Resource"));
        var asked = SubscriptionServer.Subscription("s", "websocket", topic: "http://topics.example/record", filter: filter);

        if (reason is null)
            await server.PutAsync("Subscription/s", asked);
        else
            Assert.StartsWith(reason, await server.RefusedAsync("Subscription/s", asked), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("status=completed&_sort=-authored-on", "The criteria have to be search parameters")]
    [InlineData("patient.name=x", "Chains and _has")]
    [InlineData("nonsense=x", "")]
    [InlineData("code:in=http://v", "code: this modifier")]
    public async Task A_topic_whose_criteria_cannot_be_followed_is_refused(string criteria, string reason)
    {
        var topic = SubscriptionServer.Topic("http://topics.example/odd", "Task", $$"""{"url":"queryCriteria","extension":[{"url":"current","valueString":"{{criteria}}"}]}""");

        Assert.StartsWith(reason, await server.RefusedAsync("Basic/odd", topic), StringComparison.Ordinal);
    }

    [Theory] // a filter that nobody reads would hold nothing back, and a channel be another
    [InlineData("backport-filter-criteria", "\"valueString\":\"Task?patient=Patient/p1\"", "Subscription.criteria")]
    [InlineData("backport-channel-type", "\"valueCoding\":{\"code\":\"server-sent-events\"}", "Subscription.channel.type")]
    [InlineData("backport-payload-content", "\"valueCode\":\"full-resource\"", "Subscription.channel.payload")]
    public async Task An_extension_that_would_go_unread_is_refused(string name, string value, string place)
    {
        var extension = $$"""{"url":"{{Backport.Definitions}}{{name}}",{{value}}}""";
        var said = await server.RefusedAsync("Subscription/s", SubscriptionServer.Subscription("s", "websocket", extensions: extension));
        var atTop = await server.RefusedAsync("Subscription/s", SubscriptionServer.Subscription("s", "websocket").Replace("\"reason\":", $"\"extension\":[{extension}],\"reason\":", StringComparison.Ordinal));

        Assert.Equal(($"The extension {name} stands at {place}, and this one stands at Subscription.channel.", $"The extension {name} stands at {place}, and this one stands at Subscription."), (said, atTop));
    }

    [Fact]
    public async Task A_topic_in_a_patients_record_is_none()
    {
        const string Theirs = "http://topics.example/theirs";
        await server.PutAsync("Basic/theirs", SubscriptionServer.Topic(Theirs, "Task").Replace("\"code\":{\"coding\"", "\"subject\":{\"reference\":\"Patient/p1\"},\"code\":{\"coding\"", StringComparison.Ordinal));

        Assert.StartsWith("There is no active topic", await server.RefusedAsync("Subscription/s", SubscriptionServer.Subscription("s", "websocket", topic: Theirs)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_topic_that_is_retired_takes_no_more_subscriptions()
    {
        const string Old = "http://topics.example/old";
        await server.PutAsync("Basic/old", SubscriptionServer.Topic(Old, "Task").Replace("\"valueCode\":\"active\"", "\"valueCode\":\"retired\"", StringComparison.Ordinal));

        Assert.StartsWith("There is no active topic", await server.RefusedAsync("Subscription/s", SubscriptionServer.Subscription("s", "websocket", topic: Old)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_may_send_back_what_it_read_but_not_another_channel_without_asking()
    {
        await using var receiver = await Receiver.StartAsync();
        await server.PutAsync("Subscription/s", SubscriptionServer.Subscription("s", endpoint: receiver.Endpoint));
        await server.UntilAsync("s", "active");

        await server.PutAsync("Subscription/s", SubscriptionServer.Subscription("s", endpoint: receiver.Endpoint, status: "active").Replace("\"reason\":\"test\"", "\"reason\":\"other\"", StringComparison.Ordinal));
        var said = await server.RefusedAsync("Subscription/s", SubscriptionServer.Subscription("s", endpoint: receiver.Endpoint, content: "full-resource", status: "active"));

        Assert.StartsWith("Ask with the status requested", said, StringComparison.Ordinal);
        await server.PutAsync("Subscription/s", SubscriptionServer.Subscription("s", endpoint: receiver.Endpoint, status: "off"));
        Assert.Equal("off", (await server.GetAsync("Subscription/s"))["status"u8].Text);
    }

    [Fact]
    public async Task The_capability_statement_lists_topics_profile_and_operations()
    {
        var subscription = (await server.GetAsync("metadata"))["rest"u8].First["resource"u8].Items.AsEnumerable().Single(type => type["type"u8].Text == "Subscription");

        Assert.Equal(SubscriptionServer.TaskTopic, subscription["extension"u8].First["valueCanonical"u8].Text);
        Assert.Equal(Backport.SubscriptionProfile, subscription["supportedProfile"u8].First.Text);
        Assert.Superset(
            new HashSet<string?> { "status", "events", "get-ws-binding-token" },
            subscription["operation"u8].Items.AsEnumerable().Select(operation => operation["name"u8].Text).ToHashSet());
    }

    [Fact]
    public async Task A_stream_with_nothing_to_tell_is_not_silent()
    {
        await using var lively = await new SubscriptionServer(Engine.Sqlite, SubscriptionServer.Quick with { Ping = TimeSpan.FromMilliseconds(50) }).StartAsync();
        await lively.PutTaskTopicAsync();
        await lively.PutAsync("Subscription/e", SubscriptionServer.Subscription("e", "server-sent-events"));
        await lively.UntilAsync("e", "active");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(1));
        using var response = await lively.Client.GetAsync(new Uri("Subscription/e/$stream", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, limit.Token);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(limit.Token));

        for (var comments = 0; comments < 2;)
        {
            var line = await reader.ReadLineAsync(limit.Token);
            Assert.NotNull(line);
            comments += line == ":" ? 1 : 0;
        }
    }

    [Theory]
    [InlineData("", "", "mailto:anybody@elsewhere.example", true)]
    [InlineData("hooks.example", "", "mailto:anybody@elsewhere.example", false)] // a site that lists any allows those
    [InlineData("hooks.example", "", "mailto:desk@Hooks.example", true)]
    [InlineData("*", "", "anybody@elsewhere.example", true)]
    [InlineData("hooks.example", "*.clinic.example", "desk@north.clinic.example", true)]
    [InlineData("hooks.example", "*.clinic.example", "desk@hooks.example", false)]
    [InlineData("", "clinic.example", "anybody@elsewhere.example, desk@clinic.example", false)]
    [InlineData("", "clinic.example", "mailto:anybody@elsewhere.example?cc=desk@clinic.example", false)]
    public void Mail_goes_to_domains_that_the_site_lists_where_it_lists_any(string hosts, string domains, string mailbox, bool isTaken)
    {
        var policy = new EndpointPolicy(new SubscriptionOptions
        {
            MailRelay = "mail.example", MailFrom = "hub@sample.example", AllowedHosts = hosts.Split(' ', StringSplitOptions.RemoveEmptyEntries), MailDomains = domains.Split(' ', StringSplitOptions.RemoveEmptyEntries),
        });

        var refusal = policy.Refused(new Subscriber { Version = null!, Status = "requested", Topic = "", Filters = [], Channel = ChannelKind.Email, Endpoint = mailbox, Headers = [], Content = PayloadContent.Empty });

        Assert.Equal(isTaken, refusal is null);
    }

    [Theory]
    [InlineData("email", 1, 3_600)]
    [InlineData("email", 7_200, 7_200)]
    [InlineData("websocket", 1, 1)]
    public async Task Beats_by_mail_come_once_an_hour_at_most(string channel, int asked, int kept)
    {
        var beat = $$"""{"url":"{{Backport.HeartbeatPeriod}}","valueUnsignedInt":{{asked}}}""";
        var written = await server.Store.WriteAsync<ResourceVersion>(
            SubscriptionRules.Hub, session => session.Put("Subscription", "s", RecordFixture.Json(SubscriptionServer.Subscription("s", channel, extensions: beat, status: "off"))), TestContext.Current.CancellationToken);

        Assert.Equal(TimeSpan.FromSeconds(kept), SubscriberReader.Read(written.Value).Value.Heartbeat);
    }

    [Theory]
    [InlineData("127.0.0.1", false)]
    [InlineData("10.1.2.3", false)]
    [InlineData("172.20.0.1", false)]
    [InlineData("192.168.1.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("100.127.255.255", false)]
    [InlineData("192.0.0.8", false)]
    [InlineData("192.0.2.1", false)]
    [InlineData("198.19.0.1", false)]
    [InlineData("198.51.100.1", false)]
    [InlineData("203.0.113.1", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("::1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fd00::1", false)]
    [InlineData("::ffff:10.0.0.1", false)]
    [InlineData("2002:0a00:0001::1", false)]
    [InlineData("2001::1", false)]
    [InlineData("2001:db8::1", false)]
    [InlineData("64:ff9b::a00:1", false)]
    [InlineData("::ffff:8.8.8.8", true)]
    [InlineData("100.128.0.1", true)]
    [InlineData("172.15.0.1", true)]
    [InlineData("2001:200::1", true)]
    [InlineData("8.8.8.8", true)]
    [InlineData("172.32.0.1", true)]
    [InlineData("2606:4700::1", true)]
    public void Only_public_addresses_are_reached_without_being_listed(string address, bool isPublic) =>
        Assert.Equal(isPublic, Tandem.Kernel.Net.GuardedConnection.IsPublic(IPAddress.Parse(address)));

    [Fact]
    public void A_name_that_leads_into_the_own_network_is_not_connected_to()
    {
        Assert.False(new EndpointPolicy(new SubscriptionOptions()).MayConnect("hook.example", IPAddress.Parse("8.8.8.8"))); // nobody listed it
        var policy = new EndpointPolicy(new SubscriptionOptions { AllowedHosts = ["*"] });
        Assert.False(policy.MayConnect("hook.example", IPAddress.Parse("10.0.0.7")));
        Assert.True(policy.MayConnect("hook.example", IPAddress.Parse("8.8.8.8")));
        var within = new EndpointPolicy(new SubscriptionOptions { AllowedHosts = ["*.example"] });
        Assert.True(within.MayConnect("hook.example", IPAddress.Parse("10.0.0.7")));
        Assert.False(within.MayConnect("hookexample", IPAddress.Parse("10.0.0.7")));
        Assert.False(within.MayConnect("127.0.0.1", IPAddress.Loopback));
    }

    [Theory]
    [InlineData("http://plain.example/x", true)]
    [InlineData("https://plain.example/x", true)]
    [InlineData("https://hook.example/x", true)]
    [InlineData("http://hook.example/x", false)] // listed for encryption alone
    [InlineData("http://127.0.0.1/x", false)]
    public void Without_encryption_a_host_is_told_that_is_listed_so(string endpoint, bool isTaken)
    {
        var policy = new EndpointPolicy(new SubscriptionOptions { AllowedHosts = ["hook.example", "http://plain.example"] });

        var refusal = policy.Refused(new Subscriber { Version = null!, Status = "requested", Topic = "", Filters = [], Channel = ChannelKind.RestHook, Endpoint = endpoint, Headers = [], Content = PayloadContent.Empty });

        Assert.Equal(isTaken, refusal is null);
    }
}
