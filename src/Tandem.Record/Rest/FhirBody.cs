using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Tandem.Fhir.Json;
using Tandem.Fhir.Structure;
using Tandem.Fhir.Xml;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Bundles;
using Tandem.Record.Files;
using Tandem.Record.Validation;

namespace Tandem.Record.Rest;

/// <summary>How a resource came to be written: what was taken before it had to be so is not held against who only changes or moves it.</summary>
internal enum BodyOrigin
{
    /// <summary>Made of what is there: by a patch of what was odd before, by <c>$meta-add</c>, as a document. It keeps narratives that are not well formed and elements that R4 does not know.</summary>
    There,

    /// <summary>Brought by <c>$import</c>, from wherever it was taken. It keeps such narratives.</summary>
    Imported,

    /// <summary>Sent whole.</summary>
    Sent,
}

/// <summary>Reads what a client sends, within limits.</summary>
internal static class FhirBody
{
    private const int Trusted = 1024 * 1024; // memory for more is taken as the bytes arrive, whatever the header says

    /// <summary>The resource in the body, of the type named and sound by the definitions of R4, with files that may be kept.</summary>
    internal static async Task<Outcome<FhirNode>> ResourceAsync(FhirRequest request, string type)
    {
        var limits = request.Service.Limits;
        var read = BinaryContent.IsSent(request) ? await BinaryContent.TakeAsync(request) : await AnyAsync(request, new JsonLimits(limits.ResourceBytes, limits.Depth));
        return read.Then(node => Sound(node, type, request.Service.Rules, request.Scope, hasPlaces: !request.IsXmlBody)).Then(ConditionalReference.None).Then(node => AttachmentCheck.Take(node, request.Service.Files));
    }

    /// <summary>The bundle in the body; its entries are looked at by whoever takes it apart.</summary>
    internal static Task<Outcome<FhirNode>> BundleAsync(FhirRequest request)
    {
        var limits = request.Service.Limits;
        return AnyAsync(request, new JsonLimits(limits.BundleBytes, limits.Depth + 8));
    }

    /// <summary>
    /// Refuses what breaks the definitions: 400 for what has the wrong shape, 422 for wrong content (R4 3.1.0.8), rules and claimed profiles among it
    /// where the site enforces them for whoever writes. Without places for what was sent as XML: the lines of its JSON are not the sender's.
    /// </summary>
    internal static Outcome<FhirNode> Sound(FhirNode resource, string? type, WriteRules rules, AccessScope scope, bool hasPlaces = true, BodyOrigin from = BodyOrigin.Sent)
    {
        var issues = StructureCheck.Check(resource, type, isSent: from == BodyOrigin.Sent);
        if (issues.Count == 0 || !issues.Any(issue => issue.IsError))
        {
            var enforced = rules.Enforce(scope, resource, from == BodyOrigin.There ? [] : issues);
            return hasPlaces || enforced.Refusal is not { } broken ? enforced : broken with { Details = [.. broken.Details.Select(detail => detail with { Position = null })] };
        }

        var isShape = issues.Any(issue => issue.IsError && issue.Code is "structure" or "invalid");
        RefusalDetail[] details = [.. issues.Select(OperationOutcomeJson.Detail).Select(detail => hasPlaces ? detail : detail with { Position = null })];
        return isShape ? Refusal.Invalid("The resource has a wrong shape.", details) : Refusal.Unprocessable("The resource breaks rules of FHIR R4.", details);
    }

    /// <summary>Refuses what has values of the wrong kind (R4 2.6.2), wherever in it. What is missing, and codes of other value sets, are left to whoever reads it.</summary>
    internal static Outcome<FhirNode> Shaped(FhirNode resource, bool hasPlaces)
    {
        RefusalDetail[] details = [.. StructureCheck.Check(resource).Where(issue => issue.IsError && issue.Code is "structure" or "invalid" or "value").Select(OperationOutcomeJson.Detail)];
        return details.Length == 0 ? resource : Refusal.Invalid("What was sent has a wrong shape.", [.. details.Select(detail => hasPlaces ? detail : detail with { Position = null })]);
    }

    /// <summary>The body's bytes, or a refusal when there are too many.</summary>
    internal static async Task<Outcome<ReadOnlyMemory<byte>>> BytesAsync(FhirRequest request, int most)
    {
        if (request.Http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = null; // counted here, so that the refusal can say why
        if (request.Http.Request.ContentLength is { } length)
        {
            if (length > most)
                return TooLarge(most);
            if (length <= Trusted)
                return await ExactAsync(request, (int)length);
        }

        return await ToEndAsync(request, most);
    }

    /// <summary>Any JSON within limits.</summary>
    internal static async Task<Outcome<FhirNode>> AnyAsync(FhirRequest request, JsonLimits limits)
    {
        if (!(await BytesAsync(request, limits.MaxBytes)).Succeeded(out var bytes, out var refusal))
            return refusal;
        if (!WireCoding.Expand(request.Http.Request, bytes, limits.MaxBytes).Succeeded(out bytes, out refusal))
            return refusal;
        if (request.IsXmlBody)
        {
            if (FhirXmlReader.ToJson(bytes, limits, out var wrong) is not { } read)
                return Refusal.Invalid("", new RefusalDetail("structure", wrong!.Reason, null, $"{wrong.Line}:{wrong.Column}"));
            bytes = read;
        }

        if (FhirJson.Parse(bytes, limits with { MaxBytes = int.MaxValue }, out var fault) is { } json)
            return json.Root;
        return Refusal.Invalid("", new RefusalDetail("structure", fault!.Reason, null, $"{fault.Line}:{fault.Column}"));
    }

    private static async Task<Outcome<ReadOnlyMemory<byte>>> ExactAsync(FhirRequest request, int length)
    {
        var bytes = new byte[length];
        var read = await request.Http.Request.Body.ReadAtLeastAsync(bytes, length, throwOnEndOfStream: false, request.Cancel);
        return (ReadOnlyMemory<byte>)bytes.AsMemory(0, read);
    }

    private static async Task<Outcome<ReadOnlyMemory<byte>>> ToEndAsync(FhirRequest request, int most)
    {
        var into = new ArrayBufferWriter<byte>();
        while (true)
        {
            var read = await request.Http.Request.Body.ReadAsync(into.GetMemory(16 * 1024), request.Cancel);
            if (read == 0)
                return (ReadOnlyMemory<byte>)into.WrittenMemory;
            into.Advance(read);
            if (into.WrittenCount > most)
                return TooLarge(most);
        }
    }

    private static Refusal TooLarge(int most) => Refusal.TooLarge($"The body is too large; at most {most:N0} bytes are read.");
}
