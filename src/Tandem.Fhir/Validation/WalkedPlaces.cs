using Tandem.Fhir.Json;

namespace Tandem.Fhir.Validation;

/// <summary>
/// Where the ways to extensions went last. The next one goes on from there, as extensions are come to in the order sent: a way of its own for each, past all that stand before it, would take the square
/// of their number.
/// </summary>
internal sealed class WalkedPlaces
{
    private readonly Dictionary<FhirNode, int> children = [];
    private readonly Dictionary<FhirNode, (int Part, int Value)> pairs = [];

    /// <summary>The row of the child of an object or array that a row lies in or is.</summary>
    internal int Child(FhirNode holder, int row)
    {
        var rows = holder.Document.Rows;
        var child = children.TryGetValue(holder, out var last) && last <= row ? last : holder.Index + 1;
        while (rows[child].Next <= row)
            child = rows[child].Next;
        return children[holder] = child;
    }

    /// <summary>The item of an array of values that stands beside one of the array of their parts; missing when there is none.</summary>
    internal FhirNode Beside(FhirNode values, FhirNode parts, FhirNode part)
    {
        var rows = parts.Document.Rows;
        var (at, value) = pairs.TryGetValue(parts, out var last) && last.Part <= part.Index ? last : (parts.Index + 1, values.Index + 1);
        var end = rows[values.Index].Next;
        for (; at < part.Index; at = rows[at].Next)
            value = value < end ? rows[value].Next : value;
        pairs[parts] = (at, value);
        return value < end ? new FhirNode(parts.Document, value) : default;
    }
}
