using Tandem.Fhir.Json;

namespace Tandem.Fhir.Terminology;

/// <summary>
/// Value sets that stand nowhere, because their address says what they hold (R4 snomedct.html, loinc.html): all codes of a system (<c>http://snomed.info/sct?fhir_vs</c>, so for any system;
/// <c>http://loinc.org/vs</c>), or a concept with all below it (<c>http://snomed.info/sct?fhir_vs=isa/73211009</c>).
/// </summary>
internal static class ImplicitValueSet
{
    private const string Mark = "?fhir_vs";
    private const string IsA = "=isa/";
    private const string Snomed = "http://snomed.info/sct";
    private const string Loinc = "http://loinc.org";

    /// <summary>The value set that an address defines; missing when it defines none.</summary>
    internal static FhirNode Of(string url)
    {
        if (url == $"{Loinc}/vs")
            return All(url, Loinc, null);
        var mark = url.IndexOf(Mark, StringComparison.Ordinal);
        if (mark <= 0)
            return default;
        var (system, rest) = (url[..mark], url[(mark + Mark.Length)..]);
        if (rest.Length == 0)
            return All(url, system, null);
        return rest.StartsWith(IsA, StringComparison.Ordinal) && rest.Length > IsA.Length ? All(url, system, rest[IsA.Length..]) : default;
    }

    private static FhirNode All(string url, string system, string? ancestor)
    {
        var edition = system.StartsWith($"{Snomed}/", StringComparison.Ordinal) ? system : null; // of SNOMED CT, perhaps with its version: both are the version of the one system
        return FhirJson.ParseStored(FhirWriter.Resource("ValueSet", set => set
            .Text("url", url).Text("status", "active")
            .Object("compose", compose => compose.Array("include", include => include.Item(part =>
            {
                part.Text("system", edition is null ? system : Snomed).Text("version", edition);
                if (ancestor is not null)
                    part.Array("filter", filters => filters.Item(filter => filter.Text("property", "concept").Text("op", "is-a").Text("value", ancestor)));
            }))))).Root;
    }
}
