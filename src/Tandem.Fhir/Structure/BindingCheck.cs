using Tandem.Fhir.Definitions;
using Tandem.Fhir.Json;

namespace Tandem.Fhir.Structure;

/// <summary>Required bindings (R4 4.1.3): codes, codings and concepts whose codes must come from a known table.</summary>
internal static class BindingCheck
{
    /// <summary>True when the value keeps to the table, or is of a type (or so incomplete) that there is nothing to compare.</summary>
    internal static bool Allows(CodeTable codes, FhirType type, FhirNode value) => type.Name switch
    {
        "code" or "string" or "uri" => Code(codes, value),
        "Coding" => Coding(codes, value) ?? true,
        "CodeableConcept" => Concept(codes, value),
        _ => true,
    };

    /// <summary>
    /// True where no code of a coding or concept can be one of the table: none has a system, and none is a code of the table in any system. Writes leave these be, as
    /// senders forget systems; R4 does not.
    /// </summary>
    internal static bool IsForeign(CodeTable codes, FhirNode value)
    {
        Span<byte> buffer = stackalloc byte[256];
        var some = false;
        foreach (var coding in value["coding"u8] is { Exists: true } codings ? codings.Items : value.Items)
        {
            if (coding["code"u8] is not { Kind: JsonKind.String } code)
                continue;
            if (coding["system"u8].Kind == JsonKind.String || codes.Contains(code.Plain(buffer)))
                return false;
            some = true;
        }

        return some;
    }

    private static bool Code(CodeTable codes, FhirNode value)
    {
        Span<byte> buffer = stackalloc byte[256];
        return value.Kind != JsonKind.String || codes.Contains(value.Plain(buffer));
    }

    private static bool Concept(CodeTable codes, FhirNode concept)
    {
        var compared = false;
        foreach (var coding in concept["coding"u8].Items)
        {
            if (Coding(codes, coding) is not { } allowed)
                continue;
            if (allowed)
                return true;
            compared = true;
        }

        return !compared;
    }

    private static bool? Coding(CodeTable codes, FhirNode coding)
    {
        var (system, code) = (coding["system"u8], coding["code"u8]);
        if (system.Kind != JsonKind.String || code.Kind != JsonKind.String)
            return null;
        Span<byte> systemBuffer = stackalloc byte[256];
        Span<byte> codeBuffer = stackalloc byte[256];
        return codes.Contains(system.Plain(systemBuffer), code.Plain(codeBuffer));
    }
}
