using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Tandem.Definitions;

/// <summary>Writes <c>I key severity expression text</c> beneath the type or element whose values have to keep the rule.</summary>
internal static partial class RuleLines
{
    /// <summary>Checked without FHIRPath by the structure check.</summary>
    private static readonly HashSet<string> Structural = new(StringComparer.Ordinal) { "ele-1", "ext-1", "dom-2" };

    private static readonly HashSet<string> SimpleQuantity = new(StringComparer.Ordinal) { "http://hl7.org/fhir/StructureDefinition/SimpleQuantity" };

    /// <summary>What rules mean where R4 states them otherwise, each as later versions of FHIR have it.</summary>
    private static readonly Dictionary<string, string> Meant = new(StringComparer.Ordinal)
    {
        ["app-4"] = "Appointment.cancelationReason.exists() implies (Appointment.status='noshow' or Appointment.status='cancelled')", // stated with a code that is none
        ["que-7"] = "operator = 'exists' implies (answer is boolean)", // stated with FHIRPath's Boolean, which no answer is
        ["que-12"] = "enableWhen.count() > 1 implies enableBehavior.exists()", // stated with 2, against its own words and the element's
        ["tim-9"] = "offset.empty() or (when.exists() and when.select($this in ('C' | 'CM' | 'CD' | 'CV')).allFalse())", // stated for a single when
        ["txt-2"] = "htmlChecks2()", // stated as txt-1 is
    };

    internal static IEnumerable<RuleLine> Of(JsonElement element)
    {
        foreach (var rule in element.Items("constraint"))
        {
            if (rule.Text("expression") is not { } expression || Structural.Contains(rule.Text("key")!))
                continue;
            yield return new(rule.Text("key")!, Severity(rule), Meant.GetValueOrDefault(rule.Text("key")!) ?? OneLine(expression), OneLine(rule.Text("human")!));
        }

        if (element.Items("type").SelectMany(type => type.Texts("profile")).Any(SimpleQuantity.Contains))
            yield return new("sqty-1", 'e', "comparator.empty()", "The comparator is not used on a SimpleQuantity");
    }

    /// <summary>Leaves a rule where it is stated first: with the parent type, or with the element's own type.</summary>
    internal static void DropInherited(IReadOnlyDictionary<string, TypeLine> types)
    {
        var own = types.Values.ToDictionary(type => type.Name, type => type.Rules.ConvertAll(rule => rule.Key), StringComparer.Ordinal);
        foreach (var type in types.Values)
        {
            type.Rules.RemoveAll(rule => Has(type.Parent, rule.Key));
            foreach (var element in type.Elements)
                element.Rules.RemoveAll(rule => rule.Key != "sqty-1" && element.Types.Split(',').Any(of => Has(of.Split('(')[0], rule.Key)));
        }

        bool Has(string type, string key)
        {
            for (var of = type; of.Length > 0; of = types[of].Parent)
            {
                if (own[of].Contains(key))
                    return true;
            }

            return false;
        }
    }

    internal static void Write(StringBuilder text, List<RuleLine> rules)
    {
        foreach (var rule in rules)
            TypeLines.Line(text, "I", rule.Key, rule.Severity.ToString(), rule.Expression, rule.Text);
    }

    /// <summary><c>e</c> error, <c>w</c> warning, <c>b</c> best practice.</summary>
    private static char Severity(JsonElement rule) =>
        rule.Items("extension").Any(extension => extension.Text("url")!.EndsWith("bestpractice", StringComparison.Ordinal) && extension.Flag("valueBoolean")) ? 'b'
        : rule.Text("severity") == "error" ? 'e' : 'w';

    private static string OneLine(string text) => Blanks().Replace(text, " ").Trim();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
