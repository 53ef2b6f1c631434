using System.Text;
using Tandem.Fhir.Definitions;
using Tandem.Fhir.Json;

namespace Tandem.Fhir.FhirPath.Model;

/// <summary>
/// Which elements of R4 the values of a document are. Walks down from the outermost value and goes on from the one before: values in the order of the document cost one walk together, each that stands before the last
/// may cost one through all before it. Not thread-safe.
/// </summary>
internal sealed class ElementTrail
{
    private readonly List<Step> steps = [];
    private FhirJson? document;

    /// <param name="Row">Where it stands on the tape.</param>
    /// <param name="Element">Null for a resource, and for nothing that R4 knows.</param>
    /// <param name="Type">Of what lies in it.</param>
    private readonly record struct Step(int Row, FhirElement? Element, FhirType? Type);

    /// <summary>Null when it is a resource, or nothing that R4 knows.</summary>
    internal FhirElement? Of(FhirNode node)
    {
        if (!ReferenceEquals(document, node.Document))
            steps.Clear();
        document = node.Document;
        var rows = document.Rows;
        var row = GoBack(rows, node.Index);
        while (steps.Count == 0 || steps[^1].Row != node.Index)
        {
            while (rows[row].Next <= node.Index)
                row = rows[row].Next;
            steps.Add(Down(new FhirNode(document, row), rows[row]));
            row++;
        }

        return steps[^1].Element;
    }

    /// <summary>Leaves what the value does not lie in.</summary>
    /// <returns>The row of what stands in the last step, at the value or before it.</returns>
    private int GoBack(TapeRow[] rows, int index)
    {
        Step? left = null;
        while (steps is [.., var last] && (last.Row > index || rows[last.Row].Next <= index))
        {
            left = last;
            steps.RemoveAt(steps.Count - 1);
        }

        if (left is { } before && before.Row < index)
            return rows[before.Row].Next;
        return steps is [.., var around] ? around.Row + 1 : 0;
    }

    private Step Down(FhirNode node, TapeRow row)
    {
        var (element, type) = steps is [.., var around] ? (around.Element, around.Type) : default;
        if (steps.Count > 0 && row.NameLength > 0)
        {
            JsonProperty property = default;
            type?.Elements.TryFind(Encoding.UTF8.GetBytes(node.Name.TrimStart('_')), out property);
            (element, type) = (property.Element, property.Type);
        }

        return node["resourceType"u8].Text is { } resource && R4.Types.Find(resource) is { } named ? new(node.Index, null, named) : new(node.Index, element, type);
    }
}
