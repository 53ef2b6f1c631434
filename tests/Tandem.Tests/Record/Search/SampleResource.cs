using System.Globalization;
using System.Text;
using Tandem.Fhir.Definitions;
using Tandem.Fhir.Json;

namespace Tandem.Tests.Record.Search;

/// <summary>A resource of any type with a value in each of its elements, made from the definitions: for searches, not for sense.</summary>
internal sealed class SampleResource(int variant)
{
    private int variant = variant;
    private int[] others = [];
    private const int Deepest = 6;

    private static readonly HashSet<string> Without = new(StringComparer.Ordinal) { "contained", "extension", "modifierExtension", "text", "comparator", "implicitRules", "resource", "_id" };

    private readonly StringBuilder json = new();
    private readonly List<FhirType> path = [];

    /// <summary>Two repetitions of everything that repeats, with the values of two variants.</summary>
    internal static FhirNode Pairs(string type, int first, int second)
    {
        var sample = new SampleResource(first) { others = [first, second] };
        sample.Complex(R4.Types[type], $"\"resourceType\":\"{type}\"");
        return FhirJson.ParseStored(Encoding.UTF8.GetBytes(sample.json.ToString())).Root;
    }

    /// <summary>Another variant has other values in the same elements, and other types where an element has a choice.</summary>
    internal static FhirNode Of(string type, int variant)
    {
        var sample = new SampleResource(variant);
        sample.Complex(R4.Types[type], $"\"resourceType\":\"{type}\"");
        return FhirJson.ParseStored(Encoding.UTF8.GetBytes(sample.json.ToString())).Root;
    }

    private void Complex(FhirType type, string first)
    {
        path.Add(type);
        json.Append('{').Append(first);
        foreach (var element in type.Elements)
        {
            if (Without.Contains(element.Name) || (element.Name == "id") || element.Types.Count == 0)
                continue;
            var of = element.Types[variant % element.Types.Count];
            if (path.Contains(of.Type) || path.Count >= Deepest || of.Type.Kind == TypeKind.Abstract || of.Type.Name is "Narrative" or "Extension" or "Resource")
                continue;
            json.Append(json[^1] == '{' ? "" : ",").Append('"').Append(element.JsonName(of.Type)).Append("\":").Append(element.IsList ? "[" : "");
            Repeated(type, element, of);
            json.Append(element.IsList ? "]" : "");
        }

        json.Append('}');
        path.RemoveAt(path.Count - 1);
    }

    /// <summary>All repetitions of an element; of one that does not repeat its one value.</summary>
    private void Repeated(FhirType type, FhirElement element, ElementType of)
    {
        var before = variant;
        foreach (var one in element.IsList && others.Length > 0 && path.Count < 3 ? others : [variant])
        {
            variant = one;
            foreach (var system in type.Name != "ContactPoint" && of.Type.Name == "ContactPoint" && element.IsList ? new[] { "phone", "email" } : [""])
            {
                json.Append(json[^1] is '[' or ':' ? "" : ",");
                Value(element, of, system);
            }
        }

        variant = before;
    }

    private void Value(FhirElement element, ElementType of, string system)
    {
        if (of.Type.Name == "ContactPoint" && system.Length > 0)
            json.Append(CultureInfo.InvariantCulture, $$"""{"system":"{{system}}","value":"{{system}}-{{variant}}"}""");
        else if (of.Type.Name == "Reference")
            json.Append(CultureInfo.InvariantCulture, $$"""{"reference":"{{(of.Targets.Count == 0 ? "Patient" : of.Targets[variant % of.Targets.Count])}}/to{{variant}}"}""");
        else if (of.Type.IsPrimitive)
            json.Append(Primitive(element, of.Type));
        else
            Complex(of.Type, "");
    }

    private string Primitive(FhirElement element, FhirType type)
    {
        var high = element.Name is "high" or "upperLimit" or "end" ? 1 : 0;
        return type.Primitive switch
        {
            PrimitiveKind.Boolean => variant % 2 == 0 ? "true" : "false",
            PrimitiveKind.Decimal => string.Create(CultureInfo.InvariantCulture, $"{variant + (100 * high)}.5"),
            PrimitiveKind.Integer or PrimitiveKind.PositiveInt or PrimitiveKind.UnsignedInt => string.Create(CultureInfo.InvariantCulture, $"{(variant * 7) + 3}"),
            PrimitiveKind.Date => $"\"20{20 + variant + high}-03-0{variant + 1}\"",
            PrimitiveKind.DateTime or PrimitiveKind.Instant => $"\"20{20 + variant + high}-03-0{variant + 1}T10:00:00Z\"",
            PrimitiveKind.Time => "\"10:00:00\"",
            PrimitiveKind.Uri or PrimitiveKind.Url or PrimitiveKind.Canonical or PrimitiveKind.Oid or PrimitiveKind.Uuid => $"\"http://example.org/{element.Name}/{variant}\"",
            PrimitiveKind.Code when element.Codes?.Codes.ToList() is { Count: > 0 } codes => $"\"{codes[variant % codes.Count].Code}\"",
            PrimitiveKind.Code or PrimitiveKind.Id => $"\"c{variant}\"",
            _ => $"\"Añb {element.Name}{variant}\"",
        };
    }
}
