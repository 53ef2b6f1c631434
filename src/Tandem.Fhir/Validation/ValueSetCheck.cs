using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Json;
using Tandem.Fhir.Structure;
using Tandem.Fhir.Terminology;

namespace Tandem.Fhir.Validation;

/// <summary>A ValueSet's definition (R4 4.9.6): systems by their addresses, codes that their system has, filters by properties that it has, with values that these can have.</summary>
internal sealed class ValueSetCheck(FhirNode valueSet, ValidationRun run)
{
    private readonly Lazy<HashSet<string>> parameters = new(() => FilterExpressionCheck.Parameters(valueSet));

    private TerminologyService Terminology => run.Validator.Terminology;

    internal void Check()
    {
        foreach (var part in valueSet["compose"u8]["include"u8].Items)
            Part(part);
        foreach (var part in valueSet["compose"u8]["exclude"u8].Items)
            Part(part);
    }

    private void Part(FhirNode part)
    {
        if (part["system"u8].Text is not { } system)
            return;
        if (!system.Contains(':', StringComparison.Ordinal))
            Fault("The system of a value set is an absolute address, also of a code system that is contained.", part["system"u8]);
        var version = part["version"u8].Text;
        foreach (var concept in part["concept"u8].Items)
        {
            if (concept["code"u8] is { Text: { } code } place)
                Missing(system, version, code, "The code system has no such code.", place);
        }

        foreach (var filter in part["filter"u8].Items)
        {
            FilterExpressionCheck.Check(filter, parameters, run);
            if (filter["property"u8].Text is { } property && filter["op"u8].Text is { } op && filter["value"u8].Text is { } value)
                Filter(filter, new(property, op, value), system, version);
        }
    }

    private void Filter(FhirNode filter, ConceptFilter asked, string system, string? version)
    {
        var isOfCodes = asked.Operator is "is-a" or "descendent-of" or "is-not-a" or "generalizes" || (asked.Operator == "=" && asked.Property is "concept" or "code");
        if (isOfCodes)
            Missing(system, version, asked.Operand, "The filter's value is no code of the system.", filter["value"u8]);
        if (Terminology.FindCodeSystem(system) is not { } known)
            return;
        if (asked.Operator == "=" && known.IsComplete && ConceptProperties.TypeIn(known, asked.Property) is { } type) // what is here in part, as LOINC often is, is filtered by others in other ways
            Value(filter["value"u8], asked.Operand, type);
        var declared = known.IsComplete ? known.Resource["filter"u8].Items.AsEnumerable().FirstOrDefault(one => one["code"u8].Text == asked.Property) : default;
        if (declared["operator"u8].Exists && !declared["operator"u8].Items.AsEnumerable().Any(op => op.Text == asked.Operator))
            Fault("The code system declares this filter without this operator.", filter["op"u8]);
        if (known.IsComplete && !declared.Exists && !isOfCodes && !asked.IsKnown(known))
            run.Add(IssueSeverity.Warning, "value", "The code system declares no such property, so a reader may not know what to filter by.", FhirValue.Element(filter["property"u8], default, null));
    }

    private void Value(FhirNode place, string value, string type)
    {
        if (type == "boolean" && value is not ("true" or "false"))
            Fault("The values of this property are true and false.", place);
        if (type != "Coding")
            return;
        if (value.Split('#') is not [var system, { Length: > 0 } code] || !system.Contains(':', StringComparison.Ordinal))
            Fault("The values of this property are codes of other systems; they are written system#code.", place);
        else if (system.Split('|') is var parts)
            Missing(parts[0], parts.ElementAtOrDefault(1), code, "The code system that the value names has no such code.", place);
    }

    private void Missing(string system, string? version, string code, string text, FhirNode at)
    {
        if (CodesOfSystem.Missing(Terminology, system, version, code) is { } severity)
            run.Add(severity, "value", text, FhirValue.Element(at, default, null));
    }

    private void Fault(string text, FhirNode at) => run.Add(IssueSeverity.Error, "value", text, FhirValue.Element(at, default, null));
}
