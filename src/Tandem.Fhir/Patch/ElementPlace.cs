using Tandem.Fhir.Definitions;
using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Json;
using Tandem.Fhir.Structure;

namespace Tandem.Fhir.Patch;

/// <summary>Where an element that an expression gave stands: the objects from the root down to its owner, its name, and its number in the list.</summary>
/// <param name="Owners">From the resource down to the object that has the element; the last is its owner.</param>
/// <param name="OwnerType">The owner's type, when it is known.</param>
/// <param name="Name">The JSON property's name, without the underscore of a companion; empty for the resource itself.</param>
/// <param name="Position">0-based; 0 for a single element.</param>
internal sealed record ElementPlace(IReadOnlyList<(JsonTree Object, string Name, int Position)> Owners, FhirType? OwnerType, string Name, int Position)
{
    internal JsonTree Owner => Owners[^1].Object;

    internal FhirElement? Element => ElementName.Find(OwnerType, Name);

    internal ElementValues Values => ElementValues.Of(Owner, Name, Element?.IsList ?? false);

    /// <summary>Finds the place of a value of the document that <paramref name="root"/> was made of; null when it lies in another.</summary>
    internal static ElementPlace? Of(FhirValue value, FhirNode resource, JsonTree root)
    {
        var node = value.Node.Exists ? value.Node : value.Companion;
        if (!node.Exists || !ReferenceEquals(node.Document, resource.Document))
            return null;
        var json = resource.Document;
        var owners = new List<(JsonTree, string, int)>();
        var (tree, at, ownerAt, name, position) = (root, resource.Index, resource.Index, "", 0);
        while (at != node.Index)
        {
            if (json.Rows[at].Kind == JsonKind.Object)
            {
                owners.Add((tree, name, position));
                ownerAt = at;
            }

            var (child, number) = Toward(json, at, node.Index);
            if (json.Rows[at].Kind == JsonKind.Object)
                (name, position) = (new FhirNode(json, child).Name, 0);
            else
                position = number;
            tree = json.Rows[at].Kind == JsonKind.Object ? tree.Find(name)! : tree.Items[number];
            at = child;
        }

        if (owners.Count == 0)
            return new([(root, "", 0)], null, "", 0);
        return new(owners, TypeWalk.TypeOf(json, resource.Index, ownerAt), name.TrimStart('_'), position);
    }

    /// <summary>Takes away the owners that have nothing left, from the innermost: FHIR knows no empty objects (R4 2.6.2).</summary>
    internal void Prune()
    {
        for (var i = Owners.Count - 1; i > 0 && Owners[i].Object.Members.Count == 0; i--)
        {
            var (name, position) = (Owners[i].Name, Owners[i].Position);
            var values = ElementValues.Of(Owners[i - 1].Object, name.TrimStart('_'), isList: false);
            if (name.StartsWith('_'))
                values.Items[position] = (values.Items[position].Value, null);
            if (!name.StartsWith('_') || values.Items[position].Value is null)
                values.Items.RemoveAt(position);
            values.Keep();
        }
    }

    private static (int Row, int Number) Toward(FhirJson json, int at, int target)
    {
        var (child, number) = (at + 1, 0);
        while (json.Rows[child].Next <= target)
            (child, number) = (json.Rows[child].Next, number + 1);
        return (child, number);
    }
}
