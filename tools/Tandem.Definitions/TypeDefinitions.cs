using System.Text.Json;

namespace Tandem.Definitions;

/// <summary>One element of a type as the short file states it.</summary>
internal sealed record ElementLine(string Name, int Min, string Max, string Types, string Flags, string? CodeTable, string? Extensible, string? Most)
{
    /// <summary>The rules of the element itself, not those of its type.</summary>
    internal List<RuleLine> Rules { get; } = [];

    public bool Equals(ElementLine? other) =>
        other is not null && (Name, Min, Max, Types, Flags, CodeTable, Extensible, Most) == (other.Name, other.Min, other.Max, other.Types, other.Flags, other.CodeTable, other.Extensible, other.Most)
        && Rules.SequenceEqual(other.Rules);

    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);
}

/// <summary>An invariant.</summary>
internal sealed record RuleLine(string Key, char Severity, string Expression, string Text);

/// <summary>A type with its own elements only; inherited ones are the parent's.</summary>
internal sealed record TypeLine(string Name, char Kind, string Parent, string Pattern, List<ElementLine> Elements)
{
    /// <summary>The value set that every value of the type is bound to; null when there is none.</summary>
    internal string? Extensible { get; init; }

    /// <summary>The value set that no code of such a value may leave; null when there is none.</summary>
    internal string? Most { get; init; }

    /// <summary>The rules that every value of the type keeps; those of its parents are the parents'.</summary>
    internal List<RuleLine> Rules { get; } = [];
}

/// <summary>All R4 types by name, backbone elements as types of their own under their path.</summary>
internal sealed class TypeDefinitions
{
    private readonly SortedDictionary<string, TypeLine> types = new(StringComparer.Ordinal);

    internal int Count => types.Count;

    internal IEnumerable<TypeLine> All => types.Values;

    internal IEnumerable<string> Resources => types.Values.Where(type => type.Kind == 'r').Select(type => type.Name);

    internal static TypeDefinitions Read(SourceFolder source)
    {
        var result = new TypeDefinitions();
        foreach (var definition in source.Types())
            result.Add(definition);
        result.DropInherited();
        return result;
    }

    private void Add(JsonElement definition)
    {
        var name = definition.Text("type")!;
        var parent = definition.Text("baseDefinition")?.Split('/')[^1] ?? "";
        var kind = definition.Text("kind") == "primitive-type" ? 'p'
            : definition.Flag("abstract") ? 'a'
            : definition.Text("kind") == "resource" ? 'r' : 'c';
        var elements = definition.GetProperty("snapshot").GetProperty("element");
        types[name] = new(name, kind, parent, kind == 'p' ? Pattern(elements, name) : "", []) { Extensible = Binding(elements[0], "extensible"), Most = Most(elements[0]) };
        types[name].Rules.AddRange(RuleLines.Of(elements[0]));
        if (kind == 'p')
            return;

        foreach (var element in elements.EnumerateArray().Where(element => element.Text("path")!.Contains('.')))
            AddElement(element);
    }

    private void AddElement(JsonElement element)
    {
        var path = element.Text("path")!;
        var (owner, name) = (path[..path.LastIndexOf('.')], path[(path.LastIndexOf('.') + 1)..]);
        var codes = string.Join(',', TypeCodes(element, path));
        if (codes is "BackboneElement" or "Element" && path != "Element.extension")
        {
            types[path] = new(path, 'b', codes, "", []);
            codes = path;
        }

        var flags = (element.Flag("isSummary") ? "s" : "") + (element.Flag("isModifier") ? "m" : "");
        var line = new ElementLine(
            name, element.GetProperty("min").GetInt32(), element.Text("max")!, codes, flags, Binding(element, "required"), Binding(element, "extensible"), Most(element));
        (codes == path ? types[path].Rules : line.Rules).AddRange(RuleLines.Of(element));
        types[owner].Elements.Add(line);
    }

    private static string? Binding(JsonElement element, string strength) =>
        element.TryGetProperty("binding", out var binding) && binding.Text("strength") == strength
            ? binding.Text("valueSet")?.Split('|')[0]
            : null;

    private static string? Most(JsonElement element) => !element.TryGetProperty("binding", out var binding) ? null : binding.Items("extension")
        .Where(extension => extension.Text("url") == "http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet")
        .Select(extension => extension.Text("valueCanonical") ?? extension.Text("valueUri")).FirstOrDefault()?.Split('|')[0];

    private static IEnumerable<string> TypeCodes(JsonElement element, string path)
    {
        if (element.Text("contentReference") is { } reference)
            return [reference[(reference.IndexOf('#') + 1)..]];
        if (path == "Resource.id" || element.GetProperty("base").Text("path") == "Resource.id")
            return ["id"];
        return element.Items("type").Select(TypeCode);
    }

    private static string TypeCode(JsonElement type)
    {
        var code = type.Items("extension").Where(extension => extension.Text("url")!.EndsWith("fhir-type", StringComparison.Ordinal))
            .Select(extension => extension.Text("valueUrl")).FirstOrDefault() ?? type.Text("code")!;
        var targets = type.Texts("targetProfile").Select(profile => profile.Split('/')[^1]).ToList();
        return targets.Count == 0 || targets is ["Resource"] ? code : $"{code}({string.Join('|', targets)})";
    }

    private static string Pattern(JsonElement elements, string name) =>
        elements.EnumerateArray().Where(element => element.Text("path") == name + ".value")
            .SelectMany(element => element.Items("type")).SelectMany(type => type.Items("extension"))
            .Where(extension => extension.Text("url")!.EndsWith("/regex", StringComparison.Ordinal))
            .Select(extension => extension.Text("valueString")!.Replace("\r", "\\r", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal))
            .FirstOrDefault() ?? "";

    private void DropInherited()
    {
        var full = types.Values.ToDictionary(type => type.Name, type => type.Elements.ToList());
        foreach (var type in types.Values)
        {
            for (var parent = type.Parent; parent.Length > 0; parent = types[parent].Parent)
                type.Elements.RemoveAll(element => full[parent].Contains(element));
        }

        RuleLines.DropInherited(types);
    }
}
