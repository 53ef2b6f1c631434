using System.Text;
using Tandem.Fhir.Definitions;
using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Json;
using Tandem.Fhir.Structure;

namespace Tandem.Record.Operations;

/// <summary>Items of a result as parts of a Parameters resource: <c>value[x]</c> where R4 has the type there, otherwise JSON in an extension.</summary>
internal static class FhirPathParts
{
    private const string JsonValue = "http://fhir.forms-lab.com/StructureDefinition/json-value";
    private const string ResourcePath = "http://fhir.forms-lab.com/StructureDefinition/resource-path";

    /// <summary>The type behind <c>valueString</c>, <c>valueHumanName</c>; null when there is none.</summary>
    internal static string? TypeOf(string suffix) =>
        R4.Types.Find(suffix) is not null ? suffix
        : suffix.Length > 0 && R4.Types.Find(char.ToLowerInvariant(suffix[0]) + suffix[1..]) is { } primitive ? primitive.Name : null;

    /// <summary>Where an element of the resource stands; null for one beside it (a variable) and for a value that was made.</summary>
    internal static string? PathOf(in FhirValue value, ElementPaths paths) => paths.Of(value.Node.Exists ? value.Node : value.Companion);

    internal static void Write(FhirWriter part, FhirValue value, ElementPaths paths)
    {
        var path = PathOf(value, paths);
        if (value.Kind != FhirValueKind.Node)
        {
            Made(part, value);
            return;
        }

        var name = NameOf(value);
        var asResource = value.Type is { IsResource: true };
        var element = asResource ? null : Element(value);
        part.Array("extension", extensions =>
        {
            if (path is not null)
                extensions.Item(item => item.Text("url", ResourcePath).Text("valueString", path));
            if (!asResource && element is null && value.Node.Exists)
                extensions.Item(item => item.Text("url", JsonValue).Text("valueString", Encoding.UTF8.GetString(value.Node.Raw)));
        });
        part.Text("name", name);
        if (asResource)
            part.Raw("resource", value.Node);
        else if (element is not null && value.Node.Exists)
            part.Raw(element, value.Node);
        if (element is not null && value.Companion.Exists)
            part.Raw("_" + element, value.Companion);
    }

    /// <summary>Backbone elements go by their path, as the lab shows them.</summary>
    private static string NameOf(in FhirValue value) =>
        value.Type is { Kind: TypeKind.Backbone } backbone ? backbone.Name.Replace('.', '#') : value.TypeName;

    /// <summary>The property of a parameter for this type; null where R4 has none.</summary>
    private static string? Element(in FhirValue value) =>
        R4.Types["Parameters.parameter"].Elements["value"] is { } choice && value.Type is { } type && choice.Types.Any(of => of.Type == type) ? choice.JsonName(type) : null;

    private static void Made(FhirWriter part, in FhirValue value)
    {
        switch (value.Kind)
        {
            case FhirValueKind.Boolean:
                part.Text("name", "boolean").Boolean("valueBoolean", value.Boolean);
                break;
            case FhirValueKind.Integer:
                part.Text("name", "integer").Number("valueInteger", value.Number);
                break;
            case FhirValueKind.Decimal:
                part.Text("name", "decimal").Number("valueDecimal", value.Number);
                break;
            case FhirValueKind.String when string.IsNullOrWhiteSpace(value.Text):
                part.Text("name", value.Text!.Length == 0 ? "empty-string" : "string");
                break;
            case FhirValueKind.Quantity:
                var quantity = value.Quantity!;
                part.Text("name", "Quantity").Object("valueQuantity", inner => inner
                    .Number("value", quantity.Value).Text("unit", quantity.Unit).Text("system", "http://unitsofmeasure.org").Text("code", quantity.Code));
                break;
            case FhirValueKind.Date or FhirValueKind.DateTime or FhirValueKind.Time:
                var name = char.ToLowerInvariant(value.TypeName[0]) + value.TypeName[1..];
                part.Text("name", name).Text("value" + value.TypeName, value.Text);
                break;
            default:
                part.Text("name", value.Kind == FhirValueKind.Long ? "integer64" : "string").Text("valueString", value.ToString());
                break;
        }
    }
}
