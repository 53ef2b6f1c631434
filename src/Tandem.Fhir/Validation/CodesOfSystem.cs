using Tandem.Fhir.Structure;
using Tandem.Fhir.Terminology;

namespace Tandem.Fhir.Validation;

/// <summary>Which codes a code system does not have, as far as that can be said here.</summary>
internal static class CodesOfSystem
{
    private const string Specification = "http://hl7.org/fhir/";

    /// <summary>
    /// What it is that a code is none of its system: an error where the system is here whole in the version that is meant, or is one of the specification itself; a warning where no version is
    /// meant, as any other system that is here, shipped, loaded or a site's own, may be older than what uses it.
    /// </summary>
    /// <returns>Null for a code of the system, and where it cannot be said.</returns>
    internal static IssueSeverity? Missing(TerminologyService terminology, string system, string? version, string code)
    {
        if (Of(terminology, system, version) is not { } known || known.Find(code) is not null)
            return null;
        var isSure = version is not null || (system.StartsWith(Specification, StringComparison.Ordinal) && TerminologyService.IsShipped(known));
        return isSure ? IssueSeverity.Error : IssueSeverity.Warning;
    }

    /// <summary>The code system with all of its codes, in the version that is named; null where it is not here so.</summary>
    internal static CodeSystem? Of(TerminologyService terminology, string system, string? version)
    {
        if (terminology.FindCodeSystem(system) is not { } known)
            return null;
        if (version is not null && known.Version != version && !TerminologyService.IsShipped(known)) // one that ships does so in one version
            known = terminology.FindCodeSystem($"{system}|{version}");
        return known is { IsComplete: true } && (version is null || known.Version == version) ? known : null;
    }
}
