using System.Text;
using Tandem.Fhir.Definitions;
using Tandem.Fhir.Json;

namespace Tandem.Fhir.FhirPath.Model;

/// <summary>Which element of R4 a value in a document is. Walks down from the outermost value, so off the hot path.</summary>
internal static class DeclaredElement
{
    /// <summary>Null when it is a resource, or nothing that R4 knows.</summary>
    internal static FhirElement? Of(FhirNode node)
    {
        var json = node.Document;
        var rows = json.Rows;
        FhirType? type = null;
        FhirElement? element = null;
        for (var at = 0; ; at = Child(rows, at, node.Index))
        {
            var current = new FhirNode(json, at);
            if (at > 0 && rows[at].NameLength > 0)
            {
                JsonProperty property = default;
                type?.Elements.TryFind(Encoding.UTF8.GetBytes(current.Name.TrimStart('_')), out property);
                (element, type) = (property.Element, property.Type);
            }

            if (current["resourceType"u8].Text is { } resource && R4.Types.Find(resource) is { } named)
                (element, type) = (null, named);
            if (at == node.Index)
                return element;
        }
    }

    private static int Child(TapeRow[] rows, int at, int row)
    {
        var child = at + 1;
        while (rows[child].Next <= row)
            child = rows[child].Next;
        return child;
    }
}
