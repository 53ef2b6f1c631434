using Tandem.Fhir.Json;

namespace Tandem.Fhir.Patch;

/// <summary>Why a patch cannot be read or does not fit the resource.</summary>
/// <param name="IsMalformed">True when the patch itself is wrong, whatever the resource; false when it does not fit this resource.</param>
/// <param name="Code">FHIR issue type.</param>
/// <param name="Reason">A whole sentence without any value of the resource.</param>
/// <param name="Place">Which operation: <c>[2]</c> of a JSON Patch, <c>Parameters.parameter[2]</c> of a FHIRPath Patch.</param>
public sealed record PatchFault(bool IsMalformed, string Code, string Reason, string Place)
{
    /// <summary>True when the patch makes or takes more than it may, which it might do where more is allowed.</summary>
    public bool IsTooMuch => Code is "too-costly" or "too-long";
}

/// <summary>Changes to a resource, read once and applied any number of times. Immutable and thread-safe.</summary>
public abstract class ResourcePatch
{
    /// <summary>Most operations of one patch.</summary>
    public const int MostOperations = 1000;

    /// <summary>Most bytes that the operations of one patch may copy or rewrite, so that a short patch cannot make a huge resource or much work.</summary>
    public const int MostBytes = 64 * 1024 * 1024;

    /// <summary>Reads a patch: an array is a JSON Patch (RFC 6902), Parameters are a FHIRPath Patch (FHIR R4 3.1.0.6).</summary>
    /// <returns>The patch, or null with the <paramref name="fault"/>.</returns>
    public static ResourcePatch? Read(FhirNode patch, out PatchFault? fault)
    {
        if (patch.Kind == JsonKind.Array)
            return JsonPatch.Read(patch, out fault);
        if (patch["resourceType"u8].Is("Parameters"u8))
            return FhirPathPatch.Read(patch, out fault);
        fault = new(true, "structure", "A patch is an array of JSON Patch operations or a Parameters resource.", "");
        return null;
    }

    /// <summary>The resource with all changes made, or none of them.</summary>
    /// <param name="resource">The resource; it is not changed.</param>
    /// <param name="limits">What the result may be.</param>
    /// <param name="fault">Why not, when the result is null.</param>
    /// <param name="mostBytes">So many bytes may be copied or rewritten.</param>
    public abstract FhirJson? Apply(FhirNode resource, JsonLimits limits, out PatchFault? fault, long mostBytes = MostBytes);

    /// <summary>The text as a document within limits.</summary>
    internal static FhirJson? Parse(byte[] text, JsonLimits limits, out PatchFault? fault)
    {
        var json = FhirJson.Parse(text, limits, out var wrong);
        fault = json is null ? new(false, "too-long", $"The result cannot be kept: {wrong!.Reason}", "") : null;
        return json;
    }
}
