using Tandem.Hl7v2.DataTypes;
using Tandem.Hl7v2.Segments;

namespace Tandem.Care.Intake.Mapping;

/// <summary>Race and ethnicity as US Core 7.0.0 has them; only codes of the CDC set are taken over, text always.</summary>
internal static class UsCore
{
    private const string Base = "http://hl7.org/fhir/us/core/StructureDefinition/";
    private static readonly HashSet<string> RaceCategories = ["1002-5", "2028-9", "2054-5", "2076-8", "2106-3"];
    private static readonly HashSet<string> EthnicityCategories = ["2135-2", "2186-5"];

    internal static void WriteExtensions(ResourceText text, Pid pid)
    {
        text.Array("extension");
        Write(text, "us-core-race", [.. pid.Races], RaceCategories, code => code);
        Write(text, "us-core-ethnicity", [.. pid.Ethnicities], EthnicityCategories, code => code switch { "H" => "2135-2", "N" => "2186-5", _ => code });
        text.End();
    }

    private static void Write(ResourceText text, string name, List<Cwe> values, HashSet<string> categories, Func<string?, string?> translate)
    {
        var coded = values.Select(v => (Code: translate(v.Code?.Trim()), v.Display)).Where(v => IsCdc(v.Code)).ToList();
        if (coded.Count == 0)
            return;
        text.Object().Text("url", Base + name).Array("extension");
        foreach (var (code, display) in coded)
        {
            text.Object().Text("url", categories.Contains(code!) ? "ombCategory" : "detailed");
            text.Object("valueCoding").Text("system", CodeSystems.Race).Text("code", code).Text("display", display).End().End();
        }

        var words = string.Join(", ", coded.Select(v => string.IsNullOrWhiteSpace(v.Display) ? v.Code : v.Display.Trim()));
        text.Object().Text("url", "text").Text("valueString", words).End();
        text.End().End();
    }

    private static bool IsCdc(string? code) => code is { Length: 6 } && code[4] == '-' && code.Count(char.IsAsciiDigit) == 5;
}
