using System.Text;
using Tandem.Fhir.Json;

namespace Tandem.Fhir.Terminology;

/// <summary>One concept of a code system.</summary>
/// <param name="Code">Its code.</param>
/// <param name="Display">What people call it, or null.</param>
/// <param name="IsAbstract">True when it only groups others and must not be chosen.</param>
/// <param name="IsInactive">True when it is no longer to be used.</param>
/// <param name="Node">The concept as written, for its properties and designations.</param>
public sealed record Concept(string Code, string? Display, bool IsAbstract, bool IsInactive, FhirNode Node);

/// <summary>A code system ready to be asked (R4 4.8): codes, displays and who is below whom. Immutable and thread-safe.</summary>
public sealed class CodeSystem
{
    private const string Properties = "http://hl7.org/fhir/concept-properties#";

    private readonly List<Concept> concepts = [];
    private readonly List<List<int>> parents = [];
    private readonly Dictionary<string, int> byCode;
    private readonly Lazy<List<int>[]> children;
    private readonly Lazy<HashSet<string?>> properties;
    private readonly List<CodeSystem> supplements;
    private readonly Dictionary<string, string> meanings = new(StringComparer.Ordinal);

    /// <summary>Reads a CodeSystem resource.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="supplements">Supplements to it (R4 4.8.10): CodeSystem resources that add names and properties to its codes.</param>
    public CodeSystem(FhirNode resource, IEnumerable<FhirNode>? supplements = null)
    {
        Resource = resource;
        Url = resource["url"u8].Text ?? "";
        Version = resource["version"u8].Text;
        Title = resource["title"u8].Text ?? resource["name"u8].Text;
        Language = resource["language"u8].Text;
        Content = resource["content"u8].Text ?? "complete";
        IsCaseSensitive = resource["caseSensitive"u8].Boolean != false;
        byCode = new(Comparer);
        foreach (var property in resource["property"u8].Items)
            Define(property);
        foreach (var concept in resource["concept"u8].Items)
            Add(concept, -1);
        for (var number = 0; number < concepts.Count; number++)
            LinkByProperties(number);
        children = new(Children);
        properties = new(() => [.. concepts.Select(concept => concept.Node).Prepend(resource).SelectMany(node => node["property"u8].Items.AsEnumerable()).Select(property => property["code"u8].Text)]);
        this.supplements = [.. (supplements ?? []).Select(supplement => new CodeSystem(supplement))];
    }

    /// <summary>The resource it was read from.</summary>
    public FhirNode Resource { get; }

    /// <summary>The system's address.</summary>
    public string Url { get; }

    /// <summary>Its version, or null.</summary>
    public string? Version { get; }

    /// <summary>What it is called, or null.</summary>
    public string? Title { get; }

    /// <summary>The language of its displays (BCP 47), or null; then they are taken as English, as those of the specification are.</summary>
    public string? Language { get; }

    /// <summary><c>complete</c>, <c>fragment</c>, <c>example</c>, <c>not-present</c>, <c>supplement</c>.</summary>
    public string Content { get; }

    /// <summary>True for what only adds to another code system and defines no codes of its own (R4 4.8.10).</summary>
    public bool IsSupplement => Content == "supplement";

    /// <summary>True when a code that is not among <see cref="Concepts"/> is no code of the system.</summary>
    public bool IsComplete => Content == "complete";

    /// <summary>True when it says that there are further codes than it has.</summary>
    public bool IsPartial => Content is "fragment" or "example";

    /// <summary>False when codes match whatever the case of their letters.</summary>
    public bool IsCaseSensitive { get; }

    internal StringComparer Comparer => IsCaseSensitive ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase;

    /// <summary>The code as the system writes it, where the case of the letters is another and does not count; null where it is written so, and for what is no code.</summary>
    public string? OwnCase(string code) => !IsCaseSensitive && Find(code) is { Code: var own } && own != code ? own : null;

    /// <summary>All concepts, in the order written; a group comes before what it groups.</summary>
    public IReadOnlyList<Concept> Concepts => concepts;

    /// <summary>The concept of this code; null when there is none.</summary>
    public Concept? Find(string code) => byCode.TryGetValue(code, out var number) ? concepts[number] : null;

    /// <summary>True when <paramref name="code"/> is <paramref name="ancestor"/> or below it; false when either is unknown.</summary>
    public bool IsA(string code, string ancestor)
    {
        if (!byCode.TryGetValue(code, out var from) || !byCode.TryGetValue(ancestor, out var to))
            return false;
        var open = new Stack<int>([from]);
        var seen = new HashSet<int>();
        while (open.TryPop(out var number))
        {
            if (number == to)
                return true;
            if (!seen.Add(number))
                continue;
            foreach (var parent in parents[number])
                open.Push(parent);
        }

        return false;
    }

    /// <summary>The concept and all below it, in the order written; nothing when the code is unknown.</summary>
    public IEnumerable<Concept> Below(string code) => Reached(code, number => children.Value[number]);

    /// <summary>The concept and all above it, in the order written; nothing when the code is unknown.</summary>
    public IEnumerable<Concept> Above(string code) => Reached(code, number => parents[number]);

    /// <summary>What a code is called in a language (BCP 47), or in the system's own where it has no name in that one; null when the code is unknown or has none.</summary>
    public string? NameOf(string code, string? language) => Find(code) is { } concept ? ConceptNames.In(this, concept, language) : null;

