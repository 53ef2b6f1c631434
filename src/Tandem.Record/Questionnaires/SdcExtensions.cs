using Tandem.Fhir.Json;

namespace Tandem.Record.Questionnaires;

/// <summary>The extensions of Structured Data Capture (SDC 3.0) that are read here; found by the end of their address, as older guides have other bases.</summary>
internal static class SdcExtensions
{
    internal static FhirNode Sdc(this FhirNode holder, string name)
    {
        foreach (var extension in holder["extension"u8].Items)
        {
            if (extension["url"u8].Text is { } url && url.EndsWith(name, StringComparison.Ordinal))
                return extension;
        }

        return default;
    }

    /// <summary>The unit of an item's numbers (R4 extension questionnaire-unit), a Coding; missing when it has none.</summary>
    internal static FhirNode Unit(this FhirNode item) => item.Sdc("/questionnaire-unit")["valueCoding"u8];

    /// <summary>The <c>value[x]</c> of an answer, an option or an initial value; missing when there is none.</summary>
    internal static FhirNode Value(this FhirNode holder) => holder.Properties.AsEnumerable().FirstOrDefault(member => member.NameUtf8.StartsWith("value"u8));

    /// <summary>The FHIRPath of an expression extension; null when there is none or it is of another language.</summary>
    internal static string? FhirPath(this FhirNode extension)
    {
        var expression = extension["valueExpression"u8];
        return expression["language"u8].Is("text/fhirpath"u8) ? expression["expression"u8].Text : null;
    }
}
