using Tandem.Fhir.Json;

namespace Tandem.Fhir.Terminology;

/// <summary>A code of a value set.</summary>
/// <param name="System">The code system's address.</param>
/// <param name="Version">The code system's version, where known.</param>
/// <param name="Code">The code.</param>
/// <param name="Display">What people call it here, or null.</param>
/// <param name="IsAbstract">True when it only groups others and must not be chosen.</param>
/// <param name="IsInactive">True when it is no longer to be used.</param>
/// <param name="Listed">The concept as the value set lists it, with names of its own; missing where it comes from a code system as it is.</param>
public sealed record ValueSetCode(string System, string? Version, string Code, string? Display, bool IsAbstract, bool IsInactive, FhirNode Listed = default);

/// <summary>All codes of a value set, each once, in the order of its definition. Immutable and thread-safe.</summary>
public sealed class ValueSetExpansion
{
    private readonly HashSet<(string System, string Code)> set;

    internal ValueSetExpansion(FhirNode resource, List<ValueSetCode> codes)
    {
        (Resource, Codes) = (resource, codes);
        set = [.. codes.Select(code => (code.System, code.Code))];
    }

    /// <summary>The value set.</summary>
    public FhirNode Resource { get; }

    /// <summary>Its codes.</summary>
    public IReadOnlyList<ValueSetCode> Codes { get; }

    /// <summary>The code systems that had a say in it, as they are here, each once.</summary>
    public IReadOnlyList<CodeSystem> Used { get; internal init; } = [];

    /// <summary>Those of which only a part is here (<c>fragment</c>, <c>example</c>) and that were asked for more than listed codes: codes that are not here may belong to the value set too.</summary>
    public IReadOnlyList<CodeSystem> Partial { get; internal init; } = [];

    /// <summary>True when the code of this system is among them.</summary>
    public bool Contains(string system, string code) => set.Contains((system, code));
}

/// <summary>Why a question about terminology cannot be answered.</summary>
/// <param name="Code">Code of FHIR's issue-type: <c>not-found</c>, <c>too-costly</c>, <c>processing</c>, <c>invalid</c>.</param>
/// <param name="Text">A whole sentence.</param>
public sealed record TerminologyFault(string Code, string Text);

/// <summary>A value set's definition as read: what it takes in and what it leaves out (R4 4.9.6).</summary>
internal sealed class ValueSet
{
    private readonly string address;
    private readonly Dictionary<string, ValueSet> contained;

    internal ValueSet(FhirNode resource)
        : this(resource, resource["url"u8].Text ?? "", [])
    {
        foreach (var inner in resource["contained"u8].Items)
        {
            if (inner["resourceType"u8].Is("ValueSet"u8) && inner["id"u8].Text is { } id)
                contained.TryAdd($"{address}#{id}", new(inner, address, contained));
        }
    }

    private ValueSet(FhirNode resource, string address, Dictionary<string, ValueSet> contained)
    {
        (Resource, this.address, this.contained) = (resource, address, contained);
        Includes = [.. Parts(resource["compose"u8]["include"u8])];
        Excludes = [.. Parts(resource["compose"u8]["exclude"u8])];
        WithInactive = resource["compose"u8]["inactive"u8].Boolean != false;
        var (stored, isWhole) = ReadStored(resource["expansion"u8]);
        if (Includes.Count == 0)
            Includes = stored; // a set that comes without a definition is what its stored expansion lists
        else if (isWhole)
            Stored = stored;
    }

    internal FhirNode Resource { get; }

    internal List<ValueSetPart> Includes { get; }

    internal List<ValueSetPart> Excludes { get; }

    /// <summary>False when codes no longer in use are left out.</summary>
    internal bool WithInactive { get; }

    /// <summary>What the stored expansion lists, for where the definition needs a code system that is not here; null when there is none, or only a page of it.</summary>
    internal List<ValueSetPart>? Stored { get; }

    /// <summary>A value set that lies within this one, or beside it in the one that contains both (R4 2.3.0.9); null when there is none of this address.</summary>
    internal ValueSet? Contained(string canonical) => contained.GetValueOrDefault(canonical);

