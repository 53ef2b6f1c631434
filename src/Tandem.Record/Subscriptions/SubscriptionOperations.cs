using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Tandem.Fhir.Definitions;
using Tandem.Fhir.Json;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Access;
using Tandem.Record.Operations;
using Tandem.Record.Rest;

namespace Tandem.Record.Subscriptions;

/// <summary><c>$status</c>: how subscriptions stand (backport 1.1, subscription-status).</summary>
internal static class ReadSubscriptionStatus
{
    internal static readonly Operation Operation = new()
    {
        Code = "status",
        Levels = OperationLevels.Type | OperationLevels.Instance,
        Types = ["Subscription"],
        Summary = "How subscriptions stand: status, events since the start, error.",
        Follows = Backport.Operations + "backport-subscription-status",
        Parameters =
        [
            new("id", "id", "Only these subscriptions.", IsList: true),
            new("status", "code", "Only subscriptions of this status.", IsList: true),
            new("return", "Bundle", "A searchset with a status per subscription.", 1, IsOut: true),
        ],
        Run = call => Task.FromResult(Run(call)),
    };

    private static FhirReply Run(OperationRequest call)
    {
        var record = call.Fhir.Http.RequestServices.GetRequiredService<SubscriptionRecord>();
        if (!Meant(call, record).Succeeded(out var subscribers, out var refusal))
            return refusal;
        var statuses = call.Texts("status");
        if (statuses.FirstOrDefault(status => !R4.Types.Find("Subscription")!.Elements["status"].Codes!.Contains(Encoding.UTF8.GetBytes(status))) is { } unknown)
            return Refusal.Invalid("", new RefusalDetail("value", $"{FhirRequest.Shown(unknown)} is no status of a subscription."));
        var found = subscribers.Where(subscriber => statuses.Count == 0 || statuses.Contains(subscriber.Status)).ToList();
        return new FhirReply(200, FhirWriter.Resource("Bundle", bundle => bundle
            .Text("type", "searchset")
            .Number("total", found.Count)
            .Array("entry", found, (entry, subscriber) => entry
                .Text("fullUrl", $"{call.Fhir.Address}/Subscription/{subscriber.Id}/$status")
                .Resource("resource", "Parameters", status => NotificationWriter.Status(status, subscriber, record.IsTold(subscriber.Id, call.Fhir.Scope) ? record.Count(subscriber.Id) : null, call.Fhir.Address))
                .Object("search", search => search.Text("mode", "match")))));
    }

    /// <summary>The subscription on the path, those named by id, or all that the caller sees.</summary>
    internal static Outcome<IReadOnlyList<Subscriber>> Meant(OperationRequest call, SubscriptionRecord record)
    {
        if (call.WithoutValue("id", "status").FirstOrDefault() is { } empty)
            return Refusal.Invalid("", empty);
        IReadOnlyList<string> ids = call.Id.Length > 0 ? [call.Id] : call.Texts("id");
        var found = new List<Subscriber>();
        foreach (var id in ids.Count > 0 ? ids : [.. record.All().Select(version => version.Id)])
        {
            if (record.Find(id, call.Fhir.Scope) is { } subscriber)
                found.Add(subscriber);
            else if (ids.Count > 0)
                return Refusal.NotFound("There is no topic-based subscription with this id.");
        }

        return found;
    }
}

/// <summary><c>$events</c>: events that were noted, to catch up with (backport 1.1, subscription-events).</summary>
internal static class ReadSubscriptionEvents
{
    /// <summary>Most events in one answer.</summary>
    internal const int Most = 1000;

    internal static readonly Operation Operation = new()
    {
        Code = "events",
        Levels = OperationLevels.Instance,
        Types = ["Subscription"],
        Summary = "Events of a subscription by their numbers.",
        Follows = Backport.Operations + "backport-subscription-events",
        Parameters =
        [
            new("eventsSinceNumber", "string", "The first event number, included."),
            new("eventsUntilNumber", "string", "The last event number, included."),
            new("content", "code", "empty, id-only or full-resource; not more than the subscription has."),
            new("return", "Bundle", "A notification of the type query-event; at most 1,000 events, and no more than bring it to 32 MiB.", 1, IsOut: true),
        ],
        Run = call => Task.FromResult(Run(call)),
    };

    private static FhirReply Run(OperationRequest call)
    {
        var services = call.Fhir.Http.RequestServices;
        var record = services.GetRequiredService<SubscriptionRecord>();
        if (record.Find(call.Id, call.Fhir.Scope) is not { } subscriber)
            return Refusal.NotFound("There is no topic-based subscription with this id.");
        if (!record.IsTold(call.Id, call.Fhir.Scope))
            return Refusal.Forbidden("Only who made a subscription is told its events; make one of your own.");
        if (!Number(call, "eventsSinceNumber", 1).Succeeded(out var from, out var refusal)
            || !Number(call, "eventsUntilNumber", long.MaxValue).Succeeded(out var to, out refusal)
            || !Content(call, subscriber).Succeeded(out var content, out refusal))
        {
            return refusal;
        }

        var events = record.Events(subscriber.Id, from, to, Most);
        var notification = new Notification(subscriber, "query-event", record.Count(subscriber.Id), events, content, call.Fhir.Scope);
        return new FhirReply(200, services.GetRequiredService<NotificationWriter>().Write(notification).Bundle);
    }

