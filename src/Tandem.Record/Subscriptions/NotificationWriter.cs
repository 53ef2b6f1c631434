using System.Globalization;
using Tandem.Fhir.Json;
using Tandem.Kernel;
using Tandem.Kernel.Actors;
using Tandem.Record.Log;
using Tandem.Record.Rest;
using Tandem.Record.Search;

namespace Tandem.Record.Subscriptions;

/// <summary>What a notification is about, before it is written.</summary>
/// <param name="Subscriber">Whose.</param>
/// <param name="Type">handshake, heartbeat, event-notification or query-event.</param>
/// <param name="Count">Events since the subscription began; null for who is not told, and for an event-notification, which says the last number in it.</param>
/// <param name="Events">The events to tell, as far as they go into it.</param>
/// <param name="Content">How much of them.</param>
/// <param name="Scope">On whose behalf: an event whose resource it does not see is told by its number alone.</param>
internal sealed record Notification(
    Subscriber Subscriber, string Type, long? Count, IReadOnlyList<NotedEvent> Events, PayloadContent Content, AccessScope Scope);

/// <summary>A notification as it is sent.</summary>
/// <param name="Bundle">Its text.</param>
/// <param name="Last">The last event number in it when it has events, or of the subscription as far as that is told.</param>
internal sealed record Written(byte[] Bundle, long Last);

/// <summary>Writes notifications as the backport asks for on R4: a history Bundle whose first entry is the status as Parameters.</summary>
internal sealed class NotificationWriter(SubscriptionRecord record, TimeProvider clock)
{
    /// <summary>
    /// The bundle of a notification. It ends with the event whose resources bring it to <see cref="SubscriptionOptions.NotificationBytes"/>; an event that has more than those alone is told by its references.
    /// </summary>
    internal Written Write(Notification notification)
    {
        var told = Told(notification);
        var last = told.Count > 0 ? told[^1].Event.Number : notification.Count ?? 0;
        return new Written(Bundle(notification.Type == "event-notification" ? notification with { Count = last } : notification, told), last);
    }

    private byte[] Bundle(Notification notification, List<ToldEvent> told)
    {
        var address = record.Address;
        var isOwed = notification.Content == PayloadContent.FullResource
            && Redisclosure.IsOwed(record.Store, notification.Scope, told.SelectMany(VersionsOf));
        return FhirWriter.Resource("Bundle", bundle => bundle
            .Text("id", Ids.New(clock))
            .Object("meta", meta => Notice(meta.Texts("profile", Backport.NotificationProfile), isOwed))
            .Text("type", "history")
            .Instant("timestamp", clock.GetUtcNow())
            .Array("entry", entries =>
            {
                entries.Item(entry => entry
                    .Text("fullUrl", Ids.NewUrn(clock))
                    .Resource("resource", "Parameters", status => Status(status, notification, told, address))
                    .Object("request", request => request.Text("method", "GET").Text("url", $"Subscription/{notification.Subscriber.Id}/$status"))
                    .Object("response", response => response.Text("status", "200")));
                foreach (var entry in Entries(told, notification.Content))
                    entries.Item(item => Entry(item, entry, address));
            }));
    }

    /// <summary>The notice of 42 CFR 2.32 as a label of the whole (HL7 v3 ActCode, refrain policies): a notification may have no header to bear it.</summary>
    private static void Notice(FhirWriter meta, bool isOwed)
    {
        if (isOwed)
            meta.Array("security", list => list.Item(label => label.Text("system", "http://terminology.hl7.org/CodeSystem/v3-ActCode").Text("code", "NORDSCLCD").Text("display", Redisclosure.Notice)));
    }

    /// <summary>The status of a subscription by itself: the answer to $status.</summary>
    internal static void Status(FhirWriter parameters, Subscriber subscriber, long? count, string address) =>
        Status(parameters, new Notification(subscriber, "query-status", count, [], PayloadContent.Empty, AccessScope.Nobody), [], address);

    private static void Status(FhirWriter parameters, Notification notification, IReadOnlyList<ToldEvent> told, string address)
    {
        var subscriber = notification.Subscriber;
        parameters.Object("meta", meta => meta.Texts("profile", Backport.StatusProfile)).Array("parameter", list =>
        {
            list.Item(one => one.Text("name", "subscription").ReferenceTo("valueReference", $"{address}/Subscription/{subscriber.Id}"))
                .Item(one => one.Text("name", "topic").Text("valueCanonical", subscriber.Topic))
                .Item(one => one.Text("name", "status").Text("valueCode", subscriber.Status))
                .Item(one => one.Text("name", "type").Text("valueCode", notification.Type));
            if (notification.Count is { } count)
                list.Item(one => one.Text("name", "eventsSinceSubscriptionStart").Text("valueString", Number(count)));
            if (subscriber.Version.Root["error"u8].Text is { } error)
                list.Item(one => one.Text("name", "error").Object("valueCodeableConcept", concept => concept.Text("text", error)));
            foreach (var item in told)
                list.Item(one => one.Text("name", "notificationEvent").Array("part", part => Event(part, item, notification.Content, address)));
        });
    }

