using Tandem.Fhir.Json;

namespace Tandem.Fhir.Validation;

/// <summary>
/// The vital signs that R4 knows by their LOINC codes: an observation with one of them keeps to the profile of that sign, whether it claims it or not
/// (R4 observation-vitalsigns.html). What a profile misses is a warning here where nobody claimed it, since a measurement is worth more than its form.
/// </summary>
internal static class VitalSigns
{
    private const string Profiles = "http://hl7.org/fhir/StructureDefinition/";

    private static readonly Dictionary<string, string> ByLoinc = new(StringComparer.Ordinal)
    {
        ["85353-1"] = "vitalspanel",
        ["9279-1"] = "resprate",
        ["8867-4"] = "heartrate",
        ["2708-6"] = "oxygensat",
        ["8310-5"] = "bodytemp",
        ["8302-2"] = "bodyheight",
        ["9843-4"] = "headcircum",
        ["29463-7"] = "bodyweight",
        ["39156-5"] = "bmi",
        ["85354-9"] = "bp",
    };

    /// <summary>The profiles of the signs that an observation is of.</summary>
    internal static HashSet<string> ProfilesOf(FhirNode observation)
    {
        var profiles = new HashSet<string>(StringComparer.Ordinal);
        foreach (var coding in observation["code"u8]["coding"u8].Items)
        {
            if (coding["system"u8].Is("http://loinc.org"u8) && ByLoinc.TryGetValue(coding["code"u8].Text ?? "", out var sign))
                profiles.Add(Profiles + sign);
        }

        return profiles;
    }
}
