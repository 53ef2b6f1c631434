using Tandem.Fhir.Terminology;

namespace Tandem.Fhir.Validation;

/// <summary>The properties of concepts that have a meaning in every code system, and the types of their values (R4 4.8.9 and HL7's later additions to that list).</summary>
internal static class ConceptProperties
{
    private const string Addresses = "http://hl7.org/fhir/concept-properties#";

    private static readonly Dictionary<string, string> Types = new(StringComparer.Ordinal)
    {
        ["inactive"] = "boolean", ["deprecated"] = "dateTime", ["notSelectable"] = "boolean", ["parent"] = "code", ["child"] = "code",
        ["status"] = "code", ["effectiveDate"] = "dateTime", ["deprecationDate"] = "dateTime", ["retirementDate"] = "dateTime",
        ["partOf"] = "code", ["synonym"] = "code", ["comment"] = "string", ["itemWeight"] = "decimal",
    };

    /// <summary>What the values of a standard property are, by its address; null for any other.</summary>
    internal static string? TypeOf(string address) => address.StartsWith(Addresses, StringComparison.Ordinal) ? Types.GetValueOrDefault(address[Addresses.Length..]) : null;

    /// <summary>True where a code is the name of another standard property than the one of this address.</summary>
    internal static bool IsOther(string code, string address) => TypeOf(address) is not null && Types.ContainsKey(code) && address != Addresses + code;

    /// <summary>What the values of a property are in a code system: as it declares them, else as everywhere; null where nobody says.</summary>
    internal static string? TypeIn(CodeSystem system, string property)
    {
        foreach (var declared in system.Resource["property"u8].Items)
        {
            if (declared["code"u8].Text == property)
                return declared["type"u8].Text;
        }

        return Types.GetValueOrDefault(property);
    }
}
