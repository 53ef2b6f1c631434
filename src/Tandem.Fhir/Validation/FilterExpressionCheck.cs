using System.Text.RegularExpressions;
using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Json;
using Tandem.Fhir.Structure;

namespace Tandem.Fhir.Validation;

/// <summary>A filter of a value set whose value is worked out of parameters that the value set declares (extensions valueset-parameter and cqf-expression): FHIRPath that can be read and names no others.</summary>
internal static partial class FilterExpressionCheck
{
    private const string Declared = "http://hl7.org/fhir/tools/StructureDefinition/valueset-parameter";
    private const string WorkedOut = "http://hl7.org/fhir/StructureDefinition/cqf-expression";

    private static readonly HashSet<string> Known = new(StringComparer.Ordinal) { "resource", "rootResource", "context", "ucum", "sct", "loinc" };

    internal static void Check(FhirNode filter, Lazy<HashSet<string>> parameters, ValidationRun run)
    {
        foreach (var extension in filter["_value"u8]["extension"u8].Items)
        {
            if (extension["url"u8].Text == WorkedOut && extension["valueExpression"u8] is { IsObject: true } expression && Fault(expression, parameters) is { } fault)
                run.Add(IssueSeverity.Error, "value", fault, FhirValue.Of(expression, "Expression"));
        }
    }

    private static string? Fault(FhirNode expression, Lazy<HashSet<string>> parameters)
    {
        if (!expression["language"u8].Is("text/fhirpath"u8))
            return "An expression of a value set is in FHIRPath (text/fhirpath).";
        if (expression["expression"u8].Text is not { } text)
            return null;
        if (FhirPathExpression.Compile(text, out _) is null)
            return "The expression is no FHIRPath that can be read.";
        return Variable().Matches(text).All(match => IsKnown(match.Groups[1].Value, parameters.Value))
            ? null
            : "The expression names a parameter that the value set does not declare.";
    }

    /// <summary>The names of the parameters that a value set declares.</summary>
    internal static HashSet<string> Parameters(FhirNode valueSet) =>
    [
        .. valueSet["extension"u8].Items.AsEnumerable().Where(extension => extension["url"u8].Text == Declared)
            .SelectMany(extension => extension["extension"u8].Items.AsEnumerable()).Where(part => part["url"u8].Text == "name")
            .Select(part => part["valueCode"u8].Text).OfType<string>(),
    ];

    /// <summary>Parameters are named with hyphens, though one in FHIRPath may as well take something from another.</summary>
    private static bool IsKnown(string name, HashSet<string> parameters)
    {
        for (var end = name.Length; end > 0; end = name.LastIndexOf('-', end - 1))
        {
            if (Known.Contains(name[..end]) || parameters.Contains(name[..end]))
                return true;
        }

        return false;
    }

    [GeneratedRegex("%([A-Za-z0-9_-]+)")]
    private static partial Regex Variable();
}
