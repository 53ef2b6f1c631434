using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Tandem.Fhir.Search;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Access;
using Tandem.Record.Subscriptions;
using Tandem.Tests.Record.Subscriptions;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Access;

/// <summary>A FHIR interface whose readers have limited scopes, with short words for what they are asked of: relationships, labels, consents; and for what goes out later: exports, notifications.</summary>
internal sealed class ReachServer(Engine engine, bool isCounted = false, string? address = null) : IAsyncDisposable
{
    private const string Topic = "http://topics.example/observations";

    internal FhirServer Fhir { get; } = new(engine, isCounted: isCounted, address: address);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => Fhir.DisposeAsync();

    internal async Task PutAsync(string path, string body) => Assert.True((await Fhir.PutAsync(path, body)).Status is HttpStatusCode.Created or HttpStatusCode.OK, path);

    /// <summary>A patient with a visit to the clinic, a result, a vital sign and a group; the word stands in all of them.</summary>
    internal async Task PersonAsync(string id, string word, string clinic)
    {
        await PutAsync($"Patient/{id}", $$"""{"resourceType":"Patient","id":"{{id}}","name":[{"family":"{{word}}"}],"birthDate":"1950-01-0{{(id == "a" ? 1 : 2)}}","gender":"female"}""");
        await PutAsync($"Encounter/e-{id}", $$"""{"resourceType":"Encounter","id":"e-{{id}}","status":"finished","class":{"code":"AMB"},"subject":{"reference":"Patient/{{id}}"},"serviceProvider":{"reference":"{{clinic}}"},"type":[{"text":"{{word}}"}]}""");
        await PutAsync($"Observation/lab-{id}", Observation($"lab-{id}", id, "laboratory", "1-1", word));
        await PutAsync($"Observation/vital-{id}", Observation($"vital-{id}", id, "vital-signs", "1-2", word));
        await PutAsync($"Group/g-{id}", $$"""{"resourceType":"Group","id":"g-{{id}}","type":"person","actual":true,"name":"g","member":[{"entity":{"reference":"Patient/{{id}}"} }]}""");
    }

    internal static string Observation(string id, string patient, string category, string code, string word = "w") =>
        $$$"""{"resourceType":"Observation",{{{(id.Length > 0 ? $"\"id\":\"{id}\"," : "")}}}"status":"final","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"{{{category}}}"}]}],"code":{"coding":[{"system":"http://loinc.org","code":"{{{code}}}"}],"text":"{{{word}}}"},"subject":{"reference":"Patient/{{{patient}}}"},"performer":[{"reference":"#d"}],"contained":[{"resourceType":"Practitioner","id":"d","name":[{"family":"{{{word}}}"}]}],"encounter":{"reference":"Encounter/e-{{{patient}}}"},"effectiveDateTime":"2026-03-01T10:00:00Z","valueQuantity":{"value":1,"unit":"1"}}""";

    internal Task RelateAsync(string patient, string party, long until = AccessTables.NoEnd) => WriteAsync(AccessTables.Relations, patient, party, 1, "encounter", until, AccessTables.NoDayEnd);

    /// <summary>A row of a consent about the whole record.</summary>
    internal Task ConsentAsync(params DbValue[] row) => WriteAsync(AccessTables.Consents, [.. row, 3, 0, "", 0, 0, 0, 0, 0, 0, 0, 0, AccessTables.NoEnd, .. EveryDay]);

    /// <summary>The last values of a consent's row: it holds on every day, about every day.</summary>
    internal static DbValue[] EveryDay => [AccessTables.NoDayBegin, AccessTables.NoDayEnd, AccessTables.NoDayBegin, AccessTables.NoDayEnd];

    internal Task LabelAsync(string observation, string label, string holder = "") => WriteAsync(
        AccessTables.Labels, RidOf(observation), label, StableHash.Of("Observation"), StableHash.Of(observation), holder, "test");

    /// <summary>Deletes a resource, and an observation's label with it as a projection does.</summary>
    internal Task DeleteAsync(string type, string id, string? label = null) => Fhir.Store.WriteAsync<int>(
        AccessScope.System,
        session =>
        {
            if (label is not null)
                session.Remove(AccessTables.Labels, RidOf(id), label);
            session.Delete(type, id);
            return 0;
        },
        Cancel);

