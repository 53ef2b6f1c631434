using System.Buffers.Text;
using Microsoft.AspNetCore.Http;
using Tandem.Fhir.Json;
using Tandem.Fhir.Patch;
using Tandem.Fhir.Structure;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Files;
using Tandem.Record.Log;

namespace Tandem.Record.Rest;

/// <summary>
/// What a patch makes of a resource, checked as any write is. It remembers its last result, so that the work is done before the writer's
/// turn comes and only again when somebody was faster. Files are never looked at in the writer's turn, because a virus scanner may take its time: see
/// <see cref="PatchWrite"/>.
/// </summary>
internal sealed class PatchedResource(ResourcePatch patch, FhirService service, AccessScope scope)
{
    private readonly JsonLimits limits = LimitsOf(service);
    private (long Seq, Outcome<FhirNode> Next)? last;
    private (long Seq, FhirNode Next)? owed;

    /// <summary>Reads a patch from JSON that is an array or a Parameters resource.</summary>
    internal static Outcome<PatchedResource> Read(FhirNode json, FhirRequest request) =>
        ResourcePatch.Read(json, out var fault) is { } patch ? new PatchedResource(patch, request.Service, request.Scope) : Refused(fault!);

    /// <summary>How large a patch may be, and what it makes.</summary>
    internal static JsonLimits LimitsOf(FhirService service) => new(service.Limits.ResourceBytes, service.Limits.Depth);

    /// <summary>Reads the patch of a bundle's entry: Parameters, or a Binary with a JSON Patch (R4 3.1.0.11.3).</summary>
    internal static Outcome<PatchedResource> ReadEntry(FhirNode resource, FhirRequest request)
    {
        if (!resource["resourceType"u8].Is("Binary"u8))
            return Read(resource, request);
        var type = resource["contentType"u8].Text ?? "";
        if (!ContentTypes.IsJsonPatch(type))
            return Refusal.Invalid("", new RefusalDetail("not-supported", "The contentType of a patch in a Binary has to be application/json-patch+json.", "Binary.contentType"));
        var data = resource["data"u8].Text;
        if (data is null || !Base64.IsValid(data))
            return Refusal.Invalid("", new RefusalDetail("value", "The patch has to be in data, in base64.", "Binary.data"));
        if (FhirJson.Parse(Convert.FromBase64String(data), LimitsOf(request.Service), out var fault) is { } json)
            return Read(json.Root, request);
        return Refusal.Invalid("", new RefusalDetail("structure", fault!.Reason, "Binary.data", $"{fault.Line}:{fault.Column}"));
    }

    /// <summary>The next version of a resource, in the writer's turn.</summary>
    /// <returns>Also a refusal when files in it have to be looked at first, see <see cref="CatchUp"/>.</returns>
    internal Outcome<FhirNode> Of(ResourceVersion current)
    {
        if (last is { } known && known.Seq == current.Seq)
            return known.Next;
        var made = Apply(current);
        if (made.Succeeded(out var next, out _) && AttachmentCheck.MayHoldFiles(next))
        {
            owed = (current.Seq, next);
            return Refusal.Conflict("Others change this resource at the same time. Send the patch again.");
        }

        last = (current.Seq, made);
        return made;
    }

    /// <summary>Works out the next version of a resource before the writer's turn, its files too.</summary>
    internal void Prepare(ResourceVersion current) => last = (current.Seq, Apply(current).Then(Looked));

    /// <summary>Looks at the files that the writer's turn found unseen.</summary>
    /// <returns>True when there were such, so that the write is worth another turn.</returns>
    internal bool CatchUp()
    {
        if (owed is not { } one)
            return false;
        (owed, last) = (null, (one.Seq, Looked(one.Next)));
        return true;
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
        var isWhole = StructureCheck.Check(current.Root, unknown: IssueSeverity.Error).Count == 0; // else the patch is not to be refused for what was there before
        return FhirBody.Sound(next, current.Type, service.Rules, scope, from: isWhole ? BodyOrigin.Sent : BodyOrigin.There).Succeeded(out var sound, out var unsound) ? sound : Unprocessable(unsound);
    }

    private Outcome<FhirNode> Looked(FhirNode next) => AttachmentCheck.Take(next, service.Files).Succeeded(out var kept, out var refusal) ? kept : Unprocessable(refusal);

    private static Refusal Unprocessable(Refusal refusal) => refusal.Kind == RefusalKind.Unavailable ? refusal : refusal with { Kind = RefusalKind.Unprocessable };

    private static Refusal Refused(PatchFault fault)
    {
        var detail = new RefusalDetail(fault.Code, fault.Reason, fault.Place.Length == 0 ? null : fault.Place);
        return fault.IsMalformed ? Refusal.Invalid("", detail) : Refusal.Unprocessable("", detail);
    }
}
