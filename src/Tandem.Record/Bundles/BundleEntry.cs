using System.Globalization;
using Tandem.Fhir.Definitions;
using Tandem.Fhir.Json;
using Tandem.Kernel;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Files;
using Tandem.Record.Rest;
using Tandem.Record.Search;

namespace Tandem.Record.Bundles;

/// <summary>The methods of a bundle's entries, in the order a transaction goes through them (R4 3.1.0.11.2).</summary>
internal enum EntryMethod
{
    Delete,
    Post,
    Put,
    Patch,
    Get,
}

/// <summary>One entry of a batch or transaction, read and checked as far as it can be without the record.</summary>
internal sealed record BundleEntry
{
    internal required int Index { get; init; }

    internal required EntryMethod Method { get; init; }

    internal string? FullUrl { get; init; }

    /// <summary>The address, without the interface's own.</summary>
    internal required string Url { get; init; }

    internal required string Type { get; init; }

    /// <summary>The logical id: from the address, for a POST a new one, null for a conditional PUT, PATCH or DELETE and for a search.</summary>
    internal string? Id { get; init; }

    /// <summary>For a conditional PUT: the id to create with.</summary>
    internal string? FreshId { get; init; }

    /// <summary>The id it has when it creates a resource; null when it never does. A conditional PUT takes the client's own id before a new one.</summary>
    internal string? NewId => Method switch
    {
        EntryMethod.Post => Id,
        EntryMethod.Put => Id ?? Resource["id"u8].Text ?? FreshId,
        _ => null,
    };

    internal FhirNode Resource { get; init; }

    /// <summary>What a PATCH does.</summary>
    internal PatchedResource? Patch { get; init; }

    /// <summary>The patch with what it changes; empty for every other entry.</summary>
    internal IReadOnlyList<(string Type, string? Id, PatchedResource Patch)> Patches => Patch is null ? [] : [(Type, Id, Patch)];

    internal EntryConditions Conditions { get; init; } = EntryConditions.None;

    internal VersionMatch? IfMatch => Conditions.IfMatch;

    /// <summary>True for a PUT of what must not be there yet.</summary>
    internal bool IsNewOnly => Method == EntryMethod.Put && Conditions.IfNoneMatch is not null;

    /// <summary>True for a history, a search over types or in a compartment, and an operation: answered as the same request alone would be.</summary>
    internal bool IsInteraction { get; init; }

    /// <summary>ifNoneExist of a POST, the query of a conditional PUT, PATCH or DELETE.</summary>
    internal required Criteria Criteria { get; init; }

    /// <summary>The criteria as sent, to see that two entries mean the same.</summary>
    internal string? CriteriaText { get; init; }

    internal string Where => Place(Index);

    /// <summary>The FHIRPath of an entry.</summary>
    internal static string Place(int index) => string.Create(CultureInfo.InvariantCulture, $"Bundle.entry[{index}]");

    /// <summary>Reads an entry.</summary>
    internal static Outcome<BundleEntry> Read(FhirRequest request, FhirNode entry, int index)
    {
        if (Misshapen(entry, index) is { } misshapen)
            return misshapen;
        if (entry["request"u8]["url"u8].Text is not { } address)
            return Wrong(index, ".request.url", "required", "An entry needs the address it is for.");
        var url = Relative(address, request.Address);
        var question = url.IndexOf('?', StringComparison.Ordinal);
        var path = (question < 0 ? url : url[..question]).Split('/');
        if (entry["request"u8]["method"u8].Text is not { } verb || !TryMethod(verb, out var method))
            return Wrong(index, ".request.method", "not-supported", "The method has to be GET, POST, PUT, PATCH or DELETE.");
        var isInteraction = EntryInteractions.Takes(method, path);
        if (!isInteraction && (!R4.IsResourceType(path[0]) || !IsShape(method, path, question >= 0)))
            return Wrong(index, ".request.url", "invalid", "The address is none that this method can have.");
        var resource = entry["resource"u8];
        if (isInteraction && EntryInteractions.IsSearch(path) && resource.Exists)
            return Wrong(index, ".resource", "invalid", "A search has no resource: its parameters stand in the address.");
        if (!EntryConditions.Read(entry["request"u8], method, isInteraction).Succeeded(out var conditions, out var refusal))
            return refusal.At(index, ".request");
        if (isInteraction && method == EntryMethod.Post)
            return EntryInteractions.Operation(index, entry, url, path);
        if ((method is EntryMethod.Post or EntryMethod.Put or EntryMethod.Patch) != resource.IsObject)
            return Wrong(index, ".resource", "required", "POST, PUT and PATCH need a resource; GET and DELETE have none.");
        var query = method == EntryMethod.Post ? conditions.IfNoneExist : question < 0 || method == EntryMethod.Get ? null : url[(question + 1)..];
        if (!Criteria.Of(request.Service.Search, path[0], query).Succeeded(out var criteria, out refusal))
            return refusal.At(index, ".request");
        return Named(request, new BundleEntry
        {
            Index = index, Method = method, FullUrl = entry["fullUrl"u8].Text, Url = url, Type = path[0], Id = path.Length > 1 && UpdateResource.IsId(path[1]) ? path[1] : null,
            IsInteraction = isInteraction, Conditions = conditions, Resource = resource, Criteria = criteria, CriteriaText = criteria.IsNone ? null : $"{path[0]}?{query}",
        });
    }

