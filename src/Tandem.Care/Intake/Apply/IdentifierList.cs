using Tandem.Fhir.Json;

namespace Tandem.Care.Intake;

/// <summary>Lists of identifiers: each system and value once, in the order of their texts so that the order of arrival leaves no trace.</summary>
internal static class IdentifierList
{
    /// <summary>Both lists; of one identifier in both the one that was said later.</summary>
    internal static ReadOnlyMemory<byte> Union(Said a, Said b)
    {
        var (older, newer) = b.At >= a.At ? (a, b) : (b, a);
        var byKey = new SortedDictionary<(string, string), ReadOnlyMemory<byte>>();
        foreach (var list in new[] { older, newer })
        {
            foreach (var item in JsonList.Items(list.Json))
                byKey[Key(item)] = item.RawMemory;
        }

        return JsonList.Of(byKey.Values);
    }

    private static (string System, string Value) Key(FhirNode identifier) => (identifier["system"u8].Text ?? "", identifier["value"u8].Text ?? "");
}

/// <summary>JSON arrays as bytes.</summary>
internal static class JsonList
{
    internal static IEnumerable<FhirNode> Items(ReadOnlyMemory<byte> array) => array.IsEmpty ? [] : FhirJson.ParseStored(array).Root.Items.AsEnumerable();

    internal static ReadOnlyMemory<byte> Of(IEnumerable<ReadOnlyMemory<byte>> items)
    {
        using var buffer = new MemoryStream();
        foreach (var item in items)
        {
            buffer.WriteByte(buffer.Length == 0 ? (byte)'[' : (byte)',');
            buffer.Write(item.Span);
        }

        if (buffer.Length == 0)
            return default;
        buffer.WriteByte((byte)']');
        return buffer.ToArray();
    }
}
