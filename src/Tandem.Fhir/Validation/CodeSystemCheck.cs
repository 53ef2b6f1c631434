using System.Text;
using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Json;
using Tandem.Fhir.Structure;

namespace Tandem.Fhir.Validation;

/// <summary>A CodeSystem (R4 4.8): what it says of its content, what supplements may define, and properties that are declared once and have the values they are declared with.</summary>
internal sealed class CodeSystemCheck(FhirNode codeSystem, ValidationRun run)
{
    private readonly Dictionary<string, string?> types = new(StringComparer.Ordinal);

    internal void Check()
    {
        var concepts = codeSystem["concept"u8];
        if (concepts.Exists && codeSystem["content"u8].Is("not-present"u8))
            run.Add(IssueSeverity.Error, "value", "The content of this code system is said not to be present, but here are concepts.", FhirValue.Of(concepts.First));
        var supplemented = codeSystem["supplements"u8].Text?.Split('|');
        if (supplemented is not null && codeSystem["content"u8] is { Kind: JsonKind.String } content && !content.Is("supplement"u8))
            run.Add(IssueSeverity.Error, "value", "The content of what supplements another code system is supplement (R4 4.8.10).", FhirValue.Of(content, "code"));
        Declared();
        foreach (var concept in concepts.Items)
            Concept(concept, supplemented);
    }

    private void Declared()
    {
        var addresses = new HashSet<string>(StringComparer.Ordinal);
        foreach (var property in codeSystem["property"u8].Items)
        {
            var (code, type, address) = (property["code"u8].Text ?? "", property["type"u8].Text, property["uri"u8].Text);
            if (!types.TryAdd(code, type))
                Fault("A property of this code is declared before.", property);
            if (address is null)
                continue;
            if (!addresses.Add(address))
                Fault("A property of this uri is declared before.", property);
            if (ConceptProperties.TypeOf(address) is { } standard && type is not null && type != standard)
                Fault($"The values of the property of this uri are of the type {standard}.", property);
            if (ConceptProperties.IsOther(code, address))
                Fault("This code is that of another standard property than the uri's; readers would take one for the other.", property);
        }
    }

    private void Concept(FhirNode concept, string[]? supplemented)
    {
        if (supplemented is not null && concept["code"u8].Text is { } code
            && CodesOfSystem.Missing(run.Validator.Terminology, supplemented[0], supplemented.ElementAtOrDefault(1), code) is { } severity)
            run.Add(severity, "value", "The code system that this one supplements has no such code, and a supplement defines none (R4 4.8.10).", FhirValue.Element(concept, default, null));
        foreach (var property in concept["property"u8].Items)
        {
            if (types.GetValueOrDefault(property["code"u8].Text ?? "") is { } declared && TypeOf(property) is { } type && !type.Equals(declared, StringComparison.OrdinalIgnoreCase))
                Fault($"The values of this property are declared with another type: {declared}.", property);
        }

        foreach (var inner in concept["concept"u8].Items)
            Concept(inner, supplemented);
    }

    /// <summary>The type in the name of the value (<c>valueDateTime</c>).</summary>
    private static string? TypeOf(FhirNode property)
    {
        foreach (var part in property.Properties)
        {
            if (part.NameUtf8.StartsWith("value"u8))
                return Encoding.UTF8.GetString(part.NameUtf8["value".Length..]);
        }

        return null;
    }

    private void Fault(string text, FhirNode at) => run.Add(IssueSeverity.Error, "value", text, FhirValue.Element(at, default, null));
}
