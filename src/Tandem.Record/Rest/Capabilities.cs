using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Tandem.Fhir.Definitions;
using Tandem.Fhir.Search;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Operations;
using Tandem.Record.Search;
using Tandem.Record.Subscriptions;
using Tandem.Record.Validation;

namespace Tandem.Record.Rest;

/// <summary>What this server can do, generated from what is there (R4 3.1.0.14, 5.2 CapabilityStatement).</summary>
internal static class Capabilities
{
    private static readonly string[] OfType =
        ["read", "vread", "update", "patch", "delete", "history-instance", "history-type", "create", "search-type"];

    /// <summary>What runs here, in a sentence.</summary>
    internal const string Description = "Tandem, a care coordination hub";

    private const int FewTargets = 20;
    private const string BulkData = "http://hl7.org/fhir/uv/bulkdata/CapabilityStatement/bulk-data";

    private static readonly string[] OfSystem = ["transaction", "batch", "search-system", "history-system"];

    internal static void Map(FhirRoutes routes) =>
        FhirEndpoint.Map(routes, ["GET", "HEAD"], "/metadata", "Capabilities", "What this server can do.", HandleAsync, open: true);

    /// <summary>Which release of the software this is.</summary>
    internal static string? Version => typeof(Capabilities).Assembly.GetName().Version?.ToString(3);

    /// <summary>The time of a statement as it is written.</summary>
    internal static string Date(DateTimeOffset date) => date.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    /// <summary>Answers with the statement, for <c>mode=terminology</c> with that about codes and for <c>mode=normative</c> with the whole one (R4 3.1.0.14: servers may ignore the mode); for batches too.</summary>
    internal static Task<FhirReply> HandleAsync(FhirRequest request) => Task.FromResult(
        Misasked(request) is { } wrong ? wrong
        : new FhirReply(200, request.Http.Request.Query["mode"].ToString() == "terminology" ? request.Service.Terminology.Of(request) : request.Service.Capabilities.Of(request)));

    /// <summary>Refuses what is not understood, and a mode that R4 does not know.</summary>
    internal static Refusal? Misasked(FhirRequest request) => request.Http.Request.Query["mode"] is { Count: > 0 } mode && mode.ToString() is not ("full" or "normative" or "terminology")
        ? Refusal.Invalid("", new RefusalDetail("value", "The mode is one of full, normative (the whole statement too) and terminology."))
        : request.UnknownParameters("mode");

    /// <summary>The statement of a running server, written anew when what it depends on has changed. Thread-safe.</summary>
    internal sealed class Current(DateTimeOffset since)
    {
        private Known? known;

        internal byte[] Of(FhirRequest request)
        {
            var topics = request.Service.Store.Database.Read(Topics.Canonicals);
            var site = request.Service.Search.Options.Site;
            var definitions = request.Service.Definitions.Current;
            var authorization = request.Service.Authorization.Of(request.Http.Request);
            var last = Volatile.Read(ref known);
            if (last is null || last.Offer.Address != request.Address || !last.Offer.Topics.SequenceEqual(topics) || last.Offer.Site != site || !ReferenceEquals(last.Definitions, definitions) || !last.Offer.Authorization.SequenceEqual(authorization))
            {
                var profiles = last is not null && ReferenceEquals(last.Definitions, definitions) ? last.Offer.Profiles : request.Service.Definitions.Profiles(); // which are many, and the same at each address
                var offer = new Offer(request.Address, topics, site, profiles, authorization, request.Service.Limits);
                Volatile.Write(ref known, last = new Known(offer, definitions, Write(offer, since)));
            }

            return last.Statement;
        }
    }

    /// <summary>The statement as last written, for one address, the topics, the search parameters and the definitions there were.</summary>
    private sealed record Known(Offer Offer, Definitions Definitions, byte[] Statement);

    /// <summary>What the statement depends on.</summary>
    private sealed record Offer(string Address, IReadOnlyList<string> Topics, SiteSearchParameters Site, ILookup<string, string> Profiles, IReadOnlyList<(string Name, string Address)> Authorization, RestLimits Limits);

