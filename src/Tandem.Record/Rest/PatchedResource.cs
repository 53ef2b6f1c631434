using System.Buffers.Text;
using Microsoft.AspNetCore.Http;
using Tandem.Fhir.Json;
using Tandem.Fhir.Patch;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Files;
using Tandem.Record.Log;

namespace Tandem.Record.Rest;

/// <summary>
/// What a patch makes of a resource, checked as any write is. It remembers its last result, so that the work is done before the writer's
/// turn comes and only again when somebody was faster.
/// </summary>
internal sealed class PatchedResource(ResourcePatch patch, FhirService service)
{
    private readonly JsonLimits limits = LimitsOf(service);
    private (long Seq, Outcome<FhirNode> Next)? last;

    /// <summary>Reads a patch from JSON that is an array or a Parameters resource.</summary>
    internal static Outcome<PatchedResource> Read(FhirNode json, FhirService service) =>
        ResourcePatch.Read(json, out var fault) is { } patch ? new PatchedResource(patch, service) : Refused(fault!);

    /// <summary>How large a patch may be, and what it makes.</summary>
    internal static JsonLimits LimitsOf(FhirService service) => new(service.Limits.ResourceBytes, service.Limits.Depth);

    /// <summary>Reads the patch of a bundle's entry: Parameters, or a Binary with a JSON Patch (R4 3.1.0.11.3).</summary>
    internal static Outcome<PatchedResource> ReadEntry(FhirNode resource, FhirService service)
    {
        if (!resource["resourceType"u8].Is("Binary"u8))
            return Read(resource, service);
        var type = resource["contentType"u8].Text ?? "";
        if (!ContentTypes.IsJsonPatch(type))
            return Refusal.Invalid("", new RefusalDetail("not-supported", "The contentType of a patch in a Binary has to be application/json-patch+json.", "Binary.contentType"));
        var data = resource["data"u8].Text;
        if (data is null || !Base64.IsValid(data))
            return Refusal.Invalid("", new RefusalDetail("value", "The patch has to be in data, in base64.", "Binary.data"));
        if (FhirJson.Parse(Convert.FromBase64String(data), LimitsOf(service), out var fault) is { } json)
            return Read(json.Root, service);
        return Refusal.Invalid("", new RefusalDetail("structure", fault!.Reason, "Binary.data", $"{fault.Line}:{fault.Column}"));
    }

    /// <summary>The next version of a resource.</summary>
    internal Outcome<FhirNode> Of(ResourceVersion current)
    {
        if (last is not { } known || known.Seq != current.Seq)
            last = known = (current.Seq, Apply(current));
        return known.Next;
    }

    private Outcome<FhirNode> Apply(ResourceVersion current)
    {
        if (patch.Apply(current.Root, limits, out var fault) is not { } json)
            return Refused(fault!);
        var next = json.Root;
        if (!next["resourceType"u8].Is(System.Text.Encoding.UTF8.GetBytes(current.Type)))
            return Refusal.Unprocessable("", new RefusalDetail("business-rule", "A patch cannot change the type of a resource."));
        if (next["id"u8] is { Exists: true } id && id.Text != current.Id)
            return Refusal.Unprocessable("", new RefusalDetail("business-rule", "A patch cannot change the id of a resource.", $"{current.Type}.id"));
        return FhirBody.Sound(next, current.Type, service).Then(sound => AttachmentCheck.Take(sound, service.Files)).Succeeded(out var kept, out var unsound) ? kept : unsound.Kind == RefusalKind.Unavailable ? unsound : unsound with { Kind = RefusalKind.Unprocessable };
    }

    private static Refusal Refused(PatchFault fault)
    {
        var detail = new RefusalDetail(fault.Code, fault.Reason, fault.Place.Length == 0 ? null : fault.Place);
        return fault.IsMalformed ? Refusal.Invalid("", detail) : Refusal.Unprocessable("", detail);
    }
}
