using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Fhir.Json;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Access;
using Tandem.Record.Subscriptions;
using Tandem.Tests.Care.Intake;

namespace Tandem.Tests.Record.Subscriptions;

/// <summary>What ends after it was looked at, and before the events were read, is told nothing of them: they may have come after its end.</summary>
public sealed class EndingMeanwhileTests : IAsyncLifetime
{
    private readonly PassingRenewal renewal = new();
    private readonly SubscriptionServer server;

    public EndingMeanwhileTests() => server = new(Engine.Sqlite, delivers: false, add: services => services.AddSingleton<IScopeRenewal>(renewal));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private SubscriptionRecord Record => server.Services.GetRequiredService<SubscriptionRecord>();

    public async ValueTask InitializeAsync()
    {
        await server.StartAsync();
        await server.PutTaskTopicAsync();
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task An_endpoint_is_told_of_nothing_when_the_subscription_ends()
    {
        await using var receiver = await Receiver.StartAsync();
        var now = server.Clock.GetUtcNow();
        var end = now.AddHours(1);
        await NoteOneAsync(SubscriptionServer.Subscription("s", endpoint: receiver.Endpoint).Replace("\"reason\":\"test\"", $"\"reason\":\"test\",\"end\":\"{end:O}\"", StringComparison.Ordinal));
        await Record.KeepAsync("s", Record.ProgressOf("s") with { IsShaken = true }, Cancel);
        await RunLaneAsync(new PassingClock(now, end));

        Assert.Equal("off", Record.Find("s", AccessScope.System)?.Status);
        Assert.Empty(receiver.Accepted);
    }

    [Fact]
    public async Task An_endpoint_is_told_of_nothing_when_who_made_the_subscription_leaves()
    {
        await using var receiver = await Receiver.StartAsync();
        await NoteOneAsync(SubscriptionServer.Subscription("s", endpoint: receiver.Endpoint));
        await Record.KeepAsync("s", Record.ProgressOf("s") with { IsShaken = true }, Cancel);
        await server.Store.WriteAsync<int>(
            AccessScope.System,
            session =>
            {
                var reach = Reach.Limited(new AccessLayer("app", [new Grant(Tandem.Kernel.Actors.Interactions.Look, [], Whose.Anyone)]));
                session.Write(SubscriptionTables.Owners, "s", "Practitioner/x", (string?)null, "app", "TREAT", KeptReach.ToText(reach), "");
                return 0;
            },
            Cancel);
        renewal.Looks = 1;

        await RunLaneAsync(server.Clock);

        Assert.Equal("off", Record.Find("s", AccessScope.System)?.Status);
        Assert.Empty(receiver.Accepted);
    }

    [Fact]
    public async Task A_stream_tells_of_nothing_when_that_ends_by_which_its_client_was_let_in()
    {
        await NoteOneAsync(SubscriptionServer.Subscription("s", "server-sent-events"));
        var stream = new EventStream(Record, Get<NotificationWriter>(), Get<EventSignal>(), server.Clock, new EndingAdmission(looks: 2));
        var told = new List<Streamed>();

        await foreach (var one in stream.FollowAsync("s", after: 0, Owner, Cancel))
            told.Add(one);

        Assert.False(Assert.Single(told).HasEvents); // the handshake
    }

    [Fact]
    public async Task A_stream_tells_of_nothing_once_the_end_has_come_though_the_status_does_not_say_so_yet()
    {
        var end = server.Clock.GetUtcNow().AddHours(1);
        await NoteOneAsync(SubscriptionServer.Subscription("s", "server-sent-events").Replace("\"reason\":\"test\"", $"\"reason\":\"test\",\"end\":\"{end:O}\"", StringComparison.Ordinal));
        server.Clock.Advance(TimeSpan.FromHours(1));
        var stream = new EventStream(Record, Get<NotificationWriter>(), Get<EventSignal>(), server.Clock);
        var told = new List<Streamed>();

        await foreach (var one in stream.FollowAsync("s", after: 0, Owner, Cancel))
        {
            told.Add(one);
            if (told.Count == 2)
                break;
        }

        var last = Assert.Single(told);
        Assert.Equal("off", Receiver.Status(FhirJson.ParseStored(last.Bundle).Root, "status")["valueCode"u8].Text);
    }

    [Fact]
    public async Task A_stream_tells_of_nothing_when_the_subscription_is_made_anew_by_somebody_else()
    {
        await NoteOneAsync(SubscriptionServer.Subscription("s", "server-sent-events"));
        var stream = new EventStream(Record, Get<NotificationWriter>(), Get<EventSignal>(), server.Clock);
        var told = new List<Streamed>();

        await foreach (var one in stream.FollowAsync("s", after: 0, Owner, Cancel))
        {
            told.Add(one);
            using (var deleted = await server.Client.DeleteAsync(new Uri("Subscription/s", UriKind.Relative), Cancel))
                Assert.True(deleted.IsSuccessStatusCode);
            Assert.Equal(201, await server.PutAsAsync("Practitioner/other", "Subscription/s", SubscriptionServer.Subscription("s", "server-sent-events")));
        }

        Assert.False(Assert.Single(told).HasEvents); // the handshake
    }

    private static Connected Owner => new("session", WorkOwner.Of(AccessScope.System));

    private T Get<T>()
        where T : notnull => server.Services.GetRequiredService<T>();

    private async Task RunLaneAsync(TimeProvider clock)
    {
        var policy = new EndpointPolicy(Record.Options);
        using var hook = new RestHook(policy);
        await new DeliveryLane("s", new(Record, Get<NotificationWriter>(), hook, new MailChannel(Record.Options, policy, Record), Get<EventSignal>(), clock, NullLogger.Instance)).RunAsync(Cancel);
    }

    /// <summary>Makes a subscription active, without a lane, and lets an event be noted for it.</summary>
    private async Task NoteOneAsync(string subscription)
    {
        await server.PutAsync("Subscription/s", subscription);
        Assert.True(await Record.SetStatusAsync(Record.Find("s", AccessScope.System)!, "active", null, Cancel));
        await server.PutTaskAsync("a", "completed");
        await Eventually.TrueAsync(() => Record.Count("s") == 1);
    }

    /// <summary>Goes on once it was looked at.</summary>
    private sealed class PassingClock(DateTimeOffset first, DateTimeOffset then) : TimeProvider
    {
        private int looks;

        public override DateTimeOffset GetUtcNow() => Interlocked.Increment(ref looks) == 1 ? first : then;
    }

    /// <summary>Whoever made something may see what they saw, for so many looks more.</summary>
    private sealed class PassingRenewal : IScopeRenewal
    {
        internal int Looks { get; set; } = int.MaxValue;

        public AccessScope Renew(AccessScope kept) => Looks-- > 0 ? kept : AccessScope.Nobody;
    }

    /// <summary>Holds for so many looks.</summary>
    private sealed class EndingAdmission(int looks) : IAdmissions
    {
        public string Of(HttpContext request) => "session";

        public bool Hold(string admission) => looks-- > 0;
    }
}