    /// <summary>All names of a concept, its display first; those of supplements last.</summary>
    public IReadOnlyList<ConceptName> NamesOf(Concept concept) =>
        [.. ConceptName.Of(concept.Node, Language ?? "en"), .. Added(concept).SelectMany(added => ConceptName.Of(added.Node, added.Language))];

    /// <summary>All properties of a concept as written, those of supplements last.</summary>
    public IEnumerable<FhirNode> PropertiesOf(Concept concept) =>
        concept.Node["property"u8].Items.AsEnumerable().Concat(Added(concept).SelectMany(added => added.Node["property"u8].Items.AsEnumerable()));

    /// <summary>What a property of this system is in FHIR (R4 concept-properties: <c>notSelectable</c>, <c>inactive</c>, <c>parent</c> …): by the address that the system declares it with, else by its own code.</summary>
    internal string Meaning(string property) => meanings.GetValueOrDefault(property) ?? supplements.Select(one => one.meanings.GetValueOrDefault(property)).FirstOrDefault(one => one is not null) ?? property;

    /// <summary>True when the system, or a supplement to it, declares the property or has a concept with it.</summary>
    internal bool HasProperty(string property) => properties.Value.Contains(property) || supplements.Exists(one => one.HasProperty(property));

    private IEnumerable<(FhirNode Node, string? Language)> Added(Concept concept)
    {
        foreach (var supplement in supplements)
        {
            if (supplement.Find(concept.Code) is { } added)
                yield return (added.Node, supplement.Language);
        }
    }

    /// <summary>As <see cref="TerminologyService.OtherName(ShownCode, string?)"/>, with the names of this system only.</summary>
    public string? OtherName(ShownCode shown) => ConceptNames.Other(shown, this, []);

    /// <summary>The codes right above a concept.</summary>
    public IEnumerable<string> ParentsOf(string code) => byCode.TryGetValue(code, out var number) ? parents[number].Distinct().Select(parent => concepts[parent].Code) : [];

    /// <summary>The codes right below a concept.</summary>
    public IEnumerable<string> ChildrenOf(string code) => byCode.TryGetValue(code, out var number) ? children.Value[number].Distinct().Select(child => concepts[child].Code) : [];

    private IEnumerable<Concept> Reached(string code, Func<int, List<int>> next)
    {
        if (!byCode.TryGetValue(code, out var from))
            return [];
        var found = new SortedSet<int>();
        var open = new Stack<int>([from]);
        while (open.TryPop(out var number))
        {
            if (!found.Add(number))
                continue;
            foreach (var one in next(number))
                open.Push(one);
        }

        return found.Select(number => concepts[number]);
    }

    private void Add(FhirNode node, int parent)
    {
        if (node["code"u8].Text is not { } code)
            return;
        var number = concepts.Count;
        if (byCode.TryAdd(code, number))
        {
            concepts.Add(new(code, node["display"u8].Text, HasFlag(node, "notSelectable"u8), IsInactive(node), node));
            parents.Add(parent < 0 ? [] : [parent]);
        }
        else
        {
            number = byCode[code];
            if (parent >= 0)
                parents[number].Add(parent);
        }

        foreach (var child in node["concept"u8].Items)
            Add(child, number);
    }

    /// <summary>Hierarchies written as properties: <c>parent</c>, <c>subsumedBy</c>, <c>child</c> (R4 4.8.9).</summary>
    private void LinkByProperties(int number)
    {
        foreach (var property in concepts[number].Node["property"u8].Items)
        {
            var isParent = Is(property, "parent"u8) || Is(property, "subsumedBy"u8);
            if (!isParent && !Is(property, "child"u8))
                continue;
            if ((property["valueCode"u8].Text ?? property["valueCoding"u8]["code"u8].Text) is { } other && byCode.TryGetValue(other, out var link))
                (isParent ? parents[number] : parents[link]).Add(isParent ? link : number);
        }
    }

    private List<int>[] Children()
    {
        var below = concepts.Select(_ => new List<int>()).ToArray();
        for (var number = 0; number < parents.Count; number++)
        {
            foreach (var parent in parents[number])
                below[parent].Add(number);
        }

        return below;
    }

    /// <summary>Keeps what a property means where its code is not the one that FHIR knows it by.</summary>
    private void Define(FhirNode property)
    {
        if (property["code"u8].Text is { } code && property["uri"u8].Text is { } uri && uri.StartsWith(Properties, StringComparison.Ordinal) && uri[Properties.Length..] != code)
            meanings[code] = uri[Properties.Length..];
    }

    private bool Is(FhirNode property, ReadOnlySpan<byte> meaning) =>
        property["code"u8].Is(meaning) || (meanings.Count > 0 && meanings.TryGetValue(property["code"u8].Text ?? "", out var own) && Ascii.Equals(meaning, own));

    private bool HasFlag(FhirNode node, ReadOnlySpan<byte> meaning)
    {
        foreach (var property in node["property"u8].Items)
        {
            if (property["valueBoolean"u8].Boolean == true && Is(property, meaning))
                return true;
        }

        return false;
    }

    private bool IsInactive(FhirNode node)
    {
        if (HasFlag(node, "inactive"u8))
            return true;
        foreach (var property in node["property"u8].Items)
        {
            if (Is(property, "status"u8) && (property["valueCode"u8].Text ?? property["valueString"u8].Text) is "retired" or "inactive")
                return true;
        }

        return false;
    }
}
