using System.Text;
using System.Text.Json.Nodes;
using Tandem.Fhir.Definitions;
using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Json;
using Tandem.Fhir.Search;
using Tandem.Fhir.Structure;

namespace Tandem.Record.Questionnaires;

/// <summary>Makes the value of an element's type from an answer or from what an expression gave.</summary>
internal static class ElementValue
{
    /// <summary>The answer as a value of a type, a number with the unit of its item; null where it does not fit.</summary>
    internal static JsonNode? Of(FhirNode answer, FhirType to, FhirNode unit) => (answer.Name, to.Name) switch
    {
        ("valueCoding", "CodeableConcept") => new JsonObject { ["coding"] = new JsonArray(JsonTree.Of(answer)) },
        ("valueCoding", "Coding") or ("valueQuantity", "Quantity" or "Age" or "Count" or "Distance" or "Duration") or ("valueReference", "Reference") or ("valueAttachment", "Attachment") => JsonTree.Of(answer),
        ("valueCoding", "code") => answer["code"u8].Text,
        ("valueCoding", "string") => answer["display"u8].Text ?? answer["code"u8].Text,
        ("valueString", "CodeableConcept") => new JsonObject { ["text"] = answer.Text },
        ("valueString", "string" or "code" or "markdown" or "id") or ("valueUri", "uri" or "url" or "canonical") => Sound(answer.Text, to),
        ("valueBoolean", "boolean") or ("valueInteger", "integer" or "decimal") or ("valueDecimal", "decimal") => JsonTree.Of(answer),
        ("valueInteger", "positiveInt" or "unsignedInt") => PrimitiveText.IsInteger(answer.Raw, to.Primitive) ? JsonTree.Of(answer) : null,
        ("valueDate", "date" or "dateTime") or ("valueDateTime", "dateTime" or "instant") or ("valueTime", "time") => Sound(answer.Text, to),
        ("valueInteger" or "valueDecimal", "Quantity") => Quantity(answer, unit),
        _ => null,
    };

    /// <summary>What an expression gave as a value of a type; null where it does not fit.</summary>
    internal static JsonNode? Of(FhirValue value, FhirType to)
    {
        if (value.Type?.Is(to) == true && value.Node.Exists)
            return JsonTree.Of(value.Node);
        var plain = value.ToSystem();
        return to.Primitive switch
        {
            PrimitiveKind.Boolean => plain.Boolean is { } flag ? (JsonNode?)flag : null,
            PrimitiveKind.Decimal => plain.Number is { } number ? (JsonNode?)number : null,
            PrimitiveKind.Integer or PrimitiveKind.PositiveInt or PrimitiveKind.UnsignedInt =>
                plain.Number is { } whole && PrimitiveText.IsInteger(Encoding.UTF8.GetBytes(plain.Text!), to.Primitive) ? (JsonNode?)whole : null,
            PrimitiveKind.None => Complex(value, plain, to),
            _ => plain.Kind is FhirValueKind.Node or FhirValueKind.Quantity ? null : Sound(plain.Text, to),
        };
    }

    private static JsonObject? Complex(FhirValue value, FhirValue plain, FhirType to) => to.Name switch
    {
        "CodeableConcept" when plain.Kind == FhirValueKind.String => new JsonObject { ["text"] = plain.Text },
        "CodeableConcept" when value.Type?.Name == "Coding" => new JsonObject { ["coding"] = new JsonArray(JsonTree.Of(value.Node)) },
        "Reference" when value.Type is { IsResource: true } of && value.Node["id"u8].Text is { } id => new JsonObject { ["reference"] = $"{of.Name}/{id}" },
        "Quantity" when plain.Quantity is { } quantity => new JsonObject { ["value"] = quantity.Value, ["unit"] = quantity.Code, ["system"] = Ucum.System, ["code"] = quantity.Code },
        _ => null,
    };

    /// <summary>A number with the unit that its item names (the extension questionnaire-unit).</summary>
    internal static JsonObject Quantity(FhirNode number, FhirNode unit)
    {
        var quantity = new JsonObject { ["value"] = JsonTree.Of(number) };
        foreach (var (name, value) in new[] { ("unit", unit["display"u8].Text ?? unit["code"u8].Text), ("system", unit["system"u8].Text), ("code", unit["code"u8].Text) })
        {
            if (value is not null)
                quantity[name] = value;
        }

        return quantity;
    }

    private static JsonNode? Sound(string? text, FhirType to) => text is not null && PrimitiveText.IsValid(Encoding.UTF8.GetBytes(text), to.Primitive) ? text : null;
}
