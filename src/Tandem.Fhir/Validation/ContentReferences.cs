using Tandem.Fhir.Definitions;

namespace Tandem.Fhir.Validation;

/// <summary>
/// Brings what a profile says of an element to those that R4 defines by reference to it (ElementDefinition.contentReference): items within items, sections within sections, parts of
/// parameters. R4 has all rules brought across but how often the element itself stands.
/// </summary>
internal static class ContentReferences
{
    internal static void Bring(ProfileNode node)
    {
        if (node.Only is { IsResource: true } type)
            Below(node, type, node);
        foreach (var child in node.Children)
            Bring(child);
        foreach (var slice in node.Slices)
            Bring(slice);
    }

    private static void Below(ProfileNode node, FhirType type, ProfileNode resource)
    {
        foreach (var element in type.Elements)
        {
            if (element.Types is not [{ Type: { Kind: TypeKind.Backbone } of }])
                continue;
            var known = node.Children.Find(child => child.Name == element.Name);
            if (of.Name != $"{type.Name}.{element.Name}")
            {
                if (At(resource, of.Name) is { } defined && (defined.Children.Count > 0 || defined.Rules.Count > 0))
                    (known ?? node.Child(element.Name)).Defined = defined;
                continue;
            }

            var child = known ?? node.Child(element.Name);
            child.Only ??= of;
            Below(child, of, resource);
            if (known is null && child.Children.Count == 0)
                node.Children.Remove(child);
        }
    }

    /// <summary>The element of a path such as <c>Questionnaire.item</c>; null where the profile says nothing of it.</summary>
    private static ProfileNode? At(ProfileNode resource, string path)
    {
        var node = resource;
        foreach (var step in path.Split('.').Skip(1))
            node = node?.Children.Find(child => child.Name == step);
        return node;
    }
}
