using Tandem.Fhir.Definitions;
using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Json;
using Tandem.Fhir.Structure;

namespace Tandem.Fhir.Validation;

/// <summary>
/// Codes against the value set they are bound to (R4 4.1.3): outside a required set is an error, outside an extensible one a warning. What the
/// terminology at hand cannot decide is said for required bindings and passed over for the others.
/// </summary>
internal static class Bindings
{
    internal static void Check(ValidationRun run, in FhirValue value, string valueSet, string strength)
    {
        if (strength is not ("required" or "extensible"))
            return;
        if (!HasCode(value))
        {
            if (strength == "required")
                Codeless(run, value, valueSet);
            return;
        }

        switch (run.Validator.Terminology.MemberOf(value, valueSet))
        {
            case false when strength == "required":
                run.Add(IssueSeverity.Error, "code-invalid", $"The code is not in the value set {valueSet}.", value);
                break;
            case false:
                run.Add(IssueSeverity.Warning, "code-invalid", $"The code is not in the value set {valueSet}; use one of it if any of them fits.", value);
                break;
            case null when strength == "required":
                run.Add(IssueSeverity.Information, "informational", $"Whether the code is in the value set {valueSet} cannot be decided here; load the value set and its code systems.", value);
                break;
        }
    }

    /// <summary>A code against the set that bounds what an extensible or preferred binding may be left for; words without a code may stand for themselves.</summary>
    internal static void Most(ValidationRun run, in FhirValue value, string valueSet)
    {
        if (HasCode(value) && run.Validator.Terminology.MemberOf(value, valueSet) == false)
            run.Add(IssueSeverity.Error, "code-invalid", $"The code is not in the value set {valueSet}, which no code here may leave.", value);
    }

    /// <summary>A concept, coding or quantity with words only is none of a required set; one that bears nothing but extensions says in them why.</summary>
    internal static void Codeless(ValidationRun run, in FhirValue value, string valueSet)
    {
        if (value.Type is { Name: "CodeableConcept" or "Coding" or "Quantity" } && !HasCode(value) && (value.Node["coding"u8].Exists || value.Node["text"u8].Exists || value.Node["system"u8].Exists
            || value.Node["display"u8].Exists || value.Node["unit"u8].Exists || value.Node["value"u8].Exists))
            run.Add(IssueSeverity.Error, "code-invalid", $"A code of the value set {valueSet} is needed here.", value);
    }

    /// <summary>Codes without a system that no code of a required set of R4 can be; those with one are held against it with the structure.</summary>
    internal static void Systemless(ValidationRun run, in FhirValue value, CodeTable codes)
    {
        if (value.Type is { Name: "CodeableConcept" or "Coding" } && BindingCheck.IsForeign(codes, value.Node))
            run.Add(IssueSeverity.Error, "code-invalid", $"None of the codes is one of {codes.ValueSet}, and none says its system.", value);
    }

    /// <summary>Whether there is a code to compare. A binding of a choice is about those of its types that bear codes (R4 ElementDefinition.binding, eld-11): dates and the like do not.</summary>
    private static bool HasCode(in FhirValue value)
    {
        if (!value.Node.IsObject)
        {
            return value.Node.Kind == JsonKind.String
                && (value.Type is null || value.Type.Primitive is PrimitiveKind.Code or PrimitiveKind.String or PrimitiveKind.Uri or PrimitiveKind.Url or PrimitiveKind.Canonical);
        }

        if (!value.Node["coding"u8].Exists)
            return value.Node["code"u8].Exists;
        foreach (var coding in value.Node["coding"u8].Items)
        {
            if (coding["code"u8].Exists)
                return true;
        }

        return false;
    }
}
