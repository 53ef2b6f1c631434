using Tandem.Fhir.Definitions;
using Tandem.Fhir.Search;
using Tandem.Record.Log;

namespace Tandem.Record.Search.FullText;

/// <summary>The words of a resource and of each that it contains, as the index keeps them.</summary>
/// <param name="Rid">Number of the resource.</param>
/// <param name="WasThere">True when words of an earlier version may be kept.</param>
/// <param name="Kept">Those that have words: by their numbers, of contained ones below zero (<see cref="ContainedTypes"/>).</param>
internal sealed record ResourceWords(long Rid, bool WasThere, IReadOnlyList<(long Number, string Narrative, string Content)> Kept)
{
    /// <summary>What a version says; nothing when it is a deletion or lies closed.</summary>
    internal static ResourceWords Of(ResourceVersion version)
    {
        var kept = new List<(long, string, string)>();
        if (version is { Deleted: false, IsSealed: false })
        {
            Add(version.Rid, FullTextWords.Of(version.Root));
            var place = 0;
            foreach (var node in version.Root["contained"u8].Items)
            {
                if (node["resourceType"u8].Text is { } type && R4.IsResourceType(type) && place < 1 << ContainedTypes.PlaceBits)
                    Add(ContainedTypes.Number(version.Rid, place), FullTextWords.Of(node));
                place++;
            }
        }

        return new ResourceWords(version.Rid, version.Version > 1, kept);

        void Add(long number, (string Narrative, string Content) words)
        {
            if (words.Content.Length > 0)
                kept.Add((number, words.Narrative, words.Content));
        }
    }
}
