using System.Collections.Concurrent;
using Tandem.Fhir.Json;

namespace Tandem.Fhir.Search;

/// <summary>
/// Texts that come again and again (the words of codes, units, addresses of profiles), made once: reading a resource whose texts are
/// known costs no memory. Holds a bounded number; what is not held is made anew. Thread-safe.
/// </summary>
internal sealed class KnownTexts(Func<string, string> make)
{
    private const int Most = 20_000;
    private const int LongestKept = 200;

    private readonly ConcurrentDictionary<long, (byte[] Utf8, string Text)> known = new();

    /// <summary>Texts as sent.</summary>
    internal static KnownTexts Plain { get; } = new(text => text);

    /// <summary>Texts as <see cref="StringIndex.Key"/> makes them.</summary>
    internal static KnownTexts Keys { get; } = new(StringIndex.Key);

    /// <summary>The text of a string; empty for anything else.</summary>
    internal string Of(FhirNode node)
    {
        if (node.Kind != JsonKind.String)
            return "";
        Span<byte> buffer = stackalloc byte[512];
        var utf8 = node.Plain(buffer);
        var hash = StableHash.Of(utf8);
        if (known.TryGetValue(hash, out var kept) && utf8.SequenceEqual(kept.Utf8))
            return kept.Text;
        var text = make(node.Text!);
        if (utf8.Length <= LongestKept && known.Count < Most)
            known.TryAdd(hash, (utf8.ToArray(), text));
        return text;
    }
}