    private IEnumerable<ValueSetPart> Parts(FhirNode parts) => parts.Items.AsEnumerable().Select(part => new ValueSetPart(part, this, address));

    private static (List<ValueSetPart> Parts, bool IsWhole) ReadStored(FhirNode expansion)
    {
        var parts = new Dictionary<string, ValueSetPart>(StringComparer.Ordinal);
        var count = Read(expansion["contains"u8], parts);
        var isWhole = count > 0 && (expansion["total"u8].Number ?? count) <= count && (expansion["offset"u8].Number ?? 0) == 0 && !expansion["extension"u8].Exists;
        return ([.. parts.Values], isWhole); // an extension says that it is cut short or unclosed (valueset-toocostly, valueset-unclosed)
    }

    private static int Read(FhirNode contains, Dictionary<string, ValueSetPart> parts)
    {
        var count = 0;
        foreach (var item in contains.Items)
        {
            count++;
            if (item["system"u8].Text is { } system && item["code"u8].Exists && item["abstract"u8].Boolean != true)
            {
                if (!parts.TryGetValue(system, out var part))
                    parts[system] = part = new(system);
                part.Add(item);
            }

            count += Read(item["contains"u8], parts);
        }

        return count;
    }
}

/// <summary>One include or exclude: all of a system, listed codes, filters, other value sets; what it names has to hold together.</summary>
internal sealed class ValueSetPart
{
    private readonly List<FhirNode> listed = [];
    private readonly Dictionary<string, FhirNode> codes = new(StringComparer.Ordinal);
    private Dictionary<string, FhirNode>? inAnyCase;

    internal ValueSetPart(string system) => (System, IsListed) = (system, true);

    internal ValueSetPart(FhirNode part, ValueSet of, string address)
    {
        Of = of;
        System = part["system"u8].Text;
        Version = part["version"u8].Text;
        IsListed = part["concept"u8].Exists;
        foreach (var concept in part["concept"u8].Items)
            Add(concept);
        Filters = [.. part["filter"u8].Items.AsEnumerable().Select(filter => new ConceptFilter(
            filter["property"u8].Text ?? "", filter["op"u8].Text ?? "", filter["value"u8].Text ?? ""))];
        ValueSets = [.. part["valueSet"u8].Items.AsEnumerable().Select(item => item.Text is ['#', ..] inner ? address + inner : item.Text ?? "")];
    }

    /// <summary>The value set that it is a part of; null for what a stored expansion lists.</summary>
    internal ValueSet? Of { get; }

    internal string? System { get; }

    internal string? Version { get; }

    /// <summary>True when the codes are listed one by one.</summary>
    internal bool IsListed { get; }

    internal IReadOnlyList<FhirNode> Listed => listed;

    internal IReadOnlyList<ConceptFilter> Filters { get; } = [];

    /// <summary>The addresses of the value sets it takes in; a contained one by that of the whole and its id (<c>url#id</c>).</summary>
    internal IReadOnlyList<string> ValueSets { get; } = [];

    /// <summary>The code as it is listed, with the words it has in this set; missing when it is not.</summary>
    /// <param name="code">The code.</param>
    /// <param name="of">Its system, by which the case of the letters counts or not; null where that is not here, then it counts.</param>
    internal FhirNode Find(string code, CodeSystem? of) => codes.TryGetValue(code, out var exact) || of is null or { IsCaseSensitive: true }
        ? exact
        : (inAnyCase ??= InAnyCase()).GetValueOrDefault(code);

    internal void Add(FhirNode concept)
    {
        if (concept["code"u8].Text is { } code && codes.TryAdd(code, concept))
            listed.Add(concept);
    }

    private Dictionary<string, FhirNode> InAnyCase()
    {
        var found = new Dictionary<string, FhirNode>(StringComparer.OrdinalIgnoreCase);
        foreach (var (code, concept) in codes)
            found.TryAdd(code, concept);
        return found;
    }
}
