using System.Collections.Concurrent;
using Tandem.Fhir.Json;

namespace Tandem.Fhir.Terminology;

/// <summary>
/// Definitions as read, by their addresses (<c>url</c> or <c>url|version</c>). Addresses come from outside too, so what is not here takes no place of
/// what is: it is kept apart, and forgotten when there is too much of it. Thread-safe.
/// </summary>
internal sealed class KeptDefinitions<T>
    where T : class
{
    private readonly ConcurrentDictionary<string, T> found = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, T?> others = new(StringComparer.Ordinal);

    /// <summary>The definition of an address; null when there is none.</summary>
    /// <param name="canonical">The address.</param>
    /// <param name="resource">Looks it up; what it finds may be of another version than the address names.</param>
    /// <param name="read">Reads what was looked up.</param>
    internal T? Find(string canonical, Func<string, FhirNode> resource, Func<FhirNode, T> read)
    {
        if (found.TryGetValue(canonical, out var known) || others.TryGetValue(canonical, out known))
            return known;
        var looked = resource(canonical);
        var meant = looked.Exists && canonical.Split('|') is [var url, var version] && looked["version"u8].Text is { } own && own != version ? $"{url}|{own}" : canonical;
        if (looked.Exists && meant == canonical)
        {
            if (found.Count >= KeptDefinitions.Most)
                found.Clear(); // addresses that say themselves what they are (…?fhir_vs) are as many as anybody likes
            return found.GetOrAdd(canonical, read(looked));
        }

        var other = looked.Exists ? Find(meant, resource, read) : null; // read once, whatever versions it is asked for in
        if (others.Count >= KeptDefinitions.Most)
            others.Clear();
        others.TryAdd(canonical, other);
        return other;
    }
}

/// <summary>How much is kept of the definitions of one type.</summary>
internal static class KeptDefinitions
{
    /// <summary>Most addresses: more than a site has, and few enough to hold.</summary>
    internal const int Most = 5_000;
}
