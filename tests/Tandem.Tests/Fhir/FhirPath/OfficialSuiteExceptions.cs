namespace Tandem.Tests.Fhir.FhirPath;

/// <summary>The official cases that are not met, each with the reason.</summary>
internal static class OfficialSuiteExceptions
{
    private const string Outwards =
        "Expects 0.0 as the upper boundary of 0.0034, which lies below the number itself; every other case rounds outwards (12.587 to two digits: 12.58 and 12.59), and HL7's own fhirpath.js 5.2.2 gives 0.1 and -0.1 as well.";

    internal static readonly Dictionary<string, string> Reasons = new()
    {
        ["LowBoundaryDecimal15"] = Outwards,
        ["HighBoundaryDecimal15"] = Outwards,
        ["HighBoundaryDecimal16"] = Outwards,
    };
}
