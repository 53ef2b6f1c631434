using Tandem.Fhir.Terminology;

namespace Tandem.Fhir.Validation;

/// <summary>
/// Which codes a code system has, as far as that can be said here: it is here whole, in the version that is meant. Where none is meant, a system that ships may be older
/// than what uses it; one of the specification itself cannot.
/// </summary>
internal static class CodesOfSystem
{
    private const string Specification = "http://hl7.org/fhir/";

    /// <summary>True for what is no code of its system; false also where that cannot be said.</summary>
    internal static bool Lack(TerminologyService terminology, string system, string? version, string code) =>
        Found(terminology, system, version) is { } known && known.Find(code) is null && IsMeant(known, system, version);

    /// <summary>The code system with all of its codes; null where what is here may not be all.</summary>
    internal static CodeSystem? Whole(TerminologyService terminology, string system, string? version) =>
        Found(terminology, system, version) is { } known && IsMeant(known, system, version) ? known : null;

    private static CodeSystem? Found(TerminologyService terminology, string system, string? version) =>
        terminology.FindCodeSystem(version is null ? system : $"{system}|{version}") is { IsComplete: true } known ? known : null;

    private static bool IsMeant(CodeSystem known, string system, string? version) =>
        version is null ? system.StartsWith(Specification, StringComparison.Ordinal) || !TerminologyService.IsShipped(known) : known.Version == version;
}
