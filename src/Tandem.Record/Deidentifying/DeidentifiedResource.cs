using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Tandem.Fhir.Definitions;
using Tandem.Fhir.Json;

namespace Tandem.Record.Deidentifying;

/// <summary>
/// A resource without what tells whose it is. Made anew from what is known to tell nothing, by the types of R4: whatever is not named here is left out. Ids are hashed with a secret, alike within one export.
/// What comes out may lack what R4 makes mandatory.
/// </summary>
/// <param name="secret">Of this export alone; nobody keeps it.</param>
/// <param name="thisYear">The year of the export.</param>
internal sealed class DeidentifiedResource(byte[] secret, int thisYear)
{
    /// <summary>The extension on a Patient of 90 years or more.</summary>
    internal const string NinetyOrOver = "https://tandem.example/fhir/StructureDefinition/age-90-or-over";

    /// <summary>Left out wherever they stand, although of a type that could stay.</summary>
    private static readonly HashSet<string> Never = new(StringComparer.Ordinal) { "contact", "link", "communication", "generalPractitioner", "managingOrganization", "identifier", "instantiatesCanonical" };

    private static readonly HashSet<string> Amounts = new(StringComparer.Ordinal) { "Quantity", "SimpleQuantity", "Age", "Count", "Distance", "Duration" };

    private static readonly HashSet<string> Walked = new(StringComparer.Ordinal) { "CodeableConcept", "Period", "Range", "Ratio", "Timing", "Dosage" };

    /// <summary>Ranges of a person's age; those of type Age are known by their type.</summary>
    private static readonly HashSet<string> TimesOfLife = new(StringComparer.Ordinal) { "onsetRange", "abatementRange", "performedRange", "age" };

    /// <summary>The id that stands for another in this export.</summary>
    internal string IdOf(string type, string id) => Convert.ToHexStringLower(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes($"{type}/{id}"))[..16]);

    /// <summary>The resource as one line of JSON.</summary>
    internal string Of(string type, string id, FhirNode resource)
    {
        var made = Walk(resource, R4.Types[type]) ?? [];
        if (type == "Patient")
            AddPatient(resource, made);
        var whole = new JsonObject { ["resourceType"] = type, ["id"] = IdOf(type, id) };
        foreach (var (name, value) in made.ToList())
        {
            made.Remove(name);
            whole[name] = value;
        }

        return whole.ToJsonString();
    }

    private void AddPatient(FhirNode patient, JsonObject made)
    {
        if (patient["birthDate"u8].Text is { Length: >= 4 } born && int.TryParse(born.AsSpan(0, 4), NumberStyles.None, CultureInfo.InvariantCulture, out var year) && thisYear - year > SafeHarbor.MostAge)
            made["extension"] = new JsonArray(new JsonObject { ["url"] = NinetyOrOver, ["valueBoolean"] = true });
        var places = new JsonArray();
        foreach (var address in patient["address"u8].Items)
        {
            var place = new JsonObject();
            if (SafeHarbor.State(address["state"u8].Text) is { } state)
                place["state"] = state;
            if (address["country"u8].Text is null or "US" or "USA" && SafeHarbor.Zip3(address["postalCode"u8].Text) is { } zip)
                place["postalCode"] = zip;
            if (place.Count > 0)
                places.Add(place);
        }

        if (places.Count > 0)
            made["address"] = places;
    }

    private JsonObject? Walk(FhirNode node, FhirType type)
    {
        var made = new JsonObject();
        var isAge = node["code"u8]["coding"u8].Items.AsEnumerable().Any(coding => SafeHarbor.IsAge(coding["code"u8].Text)); // an Observation, or a part of one
        foreach (var member in node.Properties)
        {
            if (Never.Contains(member.Name) || !type.Elements.TryFind(member.NameUtf8, out var property) || Values(member, property) is not { } value)
                continue;
            var isYears = property.Type.Name == "Age" || TimesOfLife.Contains(member.Name) || (isAge && member.Name.StartsWith("value", StringComparison.Ordinal));
            if (!isYears || !IsOverInYears(value))
                made[member.Name] = value;
        }

        return made.Count > 0 ? made : null;
    }

    private JsonNode? Values(FhirNode member, JsonProperty property)
    {
        if (member.Kind != JsonKind.Array)
            return Value(member, property);
        var made = new JsonArray();
        foreach (var item in member.Items)
        {
            if (Value(item, property) is { } value)
                made.Add(value);
        }

        return made.Count > 0 ? made : null;
    }

    private JsonNode? Value(FhirNode node, JsonProperty property) => property.Type switch
    {
        { IsPrimitive: true } primitive => Primitive(node, primitive.Primitive, property.Element),
        { Kind: TypeKind.Backbone } part => Walk(node, part),
        { Name: "Coding" } => Coding(node),
        { Name: "Reference" } => Reference(node),
        { Name: var name } when Amounts.Contains(name) => Amount(node),
        { Name: var name } known when Walked.Contains(name) => Walk(node, known),
        _ => null,
    };

    private JsonNode? Primitive(FhirNode node, PrimitiveKind kind, FhirElement element) => kind switch
    {
        PrimitiveKind.Boolean when node.Boolean is { } value => value,
        PrimitiveKind.Decimal or PrimitiveKind.Integer or PrimitiveKind.PositiveInt or PrimitiveKind.UnsignedInt when node.Number is { } number => number,
        PrimitiveKind.Date or PrimitiveKind.DateTime or PrimitiveKind.Instant when SafeHarbor.Year(node.Text, thisYear) is { } year => year,
        PrimitiveKind.Code when element.Codes is not null && node.Text is { } code => code,
        _ => null,
    };

    private static JsonObject? Coding(FhirNode node) => SafeHarbor.IsPublic(node["system"u8].Text, node["code"u8].Text)
        ? new JsonObject { ["system"] = node["system"u8].Text, ["code"] = node["code"u8].Text }
        : null;

    private JsonObject? Reference(FhirNode node) =>
        node["reference"u8].Text?.Split('/') is [var type, var id, ..] && SafeHarbor.Types.Contains(type) ? new JsonObject { ["reference"] = $"{type}/{IdOf(type, id)}" } : null;

    /// <summary>An amount in a unit of UCUM, or without any; one in a unit that is only written is left out.</summary>
    private static JsonObject? Amount(FhirNode node)
    {
        var (value, unit) = (node["value"u8].Number, node["code"u8].Text);
        var isPublic = SafeHarbor.IsPublic(node["system"u8].Text, unit);
        if (value is not { } number || (!isPublic && node["unit"u8].Exists) || SafeHarbor.IsOver(number, unit))
            return null;
        var made = new JsonObject { ["value"] = number };
        if (node["comparator"u8].Text is "<" or "<=" or ">" or ">=")
            made["comparator"] = node["comparator"u8].Text;
        if (isPublic)
            (made["system"], made["code"]) = (node["system"u8].Text, unit);
        return made;
    }

    /// <summary>True for more than 89 without a unit, which is years where an age stands; also as the end of a range. What has a unit was looked at before.</summary>
    private static bool IsOverInYears(JsonNode? value) => value switch
    {
        JsonValue number when number.TryGetValue<decimal>(out var years) => years > SafeHarbor.MostAge,
        JsonObject amount when amount["value"] is { } number => amount["code"] is null && IsOverInYears(number),
        JsonObject range => range.Any(end => end.Value is JsonObject && IsOverInYears(end.Value)),
        _ => false,
    };
}