    /// <summary>What an entry says of itself has to be said in a way that is understood, or it would be done differently from what was meant.</summary>
    private static Refusal? Misshapen(FhirNode entry, int index)
    {
        var request = entry["request"u8];
        if (entry["fullUrl"u8] is { Exists: true, Kind: not JsonKind.String })
            return Wrong(index, ".fullUrl", "structure", "A fullUrl has to be a string.");
        foreach (var member in request.Properties)
        {
            if (member.NameUtf8 is var name && (name.SequenceEqual("method"u8) || name.SequenceEqual("url"u8) || name.StartsWith("if"u8)) && (member.Kind != JsonKind.String || member.Raw[1..^1].Trim((byte)' ').IsEmpty))
                return Wrong(index, ".request." + member.Name, "structure", "This has to be a string that is not empty.");
        }

        return entry["modifierExtension"u8].Exists || request["modifierExtension"u8].Exists
            ? Wrong(index, "", "extension", "An extension that changes what the entry means is not understood.")
            : null;
    }

    private static Outcome<BundleEntry> Named(FhirRequest request, BundleEntry entry)
    {
        if (entry.Method == EntryMethod.Patch)
        {
            return PatchedResource.ReadEntry(entry.Resource, request)
                .Succeeded(out var patch, out var unread) ? entry with { Patch = patch } : unread.At(entry.Index, ".resource");
        }

        if (entry.Resource.IsObject)
        {
            if (entry.Resource["resourceType"u8].Text != entry.Type)
                return Wrong(entry.Index, ".resource", "invalid", $"The address asks for a resource of type {entry.Type}.");
            if (!FhirBody.Sound(entry.Resource, entry.Type, request.Service.Rules, request.Scope, hasPlaces: !request.IsXmlBody).Then(sound => AttachmentCheck.Take(sound, request.Service.Files)).Succeeded(out var kept, out var unsound))
                return unsound.At(entry.Index, ".resource");
            entry = entry with { Resource = kept };
        }

        if (entry.Method == EntryMethod.Post)
            return entry with { Id = Ids.New(request.Service.Clock) };
        if (entry.Method != EntryMethod.Put)
            return entry;
        if (entry.Id is null)
            return entry with { FreshId = Ids.New(request.Service.Clock) };
        return UpdateResource.SameId(entry.Resource, entry.Id).Succeeded(out _, out var refusal) ? entry : refusal.At(entry.Index, ".resource");
    }

    private static Refusal Wrong(int index, string below, string code, string text) =>
        Refusal.Invalid("", new RefusalDetail(code, text, Place(index) + below));

    private static bool TryMethod(string verb, out EntryMethod method)
    {
        EntryMethod? found = verb switch { "DELETE" => EntryMethod.Delete, "POST" => EntryMethod.Post, "PUT" => EntryMethod.Put, "PATCH" => EntryMethod.Patch, "GET" or "HEAD" => EntryMethod.Get, _ => null };
        method = found ?? EntryMethod.Get;
        return found is not null;
    }

    private static bool IsShape(EntryMethod method, string[] path, bool hasQuery) => method switch
    {
        _ when path.Length > 1 && !UpdateResource.IsId(path[1]) => false,
        EntryMethod.Post => path.Length == 1 && !hasQuery,
        EntryMethod.Get => path.Length is 1 or 2 || path is [_, _, "_history", _],
        _ => path.Length == 2 ? !hasQuery : path.Length == 1 && hasQuery,
    };

    /// <summary>The address below the interface's own; a slash at its end says nothing, as in a request.</summary>
    private static string Relative(string url, string address)
    {
        if (url.StartsWith(address, StringComparison.Ordinal) && (url.Length == address.Length || url[address.Length] is '/' or '?'))
            url = url[address.Length..];
        var below = url.StartsWith('/') ? url[1..] : url;
        var question = below.IndexOf('?', StringComparison.Ordinal);
        var path = question < 0 ? below : below[..question];
        return path is [_, .., '/'] ? path[..^1] + below[path.Length..] : below;
    }
}

/// <summary>Says of a refusal which entry it is about.</summary>
internal static class EntryRefusals
{
    internal static Refusal At(this Refusal refusal, int index, string below = "")
    {
        var place = BundleEntry.Place(index);
        if (refusal.Details.Count == 0)
            return refusal with { Details = [new RefusalDetail(OperationOutcomeJson.CodeOf(refusal.Kind), refusal.Text, place + below)] };
        return refusal with
        {
            Details = [.. refusal.Details.Select(detail => detail with { Expression = Nested(place + below, detail.Expression) })],
        };
    }

    /// <summary>An expression that begins with the resource's type goes on from the entry's resource.</summary>
    private static string Nested(string place, string? expression)
    {
        var dot = expression?.IndexOf('.', StringComparison.Ordinal) ?? -1;
        return dot < 0 ? place : place + expression![dot..];
    }
}
