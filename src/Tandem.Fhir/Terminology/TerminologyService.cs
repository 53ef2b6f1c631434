using System.Collections.Concurrent;
using Tandem.Fhir.Definitions;
using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Json;

namespace Tandem.Fhir.Terminology;

/// <summary>
/// Answers questions about codes from the shipped code systems and value sets and from those a site has of its own, which go first.
/// Synchronous; what was read once is kept, so make a new one when the site's resources change. Thread-safe.
/// </summary>
/// <param name="find">The site's own resources; null when there are none.</param>
/// <param name="supplements">The site's supplements to code systems (CodeSystem resources); null when there are none.</param>
public sealed class TerminologyService(FindCanonical? find = null, Func<IEnumerable<FhirNode>>? supplements = null)
{
    /// <summary>Most codes that a value set may expand to.</summary>
    public const int MostCodes = 50_000;

    /// <summary>Most codes of all expansions that are kept: about 100 MB.</summary>
    private const int MostKeptCodes = 800_000;

    private readonly KeptDefinitions<CodeSystem> systems = new();
    private readonly KeptDefinitions<ValueSet> sets = new();
    private readonly ConcurrentDictionary<string, (ValueSetExpansion? Expansion, TerminologyFault? Fault)> expansions = new(StringComparer.Ordinal);
    private int keptCodes;

    private readonly Lazy<ILookup<string, FhirNode>> supplementsBySystem = new(() => (supplements?.Invoke() ?? [])
        .Where(supplement => supplement["content"u8].Is("supplement"u8) && !supplement["status"u8].Is("retired"u8))
        .ToLookup(supplement => supplement["supplements"u8].Text?.Split('|')[0] ?? "", StringComparer.Ordinal));

    /// <summary>Only what the specification ships.</summary>
    public static TerminologyService Shipped { get; } = new();

    /// <summary>The code system of this address (<c>url</c> or <c>url|version</c>); null when it is not here.</summary>
    /// <remarks>With what supplements add that are not retired and are for this version or for any.</remarks>
    public CodeSystem? FindCodeSystem(string canonical) => Known(canonical) is { IsSupplement: false } system ? system : null;

    /// <summary>True when the address is that of a supplement, which has no codes of its own.</summary>
    public bool IsSupplement(string canonical) => Known(canonical) is { IsSupplement: true };

    /// <summary>True for a code system as the specification ships it; false for one of the site's own, under the same address too.</summary>
    internal static bool IsShipped(CodeSystem system) => ShippedResources.Find("CodeSystem", system.Url) is { Exists: true } shipped && shipped == system.Resource;

    private CodeSystem? Known(string canonical) => systems.Find(canonical, one => Resource("CodeSystem", one), Supplemented);

    /// <summary>A code system that was read or sent, with what supplements add to it.</summary>
    public CodeSystem Supplemented(FhirNode codeSystem) => new(codeSystem, supplementsBySystem.Value[codeSystem["url"u8].Text ?? ""]
        .Where(supplement => supplement["supplements"u8].Text!.Split('|') is not [_, var version] || codeSystem["version"u8].Text == version));

    /// <summary>The value set of this address; missing when it is not here.</summary>
    public FhirNode FindValueSet(string canonical) => Definition(canonical)?.Resource ?? default;

    /// <summary>The concept map of this address; missing when it is not here.</summary>
    public FhirNode FindConceptMap(string canonical) => Resource("ConceptMap", canonical);

    /// <summary>All codes of a value set.</summary>
    /// <returns>The expansion, or null with why not: unknown, made of a code system that is not here, too large, or defined by itself.</returns>
    public ValueSetExpansion? Expand(string canonical, out TerminologyFault? fault)
    {
        if (!expansions.TryGetValue(canonical, out var known))
        {
            if (Definition(canonical) is not { } set)
            {
                fault = NotHere("value set", canonical);
                return null;
            }

            known = new ValueSetReader(this).Expand(set, canonical);
            Keep(canonical, known);
        }

        fault = known.Fault;
        return known.Expansion;
    }

    /// <summary>Keeps an expansion; what there is too much of is forgotten before, as addresses that say themselves what they hold are as many as anybody likes.</summary>
    private void Keep(string canonical, (ValueSetExpansion? Expansion, TerminologyFault? Fault) known)
    {
        var codes = known.Expansion?.Codes.Count ?? 0;
        if (expansions.Count >= KeptDefinitions.Most || Interlocked.Add(ref keptCodes, codes) > MostKeptCodes)
        {
            expansions.Clear();
            Interlocked.Exchange(ref keptCodes, codes);
        }

        expansions[canonical] = known;
    }

    /// <summary>As <see cref="Expand(string, out TerminologyFault?)"/> for a value set that was sent rather than named, or with versions of code systems that the caller chooses.</summary>
    public ValueSetExpansion? Expand(FhirNode valueSet, out TerminologyFault? fault, SystemVersions? versions = null)
    {
        (var expansion, fault) = new ValueSetReader(this, versions).Expand(Read(valueSet), valueSet["url"u8].Text ?? "");
        return expansion;
    }

    /// <summary>Whether a value set has a code. Does not expand the set, so it also answers for those too large to expand.</summary>
    /// <param name="canonical">The value set.</param>
    /// <param name="system">The code's system; null when only the code is known (an element of type code), then any system of the set will do.</param>
    /// <param name="code">The code.</param>
    /// <returns>Null when it cannot be said: the set, or a code system it is made of, is not here.</returns>
    public bool? Contains(string canonical, string? system, string code) =>
        Definition(canonical) is { } set ? new ValueSetReader(this).Contains(set, canonical, system, code) : null;

