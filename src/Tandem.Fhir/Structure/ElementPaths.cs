using Tandem.Fhir.Json;

namespace Tandem.Fhir.Structure;

/// <summary>The paths of many elements of one resource, as <see cref="ElementPath"/> has them: its lists are counted once. Not thread-safe.</summary>
/// <param name="resource">The resource.</param>
public sealed class ElementPaths(FhirNode resource)
{
    private readonly Dictionary<int, int[]> lists = [];

    /// <summary>From the resource down to an element; null for one that does not lie in it.</summary>
    public string? Of(FhirNode element) =>
        element.Exists && ElementPath.Has(resource, element) ? ElementPath.Of(resource.Document, resource.Index, element.Index, Child) : null;

    private (int Row, int Number) Child(int at, int within)
    {
        var rows = resource.Document.Rows;
        if (rows[at].Kind != JsonKind.Array)
            return ElementPath.Child(rows, at, within);
        if (!lists.TryGetValue(at, out var items))
            lists[at] = items = [.. new FhirNode(resource.Document, at).Items.AsEnumerable().Select(item => item.Index)];
        var found = Array.BinarySearch(items, within);
        var number = found < 0 ? ~found - 1 : found; // the last item that begins before what is within it
        return (items[number], number);
    }
}
