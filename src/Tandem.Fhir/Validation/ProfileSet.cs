using System.Collections.Concurrent;
using Tandem.Fhir.Definitions;
using Tandem.Fhir.Json;

namespace Tandem.Fhir.Validation;

/// <summary>
/// The profiles and extensions at hand, compiled when first asked for: the site's own first, then those the specification ships.
/// Make a new one when the site's definitions change. Thread-safe.
/// </summary>
/// <param name="find">The site's own StructureDefinitions; null when there are none.</param>
public sealed class ProfileSet(FindCanonical? find = null)
{
    private const string Core = "http://hl7.org/fhir/StructureDefinition/";

    private const int MostKept = 5_000;
    private const int MostDerived = 32;

    private readonly ConcurrentDictionary<string, (Profile? Profile, string? Fault)> compiled = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> otherVersions = new(StringComparer.Ordinal);

    /// <summary>Only what the specification ships: its extensions and the vital signs and other profiles of R4.</summary>
    public static ProfileSet Shipped { get; } = new();

    /// <summary>A profile by its address (<c>url</c> or <c>url|version</c>).</summary>
    /// <param name="canonical">The address.</param>
    /// <param name="fault">Why a definition that is here cannot be used, as a sentence; null when there simply is none.</param>
    public Profile? Find(string canonical, out string? fault) => Find(canonical, [], out fault);

    internal Profile? Find(string canonical, IReadOnlyList<string> open, out string? fault)
    {
        if (!compiled.TryGetValue(canonical, out var known))
        {
            known = Compile(canonical, open);
            if (compiled.Count < MostKept)
                compiled[canonical] = known;
        }

        fault = known.Fault;
        return known.Profile;
    }

    /// <summary>The type that a target profile is about, whether it is a core type or a profile of one.</summary>
    internal string? TypeOf(string canonical) =>
        CoreType(canonical) is { } core ? core.Name : Find(canonical, out _)?.Type;

    /// <summary>The core type of an address of the specification's own; null for every other.</summary>
    internal static FhirType? CoreType(string canonical)
    {
        var bar = canonical.IndexOf('|', StringComparison.Ordinal);
        var url = bar < 0 ? canonical : canonical[..bar];
        return url.StartsWith(Core, StringComparison.Ordinal) ? R4.Types.Find(url[Core.Length..]) : null;
    }

    /// <summary>True for an address with a version that neither the site nor the specification (4.0.1) has of what it names.</summary>
    internal bool IsOtherVersion(string canonical)
    {
        var bar = canonical.IndexOf('|', StringComparison.Ordinal);
        if (bar < 0 || canonical[(bar + 1)..] is "4.0.1" or "4.0" or "4")
            return false;
        if (!otherVersions.TryGetValue(canonical, out var isOther))
        {
            isOther = find?.Invoke("StructureDefinition", canonical[..bar], canonical[(bar + 1)..]).Exists != true;
            if (otherVersions.Count < MostKept)
                otherVersions[canonical] = isOther;
        }

        return isOther;
    }

    private (Profile?, string?) Compile(string canonical, IReadOnlyList<string> open)
    {
        if (open.Contains(canonical))
            return (null, $"The profile {canonical} is derived from itself.");
        if (open.Count >= MostDerived)
            return (null, $"More than {MostDerived} profiles derive from each other.");
        var definition = Definition(canonical);
        if (!definition.Exists)
            return (null, null);
        return new ProfileCompiler(this, [.. open, canonical]).Compile(definition);
    }

    private FhirNode Definition(string canonical)
    {
        var bar = canonical.IndexOf('|', StringComparison.Ordinal);
        var (url, version) = bar < 0 ? (canonical, null) : (canonical[..bar], canonical[(bar + 1)..]);
        var own = find?.Invoke("StructureDefinition", url, version) ?? default;
        return own.Exists ? own : ShippedResources.Find("StructureDefinition", url);
    }
}