    internal Task WriteAsync(Table table, params DbValue[] row) => Fhir.Store.WriteAsync<int>(
        AccessScope.System,
        session =>
        {
            session.Write(table, row);
            return 0;
        },
        Cancel);

    /// <summary>A subscription <c>s</c> to observations.</summary>
    internal async Task SubscribeAsync()
    {
        await PutAsync("Basic/observations", SubscriptionServer.Topic(Topic, "Observation").Replace("Task", "Observation", StringComparison.Ordinal)); // with the patient
        await SubscribeAsync("s", Topic);
    }

    /// <summary>A subscription to a topic, once it is active: before, nothing is noted for it.</summary>
    internal async Task SubscribeAsync(string id, string topic, string? filter = null)
    {
        await PutAsync($"Subscription/{id}", SubscriptionServer.Subscription(id, "websocket", content: "full-resource", topic: topic, filter: filter));
        for (var i = 0; i < 3_000; i++)
        {
            if ((await Fhir.GetAsync($"Subscription/{id}")).Json["status"u8].Text == "active")
                return;
            await Task.Delay(20, Cancel);
        }

        throw new TimeoutException($"{id} is not active.");
    }

    /// <summary>Makes a subscription somebody's, as if they had made it.</summary>
    internal Task OwnAsync(string subscription, string reader)
    {
        var scope = Fhir.People[reader];
        return WriteAsync(SubscriptionTables.Owners, subscription, scope.Actor.Reference, scope.Organization, scope.Role, scope.Purpose, KeptReach.ToText(scope.Reach), "");
    }

    /// <summary>The events of a subscription, once there are some that tell of a resource.</summary>
    internal async Task<string> UntilEventsAsync(string subscription, string id)
    {
        for (var i = 0; i < 3_000; i++)
        {
            var events = (await Fhir.GetAsync($"Subscription/{subscription}/$events")).Text;
            if (events.Contains(id, StringComparison.Ordinal))
                return events;
            await Task.Delay(20, Cancel);
        }

        throw new TimeoutException($"{subscription} was told nothing of {id}.");
    }

    /// <summary>What somebody is notified of when an observation was written.</summary>
    internal string Notified(string observation, string reader)
    {
        var subscriber = Fhir.Services.GetRequiredService<SubscriptionRecord>().Find("s", AccessScope.System)!;
        Assert.True(Fhir.Store.Read("Observation", observation, AccessScope.System).Succeeded(out var version, out _));
        var noted = new NotedEvent(1, version!.Seq, Tandem.Record.Subscriptions.Interactions.Update);
        return Encoding.UTF8.GetString(Fhir.Services.GetRequiredService<NotificationWriter>().Write(new Notification(subscriber, "event-notification", 1, [noted], PayloadContent.FullResource, Fhir.People[reader])).Bundle);
    }

    /// <summary>The manifest of an export that somebody asks for, once it is done.</summary>
    internal async Task<(string Status, FhirAnswer Manifest)> ExportAsync(string reader, string query = "$export")
    {
        var started = await Fhir.GetAsync(query, ("X-As", reader), ("Prefer", "respond-async"));
        Assert.Equal((HttpStatusCode.Accepted, started.Text), (started.Status, started.Text));
        var status = started.ContentHeaders.TryGetValues("Content-Location", out var at) ? at.Single() : throw new InvalidOperationException(started.Text);
        FhirAnswer done;
        while ((done = await Fhir.GetAsync(status, ("X-As", reader))).Status == HttpStatusCode.Accepted)
            await Task.Delay(20, Cancel);
        return (status, done);
    }

    /// <summary>Where the files of a manifest are.</summary>
    internal static IReadOnlyList<string> Files(FhirAnswer manifest) =>
        [.. new[] { "output", "deleted", "error" }.SelectMany(list => manifest.Json[list].Items.AsEnumerable()).Select(file => file["url"u8].Text!)];

    private long RidOf(string observation) => Fhir.Store.Read("Observation", observation, AccessScope.System).Value.Rid;
}