    private static void Event(FhirWriter part, ToldEvent item, PayloadContent content, string address)
    {
        part.Item(one => one.Text("name", "eventNumber").Text("valueString", Number(item.Event.Number)));
        if (item.Focus is not { } focus)
            return;
        part.Item(one => one.Text("name", "timestamp").Instant("valueInstant", focus.At));
        if (content == PayloadContent.Empty)
            return;
        part.Item(one => one.Text("name", "focus").ReferenceTo("valueReference", $"{address}/{focus.Reference}"));
        foreach (var context in item.Context)
            part.Item(one => one.Text("name", "additionalContext").ReferenceTo("valueReference", $"{address}/{context.Reference}"));
    }

    /// <summary>Each resource of the events once per version, what goes along once.</summary>
    private static IEnumerable<ToldEntry> Entries(IReadOnlyList<ToldEvent> told, PayloadContent content)
    {
        if (content == PayloadContent.Empty)
            yield break;
        var (written, whole) = (new HashSet<long>(), new Dictionary<long, ResourceVersion>()); // of one event by reference, of another whole: then whole
        foreach (var version in told.Where(item => item.IsWhole).SelectMany(VersionsOf))
            whole.TryAdd(version.Seq, version);
        foreach (var item in told)
        {
            if (item.Focus is { } focus && written.Add(focus.Seq))
                yield return new(whole.GetValueOrDefault(focus.Seq, focus), item.Event.Kind, whole.ContainsKey(focus.Seq));
        }

        foreach (var context in told.SelectMany(item => item.Context).Where(context => written.Add(context.Seq)))
            yield return new(whole.GetValueOrDefault(context.Seq, context), Interactions.None, whole.ContainsKey(context.Seq));
    }

    private static IEnumerable<ResourceVersion> VersionsOf(ToldEvent item) => item.Focus is { } focus ? item.Context.Prepend(focus) : item.Context;

    private static void Entry(FhirWriter item, ToldEntry entry, string address)
    {
        var (version, kind, isWhole) = entry;
        var (method, url) = kind == Interactions.None ? ("GET", version.Reference) : version.Request;
        var status = kind switch { Interactions.Create => "201", Interactions.Delete => "204", _ => "200" };
        item.Text("fullUrl", $"{address}/{version.Reference}");
        if (isWhole && !version.Deleted)
            item.Raw("resource", version.Bytes.Span);
        item.Object("request", request => request.Text("method", method).Text("url", url))
            .Object("response", response => response.Text("status", status).Text("etag", FhirReply.ETagOf(version)).Instant("lastModified", version.At));
    }

    /// <summary>The events with what the scope sees of them now, up to the one that brings them to as many bytes as go into a notification. Only what is told whole is kept in memory.</summary>
    private List<ToldEvent> Told(Notification notification)
    {
        var shapes = notification.Content == PayloadContent.Empty || notification.Events.Count == 0 ? [] : record.TopicOf(notification.Subscriber)?.Shapes ?? [];
        var (told, bytes, most) = (new List<ToldEvent>(), 0L, record.Options.NotificationBytes);
        foreach (var noted in notification.Events.TakeWhile(_ => bytes < most))
        {
            var focus = record.Store.ReadEntry(noted.Seq, notification.Scope);
            List<ResourceVersion> context = focus is null or { Deleted: true } ? [] : Context(focus, shapes, notification.Scope);
            var size = context.Sum(version => (long)version.Bytes.Length) + (focus?.Bytes.Length ?? 0);
            if (notification.Content == PayloadContent.FullResource && size <= most)
            {
                told.Add(new ToldEvent(noted, focus, context, IsWhole: true));
                bytes += size;
            }
            else
            {
                told.Add(new ToldEvent(noted, focus?.With(default), [.. context.Select(version => version.With(default))], IsWhole: false));
            }
        }

        return told;
    }

    private List<ResourceVersion> Context(ResourceVersion focus, IReadOnlyList<TopicShape> shapes, AccessScope scope)
    {
        var found = new List<ResourceVersion>();
        foreach (var shape in shapes.Where(shape => shape.Resource == focus.Type))
        {
            var along = record.Store.Database.Snapshot(session => new Includes(session, shape.Includes, record.Search, record.Store.Entries, scope).Of([focus]));
            found.AddRange(along);
        }

        return found;
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>An event with its resource as the change left it (null when the scope does not see it) and what goes along as it is now.</summary>
    private sealed record ToldEvent(NotedEvent Event, ResourceVersion? Focus, IReadOnlyList<ResourceVersion> Context, bool IsWhole);

    /// <summary>A resource of the events; whole, or by its reference.</summary>
    private sealed record ToldEntry(ResourceVersion Version, Interactions Kind, bool IsWhole);
}