    private static byte[] Write(Offer offer, DateTimeOffset date)
    {
        var buffer = new ArrayBufferWriter<byte>(256 * 1024);
        using var json = new Utf8JsonWriter(buffer, OperationOutcomeJson.Options);
        json.WriteStartObject();
        json.WriteString("resourceType"u8, "CapabilityStatement"u8);
        json.WriteString("status"u8, "active"u8);
        json.WriteString("date"u8, Date(date));
        json.WriteString("kind"u8, "instance"u8);
        Strings(json, "instantiates", [BulkData, .. offer.Limits.Instantiates]);
        json.WriteStartObject("software"u8);
        json.WriteString("name"u8, "Tandem"u8);
        json.WriteString("version"u8, Version);
        json.WriteEndObject();
        json.WriteStartObject("implementation"u8);
        json.WriteString("description"u8, Description);
        json.WriteString("url"u8, offer.Address);
        json.WriteEndObject();
        json.WriteString("fhirVersion"u8, "4.0.1"u8);
        Strings(json, "format", "application/fhir+json", "application/fhir+xml", "json", "xml");
        Strings(json, "patchFormat", "application/json-patch+json", "application/fhir+json", "application/fhir+xml");
        json.WriteStartArray("rest"u8);
        Rest(json, offer);
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void Rest(Utf8JsonWriter json, Offer offer)
    {
        json.WriteStartObject();
        json.WriteString("mode"u8, "server"u8);
        Security(json, offer.Authorization);
        json.WriteStartArray("resource"u8);
        foreach (var type in R4.ResourceTypes)
            Resource(json, type, offer);
        json.WriteEndArray();
        Interactions(json, OfSystem);
        json.WriteStartArray("searchParam"u8);
        Parameter(json, "_id", "token", "http://hl7.org/fhir/SearchParameter/Resource-id");
        Parameter(json, "_lastUpdated", "date", "http://hl7.org/fhir/SearchParameter/Resource-lastUpdated");
        json.WriteEndArray();
        Offered(json, OperationTable.OfSystem, offer.Address);
        Strings(json, "compartment", [.. Compartments.Names.Select(name => $"http://hl7.org/fhir/CompartmentDefinition/{char.ToLowerInvariant(name[0])}{name[1..]}")]);
        json.WriteEndObject();
    }

    /// <summary>How apps are let in (SMART App Launch 2.2); where, they read from <c>.well-known/smart-configuration</c> below this address, those of SMART 1 from here.</summary>
    private static void Security(Utf8JsonWriter json, IReadOnlyList<(string Name, string Address)> authorization)
    {
        json.WriteStartObject("security"u8);
        if (authorization.Count > 0)
            Addresses(json, authorization);
        json.WriteBoolean("cors"u8, true);
        json.WriteStartArray("service"u8);
        json.WriteStartObject();
        json.WriteStartArray("coding"u8);
        json.WriteStartObject();
        json.WriteString("system"u8, "http://terminology.hl7.org/CodeSystem/restful-security-service"u8);
        json.WriteString("code"u8, "SMART-on-FHIR"u8);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteString("description"u8, "OAuth 2 after SMART App Launch 2.2: see .well-known/smart-configuration."u8);
        json.WriteEndObject();
    }

    private static void Addresses(Utf8JsonWriter json, IReadOnlyList<(string Name, string Address)> authorization)
    {
        json.WriteStartArray("extension"u8);
        json.WriteStartObject();
        json.WriteStartArray("extension"u8);
        foreach (var (name, address) in authorization)
        {
            json.WriteStartObject();
            json.WriteString("url"u8, name);
            json.WriteString("valueUri"u8, address);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("url"u8, "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris"u8);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void Offered(Utf8JsonWriter json, IEnumerable<Operation> operations, string address)
    {
        var all = operations.ToList();
        if (all.Count == 0)
            return;
        json.WriteStartArray("operation"u8);
        foreach (var operation in all)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, operation.Code);
            json.WriteString("definition"u8, OperationDefinitions.Address(address, operation));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Resource(Utf8JsonWriter json, string type, Offer offer)
    {
        json.WriteStartObject();
        TopicsOffered(json, type == "Subscription" ? offer.Topics : []);
        json.WriteString("type"u8, type);
        string[] profiles = [.. (type == "Subscription" ? [Backport.SubscriptionProfile] : Array.Empty<string>()).Union(offer.Profiles[type])];
        if (profiles.Length > 0)
            Strings(json, "supportedProfile", profiles);
        Interactions(json, OfType);
        json.WriteString("versioning"u8, "versioned-update"u8);
        json.WriteBoolean("readHistory"u8, true);
        json.WriteBoolean("updateCreate"u8, true);
        json.WriteBoolean("conditionalCreate"u8, true);
        json.WriteString("conditionalRead"u8, "full-support"u8);
        json.WriteBoolean("conditionalUpdate"u8, true);
        json.WriteString("conditionalDelete"u8, offer.Limits.MostDeletes > 1 ? "multiple"u8 : "single"u8);
        Searches(json, type, offer.Site);
        Offered(json, OperationTable.Of(type), offer.Address);
        json.WriteEndObject();
    }

    /// <summary>What can be subscribed to (backport 1.1, capabilitystatement-subscriptiontopic-canonical).</summary>
    private static void TopicsOffered(Utf8JsonWriter json, IReadOnlyList<string> topics)
    {
        if (topics.Count == 0)
            return;
        json.WriteStartArray("extension"u8);
        foreach (var topic in topics)
        {
            json.WriteStartObject();
            json.WriteString("url"u8, Backport.TopicCanonical);
            json.WriteString("valueCanonical"u8, topic);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Searches(Utf8JsonWriter json, string type, SiteSearchParameters site)
    {
        var offered = SearchOffer.Of(type);
        var own = site.Of(type).ToList();
        var references = offered.Concat(own.Select(pair => pair.Parameter)).Where(parameter => parameter.Type == SearchType.Reference).ToList();
        if (references.Count > 0)
            Strings(json, "searchInclude", ["*", .. references.Select(parameter => $"{type}:{parameter.Code}")]);
        Strings(json, "searchRevInclude", ["*", .. Pointing.Value[type]]);
        json.WriteStartArray("searchParam"u8);
        foreach (var (parameter, url) in offered.Select(parameter => (parameter, parameter.Definition)).Concat(own))
            Parameter(json, parameter.Code, parameter.Type.ToString().ToLowerInvariant(), url);
        Parameter(json, "_filter", "special", "http://hl7.org/fhir/SearchParameter/filter");
        Parameter(json, "_list", "special");
        json.WriteEndArray();
    }

    private static void Parameter(Utf8JsonWriter json, string name, string type, string url = "")
    {
        json.WriteStartObject();
        json.WriteString("name"u8, name);
        if (url.Length > 0)
            json.WriteString("definition"u8, url);
        json.WriteString("type"u8, type);
        json.WriteEndObject();
    }

    /// <summary>By type what may refer to it: the parameters that name it among few targets, and Provenance, which may be about anything.</summary>
    private static readonly Lazy<ILookup<string, string>> Pointing = new(() => (
        from source in R4.ResourceTypes
        from parameter in SearchOffer.Of(source)
        where parameter.Type == SearchType.Reference
        from target in parameter.PointsTo.Count is > 0 and <= FewTargets ? parameter.PointsTo : parameter is { Base: "Provenance", Code: "target" } ? R4.ResourceTypes : []
        select (target, $"{source}:{parameter.Code}")).ToLookup(pair => pair.target, pair => pair.Item2));

    private static void Interactions(Utf8JsonWriter json, string[] codes)
    {
        json.WriteStartArray("interaction"u8);
        foreach (var code in codes)
        {
            json.WriteStartObject();
            json.WriteString("code"u8, code);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Strings(Utf8JsonWriter json, string name, params ReadOnlySpan<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
