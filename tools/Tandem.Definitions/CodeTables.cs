using System.Text;
using System.Text.Json;

namespace Tandem.Definitions;

/// <summary>
/// The codes of each value set that a required binding names, expanded where everything is at hand. Written as
/// <c>V url</c> and beneath it <c>C system code code …</c>.
/// </summary>
internal sealed class CodeTables
{
    private readonly Dictionary<string, JsonElement> known = new(StringComparer.Ordinal);
    private readonly List<(string Url, SortedDictionary<string, List<string>> Systems)> tables = [];
    private readonly Dictionary<string, int?> numbers = new(StringComparer.Ordinal);

    internal CodeTables(SourceFolder source)
    {
        string[] files = ["v2-tables.json", "v3-codesystems.json", "valuesets.json"];
        foreach (var file in files)
        {
            foreach (var resource in source.Resources(file, "ValueSet").Concat(source.Resources(file, "CodeSystem")))
                known[resource.Text("url")!] = resource;
        }
    }

    internal int Count => tables.Count;

    internal SortedSet<string> Open { get; } = new(StringComparer.Ordinal);

    /// <summary>The table's number, or null when its codes cannot be listed from the local files.</summary>
    internal int? Number(string valueSet)
    {
        if (numbers.TryGetValue(valueSet, out var number))
            return number;

        var systems = new SortedDictionary<string, List<string>>(StringComparer.Ordinal);
        if (!Expand(valueSet, systems))
        {
            Open.Add(valueSet);
            return numbers[valueSet] = null;
        }

        tables.Add((valueSet, systems));
        return numbers[valueSet] = tables.Count - 1;
    }

    internal void Write(StringBuilder text)
    {
        foreach (var (url, systems) in tables)
        {
            TypeLines.Line(text, "V", url);
            foreach (var (system, codes) in systems)
                TypeLines.Line(text, ["C", system, .. codes]);
        }
    }

    private bool Expand(string url, SortedDictionary<string, List<string>> into)
    {
        if (!known.TryGetValue(url, out var set) || !set.TryGetProperty("compose", out var compose) || compose.Items("exclude").Any())
            return false;

        foreach (var include in compose.Items("include"))
        {
            if (include.Items("filter").Any() || include.Items("valueSet").Any())
                return false;
            var system = include.Text("system")!;
            var codes = include.Items("concept").Select(concept => concept.Text("code")!).ToList();
            if (codes.Count == 0 && !(known.TryGetValue(system, out var codeSystem) && Concepts(codeSystem, codes)))
                return false;
            if (!into.TryGetValue(system, out var list))
                into[system] = list = [];
            list.AddRange(codes.Where(code => !list.Contains(code)));
        }

        return into.Count > 0;
    }

    private static bool Concepts(JsonElement holder, List<string> codes)
    {
        foreach (var concept in holder.Items("concept"))
        {
            codes.Add(concept.Text("code")!);
            Concepts(concept, codes);
        }

        return codes.Count > 0;
    }
}
