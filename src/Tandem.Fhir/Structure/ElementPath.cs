using System.Globalization;
using System.Text;
using Tandem.Fhir.Definitions;
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

    internal static string Of(FhirJson json, int root, int row) => Of(json, root, row, (at, within) => Child(json.Rows, at, within));

    /// <param name="json">The document.</param>
    /// <param name="root">The resource.</param>
    /// <param name="row">The element.</param>
    /// <param name="child">Finds the child of the first row that has the second, and its number.</param>
    internal static string Of(FhirJson json, int root, int row, Func<int, int, (int Row, int Number)> child)
    {
        var path = new StringBuilder(new FhirNode(json, root)["resourceType"u8] is { Kind: JsonKind.String } name ? name.Text! : "Resource");
        var type = TypeWalk.Step(json, root, null, root);
        for (var at = root; at != row;)
        {
            var (next, number) = child(at, row);
            if (json.Rows[at].Kind == JsonKind.Array)
                path.Append(CultureInfo.InvariantCulture, $"[{number}]");
            else
                path.Append('.').Append(Name(json, type, next));
            type = TypeWalk.Step(json, root, type, next);
            at = next;
        }

        return path.ToString();
    }

    internal static (int Row, int Number) Child(TapeRow[] rows, int at, int within)
    {
        var (child, number) = (at + 1, 0);
        for (; rows[child].Next <= within; child = rows[child].Next)
            number++;
        return (child, number);
    }

    /// <summary>Names that no type has are taken as sent, those of primitives' parts without the underscore.</summary>
    private static string Name(FhirJson json, FhirType? owner, int row)
    {
        var name = new FhirNode(json, row).Name;
        var plain = name.StartsWith('_') ? name[1..] : name;
        return owner is not null && owner.Elements.TryFind(Encoding.UTF8.GetBytes(plain), out var property)
            ? property.Element.Name
            : plain;
    }
}
