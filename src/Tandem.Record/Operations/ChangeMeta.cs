using System.Buffers;
using System.Text.Json;
using Tandem.Fhir.Json;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Record.Rest;

namespace Tandem.Record.Operations;

/// <summary>
/// <c>$meta-add</c> and <c>$meta-delete</c>: profiles, tags and labels are put on a resource or taken off (R4 Resource-meta-add,
/// Resource-meta-delete). A change makes a new version, for the record keeps every state; without one nothing happens.
/// </summary>
internal static class ChangeMeta
{
    private static readonly string[] Lists = ["profile", "security", "tag"];

    private static readonly OperationParameter[] Parameters =
    [
        new("meta", "Meta", "The profiles, tags and labels.", 1),
        new("return", "Meta", "The meta that now holds.", 1, IsOut: true),
    ];

    internal static readonly Operation Add = new()
    {
        Code = "meta-add",
        Levels = OperationLevels.Instance,
        AffectsState = true,
        Summary = "Adds profiles, tags and security labels to a resource.",
        Follows = "http://hl7.org/fhir/OperationDefinition/Resource-meta-add",
        Parameters = Parameters,
        Run = call => RunAsync(call, isAdding: true),
    };

    internal static readonly Operation Delete = new()
    {
        Code = "meta-delete",
        Levels = OperationLevels.Instance,
        AffectsState = true,
        Summary = "Takes profiles, tags and security labels off a resource.",
        Follows = "http://hl7.org/fhir/OperationDefinition/Resource-meta-delete",
        Parameters = Parameters,
        Run = call => RunAsync(call, isAdding: false),
    };

    private static async Task<FhirReply> RunAsync(OperationRequest call, bool isAdding)
    {
        var meta = call["meta"].Value;
        if (!meta.IsObject)
            return Refusal.Invalid("", new RefusalDetail("value", "meta has to be a valueMeta."));
        if (!Preconditions.VersionOf(call.Fhir.Http.Request.Headers.IfMatch).Succeeded(out var match, out var refusal))
            return refusal;
        var outcome = await call.Fhir.Service.Store.WriteAsync<ResourceVersion>(
            call.Fhir.Scope, session => Decide(session, call, meta, match, isAdding), call.Fhir.Cancel);
        return outcome.Succeeded(out var version, out refusal) ? ReadMeta.Answer(version.Root) : refusal;
    }

    private static Outcome<ResourceVersion> Decide(WriteSession session, OperationRequest call, FhirNode meta, VersionMatch? match, bool isAdding)
    {
        var (type, id) = (call.Type, call.Id);
        if (session.FindReached(type, id) is not { Deleted: false } current)
            return Refusal.NotFound($"There is no {type} with this id.");
        if (Preconditions.Unmet(match, current) is { } unmet)
            return unmet;
        if (Changed(current.Root, meta, isAdding) is not { } next)
            return current;
        return FhirBody.Sound(next, type, call.Fhir.Service.Rules, call.Fhir.Scope, from: BodyOrigin.There).Succeeded(out _, out var unsound) ? session.Put(type, id, next) : unsound with { Kind = RefusalKind.Unprocessable };
    }

    /// <summary>A resource with the profiles, labels and tags of <paramref name="change"/> (a Meta) beside its own, or without them; null where that changes nothing.</summary>
    /// <param name="resource">As it is.</param>
    /// <param name="change">What is put on or taken off.</param>
    /// <param name="isAdding">False to take it off.</param>
    /// <param name="parts">What of it counts; null for <c>profile</c>, <c>security</c> and <c>tag</c>.</param>
    internal static FhirNode? Changed(FhirNode resource, FhirNode change, bool isAdding, string[]? parts = null)
    {
        var meta = resource["meta"u8];
        var buffer = new ArrayBufferWriter<byte>(512);
        using var json = new Utf8JsonWriter(buffer, OperationOutcomeJson.Options);
        json.WriteStartObject();
        foreach (var member in meta.Properties)
        {
            if (!member.NameUtf8.SequenceEqual("profile"u8) && !member.NameUtf8.SequenceEqual("tag"u8) && !member.NameUtf8.SequenceEqual("security"u8))
                Raw(json, member.Name, member);
        }

        var isChanged = false;
        foreach (var name in Lists)
        {
            var (before, named) = (meta[name].Items.AsEnumerable().ToList(), parts?.Contains(name) == false ? [] : change[name].Items.AsEnumerable().ToList());
            var after = isAdding
                ? [.. before, .. named.Where(item => !before.Exists(other => Same(item, other)))]
                : before.Where(item => !named.Exists(other => Same(item, other))).ToList();
            isChanged |= after.Count != before.Count;
            if (after.Count > 0)
                Array(json, name, after);
        }

        json.WriteEndObject();
        json.Flush();
        return isChanged ? FhirJson.ParseStored(JsonMembers.With(resource, "meta", buffer.WrittenSpan.ToArray())).Root : null;
    }

    /// <summary>Profiles by their address, tags and labels by system and code: the display does not count.</summary>
    private static bool Same(FhirNode a, FhirNode b) => a.IsObject
        ? a["system"u8].Text == b["system"u8].Text && a["code"u8].Text == b["code"u8].Text
        : a.Text == b.Text;

    private static void Array(Utf8JsonWriter json, string name, List<FhirNode> items)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
            json.WriteRawValue(item.Raw, skipInputValidation: true);
        json.WriteEndArray();
    }

    private static void Raw(Utf8JsonWriter json, string name, FhirNode value)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(value.Raw, skipInputValidation: true);
    }
}
