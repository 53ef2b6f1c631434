using Tandem.Fhir.Definitions;
using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Json;

namespace Tandem.Fhir.Patch;

/// <summary>Insert and move: the path names a whole list, also one that is still empty.</summary>
internal sealed class ListChange(PatchStep step, FhirNode resource, JsonTree root)
{
    private readonly PatchStep step = step;

    /// <summary>Null, or why it cannot be done.</summary>
    internal string? Apply(IReadOnlyList<FhirValue> found)
    {
        var reason = found.Count > 0 ? Of(found, out var values, out var element) : Empty(out values, out element);
        if (reason is not null)
            return reason;
        return step.Type == "insert" ? Insert(values!, element) : Move(values!);
    }

    private string? Insert(ElementValues values, FhirElement? element)
    {
        if (step.Index > values.Items.Count)
            return $"index is {step.Index}, but the list has {values.Items.Count} items.";
        if (PatchValue.Read(step.Value, element is { Types: [var only] } ? only.Type : null) is not { } value)
            return "The value cannot be read: one value[x], a resource, or parts that the element has.";
        values.Items.Insert(step.Index, (value.Value, value.Companion));
        values.Keep();
        return null;
    }

    private string? Move(ElementValues values)
    {
        if (step.Source >= values.Items.Count || step.Destination >= values.Items.Count)
            return $"source or destination lies beyond the list of {values.Items.Count} items.";
        var item = values.Items[step.Source];
        values.Items.RemoveAt(step.Source);
        values.Items.Insert(step.Destination, item);
        values.Keep();
        return null;
    }

    /// <summary>The list that all found elements are the items of.</summary>
    private string? Of(IReadOnlyList<FhirValue> found, out ElementValues? values, out FhirElement? element)
    {
        (values, element) = (null, null);
        if (ElementPlace.Of(found[0], resource, root) is not { Name.Length: > 0 } place)
            return "path gives no list of the resource.";
        (values, element) = (place.Values, place.Element);
        if (!values.IsList)
            return "path gives a single element and no list.";
        return found.Count == values.Items.Count && found.All(item => Same(ElementPlace.Of(item, resource, root), place))
            ? null : "path gives something else than one whole list.";
    }

    private static bool Same(ElementPlace? other, ElementPlace place) =>
        other is not null && ReferenceEquals(other.Owner, place.Owner) && other.Name == place.Name;

    /// <summary>A list without items: its owner is found by the path without its last name.</summary>
    private string? Empty(out ElementValues? values, out FhirElement? element)
    {
        (values, element) = (null, null);
        var text = step.Path.Text.TrimEnd();
        var dot = text.LastIndexOf('.');
        var name = text[(dot + 1)..].Trim('`');
        if (dot < 0 || !name.All(char.IsAsciiLetterOrDigit) || FhirPathExpression.Compile(text[..dot], out _) is not { } owners
            || !owners.TryEvaluate(new FhirPathContext(resource), out var found, out _) || found.Count != 1)
            return "path finds nothing.";
        element = ElementName.Find(found[0].Type, name);
        if (element is not { IsList: true } || found[0].Type is { IsPrimitive: true } || !found[0].Node.IsObject)
            return "path finds nothing, and no list that could be there.";
        var place = ElementPlace.Of(found[0], resource, root);
        if (place is null)
            return "path finds nothing.";
        var owner = place.Name.Length == 0 ? place.Owner : place.Values.Items[place.Position].Value!;
        values = ElementValues.Of(owner, element.Name, isList: true);
        return null;
    }
}
