using System.Text.Json;
using Tandem.Hub.Hosting;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Bulk;
using Tandem.Record.Files;
using Tandem.Record.Log;
using Tandem.Record.Subscriptions;
using Tandem.Trust.Smart;

namespace Tandem.Hub.Inventory;

/// <summary>On which ways data comes to this installation and leaves it, as it is set up and registered now.</summary>
internal static class FindDataFlows
{
    internal static IEnumerable<DataFlow> All(IServiceProvider services)
    {
        var hub = services.GetRequiredService<HubSettings>();
        var record = services.GetRequiredService<RecordStore>();
        foreach (var address in hub.Addresses.OfType<Uri>())
            yield return new("both", "people and apps", "pages, FHIR", $"{address.Scheme}, sign-in or token, at {address.Authority}");
        if (hub.MllpAddress is not null)
            yield return new("in", "senders", "HL7 v2 messages", "MLLP without TLS; by the sender's name in the message");
        if (hub.MllpsAddress is not null)
            yield return new("in", "senders", "HL7 v2 messages", "MLLP within TLS; by the sender's name in the message");
        foreach (var source in Texts(record, "SELECT id FROM intake_sources ORDER BY id"))
            yield return new("in", source, "HL7 v2 messages", "registered sender");
        if (hub.Postgres.Length > 0)
            yield return new("both", FindAssets.PlaceOf(hub.Postgres).Split(',')[0], "everything the hub keeps", "PostgreSQL");
        foreach (var issuer in Texts(record, "SELECT issuer FROM signin_providers ORDER BY issuer"))
            yield return new("both", HostOf(issuer), "who signs in", "OpenID Connect");
        foreach (var organization in Texts(record, "SELECT DISTINCT organization FROM provisioning_tokens ORDER BY organization"))
            yield return new("in", "the directory of " + organization, "accounts, roles and teams", "SCIM 2.0, token");
        foreach (var flow in Apps(record).Concat(Subscribers(record)))
            yield return flow;
        var subscriptions = services.GetRequiredService<SubscriptionOptions>();
        if (subscriptions.MailRelay.Length > 0)
            yield return new("out", subscriptions.MailRelay, "notices without content", subscriptions.MailInTheClear ? "SMTP without TLS" : "SMTP with STARTTLS; without on this machine");
        foreach (var host in services.GetRequiredService<BulkOptions>().ImportHosts)
            yield return new("in", host, "files of imports", "https");
        foreach (var system in services.GetRequiredService<SmartSettings>().Systems)
            yield return new("both", HostOf(system.Issuer), "cards and launches of a health record", "https, signed assertions");
        if (services.GetRequiredService<FileSettings>().Clamd is { Length: > 0 } clamd)
            yield return new("out", clamd, "files, to be scanned", "clamd without TLS");
    }

    private static IEnumerable<DataFlow> Apps(RecordStore record)
    {
        foreach (var text in Texts(record, "SELECT metadata FROM smart_clients WHERE status = 'approved' ORDER BY id"))
        {
            using var metadata = JsonDocument.Parse(text);
            string Of(string name) => metadata.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
            yield return new("both", Of("client_name"), $"FHIR: {Of("scope")}", Of("token_endpoint_auth_method") is { Length: > 0 } means ? $"SMART, {means}" : "SMART");
            if (Of("jwks_uri") is { Length: > 0 } keys)
                yield return new("in", HostOf(keys), "an app's public keys", "https");
        }
    }

    private static IEnumerable<DataFlow> Subscribers(RecordStore record)
    {
        foreach (var id in Texts(record, "SELECT id FROM resources WHERE type = 'Subscription' AND deleted = 0 ORDER BY id"))
        {
            if (record.Read("Subscription", id, AccessScope.System).Succeeded(out var version, out _) && version.Root["channel"u8] is { Exists: true } channel)
                yield return new("out", channel["endpoint"u8].Text is { Length: > 0 } endpoint ? HostOf(endpoint) : "who connects", "notices of subscription " + id, channel["type"u8].Text ?? "");
        }
    }

    private static List<string> Texts(RecordStore record, string sql) => record.Database.Read(session => session.Query(sql, row => row.Text(0)));

    /// <summary>Nothing but the host: addresses can hold secrets.</summary>
    private static string HostOf(string address) => Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Host.Length > 0 ? uri.Host : "(no host)";
}
