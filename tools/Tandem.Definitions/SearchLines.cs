using System.Text;
using System.Text.Json;

namespace Tandem.Definitions;

/// <summary>
/// Writes <c>S base code type expression targets components name</c>: one line per resource type and parameter, with only those
/// branches of the expression that can apply to the type. Components are <c>code=expression</c>, separated by <c>;</c>. The name is the
/// last part of the definition's address, where it is not <c>base-code</c>.
/// </summary>
internal static class SearchLines
{
    private const string Addresses = "http://hl7.org/fhir/SearchParameter/";

    internal static void Write(StringBuilder text, SourceFolder source, TypeDefinitions types)
    {
        var all = source.Resources("search-parameters.json", "SearchParameter").ToList();
        var codes = all.ToDictionary(parameter => parameter.Text("url")!, parameter => parameter.Text("code")!, StringComparer.Ordinal);
        var resources = types.Resources.ToHashSet(StringComparer.Ordinal);
        resources.UnionWith(["Resource", "DomainResource"]);

        var lines = new SortedDictionary<string, string[]>(StringComparer.Ordinal);
        foreach (var parameter in all)
        {
            foreach (var target in parameter.Texts("base").Where(resources.Contains))
                lines[target + " " + parameter.Text("code")] = Cells(parameter, target, codes);
        }

        foreach (var cells in lines.Values)
            TypeLines.Line(text, cells);
    }

    private static string[] Cells(JsonElement parameter, string target, Dictionary<string, string> codes)
    {
        var components = parameter.Items("component")
            .Select(component => codes[Definition(component)] + "=" + component.Text("expression"));
        return
        [
            "S", target, parameter.Text("code")!, parameter.Text("type")!, Branches(parameter.Text("expression") ?? "", target),
            Targets(parameter), string.Join(';', components), Name(parameter, target),
        ];
    }

    private static string Name(JsonElement parameter, string target)
    {
        var address = parameter.Text("url")!;
        if (!address.StartsWith(Addresses, StringComparison.Ordinal))
            throw new InvalidDataException($"A search parameter is defined elsewhere than under {Addresses}: {address}");
        return address[Addresses.Length..] is var name && name == $"{target}-{parameter.Text("code")}" ? "" : name;
    }

    /// <summary>R4 has the two parts of DocumentReference.relationship the wrong way round: the code is the relation, the target what it relates to.</summary>
    private static string Definition(JsonElement component) => component.Text("definition")! switch
    {
        "http://hl7.org/fhir/SearchParameter/DocumentReference-relatesto" => "http://hl7.org/fhir/SearchParameter/DocumentReference-relation",
        "http://hl7.org/fhir/SearchParameter/DocumentReference-relation" => "http://hl7.org/fhir/SearchParameter/DocumentReference-relatesto",
        var definition => definition,
    };

    /// <summary>A list of (nearly) all resource types says nothing: it is written as <c>*</c>.</summary>
    private static string Targets(JsonElement parameter)
    {
        var targets = parameter.Texts("target").Order(StringComparer.Ordinal).ToList();
        return targets.Count > 100 ? "*" : string.Join(' ', targets);
    }

    private static string Branches(string expression, string target)
    {
        var branches = Split(expression).ToList();
        var own = branches.Where(branch => Starts(branch, target)).ToList();
        return string.Join(" | ", own.Count > 0 ? own : branches);
    }

    private static bool Starts(string branch, string target)
    {
        var start = branch.TrimStart('(');
        return start.StartsWith(target, StringComparison.Ordinal)
            && (start.Length == target.Length || start[target.Length] is '.' or ' ' or ')');
    }

    private static IEnumerable<string> Split(string expression)
    {
        var (depth, quoted, from) = (0, false, 0);
        for (var at = 0; at < expression.Length; at++)
        {
            quoted ^= expression[at] == '\'';
            depth += quoted ? 0 : expression[at] switch { '(' => 1, ')' => -1, _ => 0 };
            if (quoted || depth > 0 || expression[at] != '|')
                continue;
            yield return expression[from..at].Trim();
            from = at + 1;
        }

        yield return expression[from..].Trim();
    }
}
