using System.Text;
using Tandem.Fhir.Definitions;
using Tandem.Fhir.Json;

namespace Tandem.Fhir.Validation;

/// <summary>The names a place in a document goes by. Off the hot path: worked out for extensions whose definition limits where they stand.</summary>
internal static class ElementPaths
{
    /// <summary>The paths of the element that an extension hangs on: from its resource, and from each type on the way.</summary>
    internal static IEnumerable<string> OfHolder(FhirNode extension)
    {
        var json = extension.Document;
        var rows = json.Rows;
        var found = new List<string>();
        List<string> steps = [];
        FhirType? type = null;
        for (var at = 0; at < extension.Index; at = Child(rows, at, extension.Index))
        {
            var node = new FhirNode(json, at);
            FhirElement? element = null;
            if (at > 0 && rows[at].NameLength > 0)
            {
                var name = node.Name.TrimStart('_');
                JsonProperty property = default;
                type?.Elements.TryFind(Encoding.UTF8.GetBytes(name), out property);
                element = property.Element;
                steps = [.. steps.Select(step => $"{step}.{element?.Name ?? name}")];
                if (element is not null)
                    steps.Add($"{element.Owner.Name}.{element.Name}");
                if (element?.Name is not ("extension" or "modifierExtension"))
                    found = [.. steps];
                type = property.Type;
            }

            if (node["resourceType"u8].Text is { } resource && R4.Types.Find(resource) is { } named)
            {
                type = named;
                steps = [resource];
                found = [resource];
            }
            else if (type is not null && element is not null)
            {
                steps.Add(type.Name);
            }
        }

        return found;
    }

    private static int Child(TapeRow[] rows, int at, int row)
    {
        var child = at + 1;
        while (rows[child].Next <= row)
            child = rows[child].Next;
        return child;
    }
}
