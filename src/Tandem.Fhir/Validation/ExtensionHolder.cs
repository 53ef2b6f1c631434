using System.Text;
using Tandem.Fhir.Definitions;
using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Json;

namespace Tandem.Fhir.Validation;

/// <summary>What an extension stands on, and the way to it from its resource. Off the hot path: worked out for extensions whose definition limits where they stand.</summary>
internal sealed class ExtensionHolder
{
    private readonly List<Step> way = [];

    /// <param name="resource">The resource that the extension lies in.</param>
    /// <param name="extension">The extension.</param>
    /// <param name="walked">The ways to other extensions.</param>
    internal ExtensionHolder(FhirNode resource, FhirNode extension, WalkedPlaces walked)
    {
        Resource = resource;
        way.Add(new(FhirValue.Of(resource), ""));
        var (rows, parent, known, name) = (resource.Document.Rows, resource, default(JsonProperty), "");
        for (var node = Next(resource); node.Index < extension.Index; node = Next(node))
        {
            if (rows[node.Index].NameLength > 0)
            {
                name = node.Name;
                known = default;
                way[^1].Value.Type?.Elements.TryFind(Encoding.UTF8.GetBytes(name.TrimStart('_')), out known);
            }

            if (!node.IsObject)
                continue;
            var value = name.StartsWith('_') ? FhirValue.Element(Beside(parent, name, node, walked), node, known.Type) : FhirValue.Element(node, default, known.Type);
            way.Add(new(value, known.Element?.Name ?? name));
            parent = node;
        }

        FhirNode Next(FhirNode from) => new(from.Document, walked.Child(from, extension.Index));
    }

    /// <summary>One element on the way.</summary>
    /// <param name="Value">The element.</param>
    /// <param name="Name">Its name, without <c>[x]</c>; empty for the resource.</param>
    internal readonly record struct Step(FhirValue Value, string Name);

    internal FhirNode Resource { get; }

    /// <summary>The element that has the extension.</summary>
    internal FhirValue Value => way[^1].Value;

    /// <summary>The addresses of the extensions within each other that the holder is, or is the value of; outermost first.</summary>
    internal List<string> Extensions
    {
        get
        {
            var last = way.Count - 1;
            if (way[last] is { Name: "value" } && last > 0)
                last--;
            var urls = new List<string>();
            for (; way[last].Value.Type is { Name: "Extension" }; last--)
                urls.Insert(0, way[last].Value.Node["url"u8].Text ?? "");
            return urls;
        }
    }

    /// <summary>True for every name the holder goes by: its types, and its path from its resource and from each type on the way.</summary>
    internal bool IsCalled(string name)
    {
        var path = "";
        for (var at = way.Count - 1; at >= 0; at--)
        {
            for (var type = way[at].Value.Type; type is not null; type = type.Parent)
            {
                if (type.Name + path == name || (IsCanonical(type) && (name == "CanonicalResource" + path || name == "MetadataResource" + path)))
                    return true;
            }

            path = $".{way[at].Name}{path}";
        }

        return false;
    }

    /// <summary>What later versions call a CanonicalResource or MetadataResource: a definition with an address. Extensions for R4 use those names too.</summary>
    private static bool IsCanonical(FhirType type) => type.IsResource && type.Elements.Find("url") is not null && type.Elements.Find("useContext") is not null;

    /// <summary>The way from the nearest element of a type; null where there is none.</summary>
    internal List<Step>? From(string type) => way.FindLastIndex(step => step.Value.Type?.Name == type) is var at and >= 0 ? way[at..] : null;

    /// <summary>The value beside a primitive's parts; missing when there is none.</summary>
    private static FhirNode Beside(FhirNode parent, string name, FhirNode companion, WalkedPlaces walked)
    {
        var values = parent[name[1..]];
        return values.Kind == JsonKind.Array && parent[name] is { Kind: JsonKind.Array } parts ? walked.Beside(values, parts, companion) : values;
    }
}
