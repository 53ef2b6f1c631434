using Tandem.Fhir.Json;

namespace Tandem.Fhir.Validation;

/// <summary>What an item of a questionnaire says by extensions of R4 and of Structured Data Capture (SDC 3.0).</summary>
internal static class ItemExtensions
{
    internal const string Core = "http://hl7.org/fhir/StructureDefinition/";
    internal const string Sdc = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-";

    /// <summary>The values of all extensions of an address; those that are only worked out when the form is shown have none.</summary>
    internal static List<FhirNode> AllSaid(this FhirNode holder, string url) => [.. holder["extension"u8].Items.AsEnumerable()
        .Where(extension => extension["url"u8].Text == url).Select(ResponseCheck.ValueOf).Where(value => value.Exists)];

    /// <summary>The value of the first extension of an address; missing when there is none.</summary>
    internal static FhirNode Said(this FhirNode holder, string url) => holder.AllSaid(url).FirstOrDefault();

    /// <summary>As <see cref="AllSaid"/>, as texts.</summary>
    internal static List<string> AllTexts(this FhirNode holder, string url) => [.. holder.AllSaid(url).Select(value => value.Text).OfType<string>()];
}
