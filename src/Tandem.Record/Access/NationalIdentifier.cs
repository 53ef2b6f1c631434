using Tandem.Fhir.Json;
using Tandem.Fhir.Search;

namespace Tandem.Record.Access;

/// <summary>
/// Identifiers that a state gives to a person: by their system (US Social Security number, as an address and as an OID), or by their type <c>SS</c> of HL7 v2 table 0203.
/// </summary>
public static class NationalIdentifier
{
    private const string TypeSystem = "http://terminology.hl7.org/CodeSystem/v2-0203";
    private const string TypeCode = "SS";

    private static readonly string[] Systems = ["http://hl7.org/fhir/sid/us-ssn", "urn:oid:2.16.840.1.113883.4.1"];
    private static readonly string TypeKey = Number(new OfTypeOperand(TypeSystem, TypeCode, "").TypeKey);
    private static readonly string SystemKeys = string.Join(", ", Systems.Select(system => Number(StableHash.Of(system))));

    /// <summary>True for such an identifier.</summary>
    public static bool Is(FhirNode node) => node.IsObject
        && (node["system"u8].Text is { } system && Systems.Contains(system, StringComparer.Ordinal)
            || (node["type"u8].IsObject && node["type"u8]["coding"u8].Items.AsEnumerable().Any(coding => coding["code"u8].Is("SS"u8) && coding["system"u8].Text == TypeSystem)));

    /// <summary>False when a text surely has none in it: a look at its bytes alone.</summary>
    internal static bool MayBeIn(ReadOnlySpan<byte> json) =>
        json.IndexOf((byte)'\\') >= 0 || json.IndexOf("us-ssn"u8) >= 0 || json.IndexOf("2.16.840.1.113883.4.1\""u8) >= 0 || json.IndexOf("\"SS\""u8) >= 0;

    /// <summary>As SQL: the row <c>h</c> of the index of tokens, of a parameter that finds identifiers, is of none of them.</summary>
    internal static string NoneIn(string param) =>
        $"h.system <> {Number(SearchValue.OfType)} AND h.system NOT IN ({SystemKeys}) AND "
        + Search.Condition.NotExists("search_tokens k", $"k.param = {param} AND k.rid = h.rid AND k.code = h.code AND k.system = {Number(SearchValue.OfType)} AND k.typed = {TypeKey}");

    private static string Number(long number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