    private static Outcome<long> Number(OperationRequest call, string name, long otherwise) => call.Text(name) switch
    {
        null => otherwise,
        { } text when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number,
        _ => Refusal.Invalid("", new RefusalDetail("value", $"{name} has to be a whole number.")),
    };

    private static Outcome<PayloadContent> Content(OperationRequest call, Subscriber subscriber)
    {
        PayloadContent? asked = call.Text("content") switch
        {
            null => subscriber.Content,
            "empty" => PayloadContent.Empty,
            "id-only" => PayloadContent.IdOnly,
            "full-resource" => PayloadContent.FullResource,
            _ => null,
        };
        return asked is not { } content ? Refusal.Invalid("", new RefusalDetail("value", "content has to be empty, id-only or full-resource."))
            : content <= subscriber.Content ? content
            : Refusal.Invalid("", new RefusalDetail("not-supported", "The subscription was made for less content; ask for that, or change the subscription."));
    }
}

/// <summary><c>$get-ws-binding-token</c>: what a client shows when it binds a websocket (backport 1.1, get-ws-binding-token).</summary>
internal static class GetBindingToken
{
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(10);
    private const string Purpose = "subscriptions/ws";

    internal static readonly Operation Operation = new()
    {
        Code = "get-ws-binding-token",
        Levels = OperationLevels.Type | OperationLevels.Instance,
        Types = ["Subscription"],
        Summary = "A token that binds a websocket to subscriptions, for ten minutes.",
        Follows = Backport.Operations + "backport-subscription-get-ws-binding-token",
        Parameters =
        [
            new("id", "id", "The subscriptions.", IsList: true),
            new("token", "string", "The token.", 1, IsOut: true),
            new("expiration", "dateTime", "Until when it can be used.", 1, IsOut: true),
            new("subscription", "string", "A subscription it is for.", IsList: true, IsOut: true),
            new("websocket-url", "url", "Where to connect.", 1, IsOut: true),
        ],
        Run = RunAsync,
    };

    private static async Task<FhirReply> RunAsync(OperationRequest call)
    {
        var record = call.Fhir.Http.RequestServices.GetRequiredService<SubscriptionRecord>();
        if (call.Id.Length == 0 && call.Texts("id").Count == 0)
            return Refusal.Invalid("", new RefusalDetail("required", "Name the subscriptions by id."));
        if (call.Texts("id").Count > SocketSession.MostSubscriptions)
            return Refusal.Invalid("", new RefusalDetail("too-costly", $"A websocket is bound to at most {SocketSession.MostSubscriptions} subscriptions; ask for several tokens and connect with each."));
        if (!ReadSubscriptionStatus.Meant(call, record).Succeeded(out var subscribers, out var refusal))
            return refusal;
        if (subscribers.Any(subscriber => !subscriber.IsStreamed))
            return Refusal.Invalid("", new RefusalDetail("not-supported", "Only subscriptions with the channel websocket or server-sent-events can be bound."));
        if (subscribers.Any(subscriber => !record.IsOwn(subscriber.Id, call.Fhir.Scope)))
            return Refusal.Forbidden("Only who made a subscription can be connected to it; make one of your own.");
        var until = call.Fhir.Service.Clock.GetUtcNow() + Life;
        var place = $"{until.ToUnixTimeMilliseconds()} {AdmissionOf(call.Fhir.Http)} {WorkOwner.Of(call.Fhir.Scope).ToText()} {string.Join(' ', subscribers.Select(subscriber => subscriber.Id))}";
        var token = await call.Fhir.Service.PageKey.SealAsync(Purpose, place);
        return new FhirReply(200, FhirWriter.Resource("Parameters", parameters => parameters.Array("parameter", list =>
        {
            list.Item(one => one.Text("name", "token").Text("valueString", token))
                .Item(one => one.Text("name", "expiration").Instant("valueDateTime", until));
            foreach (var subscriber in subscribers)
                list.Item(one => one.Text("name", "subscription").Text("valueString", subscriber.Id));
            list.Item(one => one.Text("name", "websocket-url").Text("valueUrl", $"ws{call.Fhir.Address["http".Length..]}{StreamRoutes.WebSocketPath}"));
        })));
    }

    /// <summary>Who connects by a request itself.</summary>
    internal static Connected ConnectedBy(HttpContext http) => new(AdmissionOf(http), WorkOwner.Of(http.Scope()));

    /// <summary>The session a request belongs to, see <see cref="IAdmissions"/>.</summary>
    private static string AdmissionOf(HttpContext http) => http.RequestServices.GetService<IAdmissions>()?.Of(http) ?? "";

    /// <summary>What a token is for: who asked for it and the subscriptions; null when it is none of ours or too old.</summary>
    internal static async Task<(Connected Connected, IReadOnlyList<string> Subscriptions)?> OpenAsync(PageKey key, string token, DateTimeOffset now)
    {
        var parts = (await key.OpenAsync(Purpose, token))?.Split(' ') ?? [];
        return parts.Length > 3 && long.Parse(parts[0], CultureInfo.InvariantCulture) > now.ToUnixTimeMilliseconds() && WorkOwner.Read(parts[2]) is { } who
            ? (new Connected(parts[1], who), parts[3..])
            : null;
    }
}
