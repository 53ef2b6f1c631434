using System.Globalization;
using System.Text;
using Tandem.Fhir.Json;

namespace Tandem.Fhir.Structure;

/// <summary>The path of an element as FHIRPath: <c>Patient.name[0].given[1]</c>; a choice goes by its element's name. Off the hot path.</summary>
public static class ElementPath
{
    /// <summary>From a resource down to a value inside of it.</summary>
    public static string Of(FhirNode resource, FhirNode element) => Of(resource.Document, resource.Index, element.Index);

    /// <summary>True when an element lies within a resource; not when it only came in the same text.</summary>
    public static bool Has(FhirNode resource, FhirNode element) =>
        ReferenceEquals(resource.Document, element.Document) && element.Index >= resource.Index && element.Index < resource.Document.Rows[resource.Index].Next;

    internal static string Of(FhirJson json, int root, int row)
    {
        var rows = json.Rows;
        var path = new StringBuilder(new FhirNode(json, root)["resourceType"u8] is { Kind: JsonKind.String } type ? type.Text! : "Resource");
        for (var at = root; at != row;)
        {
            var (child, index) = (at + 1, 0);
            for (; rows[child].Next <= row; child = rows[child].Next)
                index++;
            if (rows[at].Kind == JsonKind.Array)
                path.Append(CultureInfo.InvariantCulture, $"[{index}]");
            else
                path.Append('.').Append(Name(json, root, at, child));
            at = child;
        }

        return path.ToString();
    }

    /// <summary>Names that no type has are taken as sent, those of primitives' parts without the underscore.</summary>
    private static string Name(FhirJson json, int root, int owner, int row)
    {
        var name = new FhirNode(json, row).Name;
        var plain = name.StartsWith('_') ? name[1..] : name;
        return TypeWalk.TypeOf(json, root, owner) is { } type && type.Elements.TryFind(Encoding.UTF8.GetBytes(plain), out var property)
            ? property.Element.Name
            : plain;
    }
}
