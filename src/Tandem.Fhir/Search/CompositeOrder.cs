using Tandem.Fhir.Definitions;

namespace Tandem.Fhir.Search;

/// <summary>
/// In which order the index keeps the parts of a composite: first one that is found as a whole (a token, a reference, an address), then one of any kind, then a
/// number or a date. The composites of the specification have that order already.
/// </summary>
public static class CompositeOrder
{
    /// <param name="types">The types of the parts in the order of a query.</param>
    /// <returns>The numbers of the parts in the order of the index; null when the index cannot keep these parts.</returns>
    public static IReadOnlyList<int>? Of(IReadOnlyList<SearchType> types)
    {
        var first = At(types, [], SearchType.Token, SearchType.Reference, SearchType.Uri);
        if (first < 0 || types.Count is not (2 or 3))
            return null;
        if (types.Count == 2)
            return [first, 1 - first];
        var last = At(types, [first], SearchType.Number, SearchType.Date);
        return last < 0 ? null : [first, 3 - first - last, last];
    }

    private static int At(IReadOnlyList<SearchType> types, ReadOnlySpan<int> taken, params ReadOnlySpan<SearchType> wanted)
    {
        for (var at = 0; at < types.Count; at++)
        {
            if (wanted.Contains(types[at]) && !taken.Contains(at))
                return at;
        }

        return -1;
    }
}
