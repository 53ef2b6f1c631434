using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Json;
using Tandem.Fhir.Structure;
using Tandem.Fhir.Terminology;

namespace Tandem.Fhir.Validation;

/// <summary>A Coding whatever it is bound to (R4 2.24.0.7): its system is the address of a code system, its code is one of that, and its words are what the code is called.</summary>
internal static class CodingCheck
{
    private const string Supplement = "This is the address of a supplement, which has no codes of its own; the system of a code is the code system that it adds to (R4 4.8.10).";

    /// <param name="coding">The Coding.</param>
    /// <param name="valueSet">What it is chosen from; null when there is none.</param>
    /// <param name="language">The language of the resource.</param>
    /// <param name="run">The validation.</param>
    internal static void Check(FhirNode coding, string? valueSet, string? language, ValidationRun run)
    {
        if (coding["system"u8].Text is not { } system)
            return;
        var known = run.Validator.Terminology.FindCodeSystem(system);
        if (SystemFault(system, known, run.Validator.Terminology) is { } fault)
            run.Add(IssueSeverity.Error, "code-invalid", fault, FhirValue.Element(coding["system"u8], default, null));
        if (coding["code"u8].Text is not { } code)
            return;
        var place = FhirValue.Element(coding["code"u8], default, null);
        var version = coding["version"u8].Text;
        if (CodesOfSystem.Missing(run.Validator.Terminology, system, version, code) is { } severity)
            run.Add(severity, "code-invalid", severity == IssueSeverity.Error ? "The code system has no such code." : "The code system as it is here has no such code; another release may.", place);
        if (known?.OwnCase(code) is { } own)
            run.Add(IssueSeverity.Information, "informational", $"The code system writes this code {own}; it is the same whatever the case of its letters, but better written so.", place);
        if (coding["display"u8] is { Kind: JsonKind.String } display)
            Display(display, new(system, version, code, display.Text!, language), valueSet, run);
    }

    private static string? SystemFault(string system, CodeSystem? known, TerminologyService terminology)
    {
        if (!system.Contains(':', StringComparison.Ordinal))
            return "The system of a code is an absolute address.";
        if (known is not null)
            return known.Resource["supplements"u8].Exists ? Supplement : null;
        return terminology.IsSupplement(system) ? Supplement : terminology.FindValueSet(system).Exists ? "This is the address of a value set; the system of a code is a code system." : null;
    }

    /// <summary>A warning where the words beside a code are none of its own, as a reader may trust either.</summary>
    private static void Display(FhirNode display, ShownCode shown, string? valueSet, ValidationRun run)
    {
        if (run.Validator.Terminology.OtherName(shown, valueSet) is { } name)
            run.Add(IssueSeverity.Warning, "invalid", $"The code system calls this code \"{name}\"; the display says something else.", FhirValue.Element(display, default, null));
    }
}
