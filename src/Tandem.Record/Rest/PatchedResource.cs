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
/// What a patch makes of a resource, checked as any write is. It is worked out before the writer's turn comes, and again outside of it when somebody was faster: the
/// changes, the rules and a virus scanner may take their time, and everybody's writes would wait for them (see <see cref="PatchWrite"/>). Only a small patch of a small resource that makes a small one is made in
/// the turn then, so that those who change one resource at the same time, a list or a counter, do not have to be first.
/// </summary>
internal sealed class PatchedResource(ResourcePatch patch, int size, FhirService service, AccessScope scope)
{
    private const int SmallPatch = 1024; // a handful of operations, each with its own bound
    private const int SmallResource = 16 * 1024;
    private const int SmallResult = 64 * 1024;
    private const int SmallWork = 256 * 1024; // bytes copied and rewritten on the way

    private readonly JsonLimits limits = LimitsOf(service);
    private (long Seq, Outcome<FhirNode> Next)? last;
    private (long Seq, Outcome<FhirNode> Next)? made; // in this turn

    /// <summary>Reads a patch from JSON that is an array or a Parameters resource.</summary>
    internal static Outcome<PatchedResource> Read(FhirNode json, FhirRequest request) =>
        ResourcePatch.Read(json, out var fault) is { } patch ? new PatchedResource(patch, json.Raw.Length, request.Service, request.Scope) : Refused(fault!);

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

    /// <summary>Works out the next version of a resource before the writer's turn, its files too.</summary>
    internal void Prepare(ResourceVersion current) => last = (current.Seq, Apply(current).Then(Looked));

    /// <summary>The version of which the writer's turn would have had to work out the next; null when it did not have to.</summary>
    internal ResourceVersion? Owed { get; private set; }

    /// <summary>Begins a turn, which may run twice.</summary>
    internal void Begin() => (Owed, made) = (null, null);

    /// <summary>The next version of a resource, in the writer's turn.</summary>
    /// <returns>Also a refusal when it was worked out of another version, see <see cref="Owed"/>.</returns>
    internal Outcome<FhirNode> Of(ResourceVersion current)
    {
        if (last is { } known && known.Seq == current.Seq)
            return known.Next;
        if (made is { } here && here.Seq == current.Seq)
            return here.Next;
        if (size <= SmallPatch && current.Bytes.Length <= SmallResource && Quickly(current) is { } next)
        {
            made = (current.Seq, next);
            return next;
        }

        Owed = current;
        return Refusal.Conflict("Others change this resource at the same time. Send the patch again.");
    }

    private Outcome<FhirNode> Apply(ResourceVersion current) => patch.Apply(current.Root, limits, out var fault) is { } json ? Checked(json.Root, current) : Refused(fault!);

    /// <summary>What the writer's turn may wait for; null when it is more than that.</summary>
    private Outcome<FhirNode>? Quickly(ResourceVersion current)
    {
        var small = limits with { MaxBytes = Math.Min(limits.MaxBytes, SmallResult) };
        if (patch.Apply(current.Root, small, out var fault, SmallWork) is { } json)
            return AttachmentCheck.MayHoldFiles(json.Root) ? default(Outcome<FhirNode>?) : Checked(json.Root, current);
        return fault!.IsTooMuch ? default(Outcome<FhirNode>?) : Refused(fault);
    }

    private Outcome<FhirNode> Checked(FhirNode next, ResourceVersion current)
    {
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
