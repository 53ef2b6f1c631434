using System.Globalization;
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

    /// <summary>True for a GET whose resource is not wanted.</summary>
    internal bool IsHead { get; init; }

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

    /// <summary>The file that is kept in place of the one that a Binary brought, see <see cref="AttachmentCheck"/>; else null.</summary>
    internal ReadOnlyMemory<byte>? CleanedFile { get; init; }

    /// <summary>What a PATCH does.</summary>
    internal PatchedResource? Patch { get; init; }

    /// <summary>The patch with what it changes; empty for every other entry.</summary>
    internal IReadOnlyList<PatchOf> Patches => Patch is null ? [] : [new(Type, Id, Criteria, Patch)];

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
        if (!EntryAddress.Read(entry["request"u8], index, request.Own).Succeeded(out var to, out var refusal)
            || !EntryConditions.Read(entry["request"u8], to, index).Succeeded(out var conditions, out refusal))
        {
            return refusal;
        }

        var resource = entry["resource"u8];
        if (to.IsInteraction && EntryInteractions.IsSearch(to.Path) && resource.Exists)
            return Wrong(index, ".resource", "invalid", "A search has no resource: its parameters stand in the address.");
        if (to is { IsInteraction: true, Method: EntryMethod.Post })
            return EntryInteractions.Operation(index, entry, to);
        if ((to.Method is EntryMethod.Post or EntryMethod.Put or EntryMethod.Patch) != resource.IsObject)
            return Wrong(index, ".resource", "required", "POST, PUT and PATCH need a resource; GET and DELETE have none.");
        return Of(request, entry, to, conditions, index).Then(read => Named(request, read));
    }

    private static Outcome<BundleEntry> Of(FhirRequest request, FhirNode entry, EntryAddress to, EntryConditions conditions, int index)
    {
        var query = to.Method switch { EntryMethod.Post => conditions.IfNoneExist, EntryMethod.Get => null, _ => to.Query };
        if (!Criteria.Of(request, to.Path[0], query).Succeeded(out var criteria, out var refusal))
            return refusal.At(index, to.Method == EntryMethod.Post ? ".request.ifNoneExist" : ".request.url");
        return new BundleEntry
        {
            Index = index,
            Method = to.Method,
            IsHead = entry["request"u8]["method"u8].Is("HEAD"u8),
            FullUrl = entry["fullUrl"u8].Text,
            Url = to.Url,
            Type = to.Path[0],
            Id = to.Path.Length > 1 && UpdateResource.IsId(to.Path[1]) ? to.Path[1] : null,
            IsInteraction = to.IsInteraction,
            Conditions = conditions,
            Resource = entry["resource"u8],
            Criteria = criteria,
            CriteriaText = criteria.IsNone ? null : $"{to.Path[0]}?{query}",
        };
    }

    /// <summary>What an entry says of itself has to be said in a way that is understood, or it would be done differently from what was meant.</summary>
    private static Refusal? Misshapen(FhirNode entry, int index)
    {
        var request = entry["request"u8];
        if (entry["fullUrl"u8] is { Exists: true, Kind: not JsonKind.String })
            return Wrong(index, ".fullUrl", "structure", "A fullUrl has to be a string.");
        foreach (var member in request.Properties)
        {
            if (IsKnown(member.NameUtf8) && (member.Kind != JsonKind.String || member.Raw[1..^1].Trim((byte)' ').IsEmpty))
                return Wrong(index, ".request." + member.Name, "structure", "This has to be a string that is not empty.");
        }

        return entry["modifierExtension"u8].Exists || request["modifierExtension"u8].Exists
            ? Wrong(index, "", "extension", "An extension that changes what the entry means is not understood.")
            : null;

        static bool IsKnown(ReadOnlySpan<byte> name) => name.SequenceEqual("method"u8) || name.SequenceEqual("url"u8) || name.StartsWith("if"u8);
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
            entry = entry with { Resource = kept, CleanedFile = AttachmentCheck.Cleaned(entry.Resource, kept) };
        }

        if (entry.Method == EntryMethod.Post)
            return entry with { Id = Ids.New(request.Service.Clock) };
        if (entry.Method != EntryMethod.Put)
            return entry;
        if (entry.Id is null)
            return entry with { FreshId = Ids.New(request.Service.Clock) };
        return UpdateResource.SameId(entry.Resource, entry.Id).Succeeded(out _, out var refusal) ? entry : refusal.At(entry.Index, ".resource");
    }

    /// <summary>A refusal of something in an entry.</summary>
    internal static Refusal Wrong(int index, string below, string code, string text) =>
        Refusal.Invalid("", new RefusalDetail(code, text, Place(index) + below));
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