    /// <summary>As <see cref="Contains(string, string?, string)"/> for a value set that was sent rather than named.</summary>
    public bool? Contains(FhirNode valueSet, string? system, string code) => Ask(valueSet).Contains(system, code);

    /// <summary>A value set that was sent or read, to ask several codes of it.</summary>
    public AskedValueSet Ask(FhirNode valueSet) => new(this, Read(valueSet), valueSet["url"u8].Text ?? "");

    /// <summary>Whether <paramref name="code"/> is <paramref name="ancestor"/> or below it; null when the system is not here or does not know one of them.</summary>
    public bool? IsA(string system, string code, string ancestor)
    {
        if (code == ancestor)
            return true;
        if (FindCodeSystem(system) is not { } known || known.Find(code) is null || known.Find(ancestor) is null)
            return null;
        return known.IsA(code, ancestor);
    }

    /// <summary>What a code is called, where the words beside it are none of its names (display and designations, whatever their case and blanks).</summary>
    /// <param name="shown">The code with its words.</param>
    /// <param name="valueSet">The value set that the code is chosen from, whose own names for it hold too; null when there is none.</param>
    /// <returns>Null where the words are right, and where it cannot be said: the code system is not here or in another version, or has no names in the language.</returns>
    public string? OtherName(ShownCode shown, string? valueSet = null) => OtherName(shown, valueSet is null ? null : Definition(valueSet), valueSet ?? "");

    /// <summary>As <see cref="OtherName(ShownCode, string?)"/> for a value set that was sent rather than named.</summary>
    public string? OtherName(ShownCode shown, FhirNode valueSet) => OtherName(shown, Read(valueSet), valueSet["url"u8].Text ?? "");

    private string? OtherName(ShownCode shown, ValueSet? set, string canonical)
    {
        List<ValueSetPart> parts = set is null ? [] : [.. new ValueSetReader(this).PartsOf(set, canonical, shown.System).Where(part => part.Version is null || shown.Version is null || part.Version == shown.Version)];
        var listed = parts.Select(part => part.Find(shown.Code, FindCodeSystem(shown.System))).Where(one => one.Exists).ToList();
        var others = Meant(parts, shown.System, shown.Version, shown.Code).ConvertAll(system => ConceptNames.Other(shown, system, listed));
        return others.Contains(null) ? null : others.FirstOrDefault();
    }

    /// <summary>The code system of a code of a value set: in the version that stands beside the code, else in each that the set names, else the newest; only those that have the code.</summary>
    public IReadOnlyList<CodeSystem> SystemsOf(FhirNode valueSet, string system, string? version, string code) =>
        Meant([.. new ValueSetReader(this).PartsOf(Read(valueSet), valueSet["url"u8].Text ?? "", system)], system, version, code);

    private List<CodeSystem> Meant(List<ValueSetPart> parts, string system, string? version, string code)
    {
        var named = version is null ? parts.Select(part => part.Version).Distinct().ToList() : [version];
        var found = named.Select(one => one is null ? FindCodeSystem(system) : FindCodeSystem($"{system}|{one}") is { } known && known.Version == one ? known : null)
            .OfType<CodeSystem>().Where(one => one.Find(code) is not null).ToList();
        return found.Count == 0 && version is null && FindCodeSystem(system) is { } newest && newest.Find(code) is not null ? [newest] : found;
    }

    /// <summary>FHIRPath's memberOf: a code, string, Coding or CodeableConcept (one of its codings will do) in a value set; null when it cannot be said.</summary>
    public bool? MemberOf(FhirValue value, string valueSet)
    {
        if (value.Node is not { IsObject: true } node)
            return value.Text is { } code ? Contains(valueSet, null, code) : null;
        if (!node["coding"u8].Exists)
            return Coding(node, valueSet);
        bool? any = false;
        foreach (var coding in node["coding"u8].Items)
        {
            var one = Coding(coding, valueSet);
            if (one == true)
                return true;
            any = one is null ? null : any;
        }

        return any;
    }

    /// <summary>The value set as read before, where it is one that is kept.</summary>
    private ValueSet Read(FhirNode valueSet) =>
        valueSet["url"u8].Text is { } url && Definition(url) is { } known && known.Resource == valueSet ? known : new ValueSet(valueSet);

    internal ValueSet? Definition(string canonical) => sets.Find(canonical, one => Resource("ValueSet", one), found => new ValueSet(found));

    internal static TerminologyFault NotHere(string what, string canonical) => new("not-found", $"The {what} {canonical} is not here.");

    private bool? Coding(FhirNode coding, string valueSet) =>
        coding["code"u8].Text is { } code ? coding["system"u8].Text is { } system ? Contains(valueSet, system, code) : false : false;

    private FhirNode Resource(string type, string canonical)
    {
        var bar = canonical.IndexOf('|', StringComparison.Ordinal);
        var (url, version) = bar < 0 ? (canonical, null) : (canonical[..bar], canonical[(bar + 1)..]);
        if (find?.Invoke(type, url, version) is { Exists: true } own)
            return own;
        var shipped = ShippedResources.Find(type, url);
        return shipped.Exists || type != "ValueSet" ? shipped : ImplicitValueSet.Of(url);
    }
}
