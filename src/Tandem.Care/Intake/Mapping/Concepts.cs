using Tandem.Hl7v2.DataTypes;

namespace Tandem.Care.Intake.Mapping;

/// <summary>Coded values (v2-to-FHIR guide: CWE, CE, CNE to CodeableConcept).</summary>
internal static class Concepts
{
    /// <summary>A CodeableConcept with both codings and the original text.</summary>
    /// <param name="text">Where to.</param>
    /// <param name="name">Property, or null inside an array.</param>
    /// <param name="value">The coded value.</param>
    /// <param name="source">Whose local code systems.</param>
    /// <param name="table">HL7 table of a field that is bound to one and sent without system.</param>
    internal static void Write(ResourceText text, string? name, Cwe value, SourceSettings source, string? table = null)
    {
        text.Object(name);
        text.Array("coding");
        Coding(text, value.Code, value.Display, CodeSystems.Uri(value.System, source) ?? (table is null ? null : CodeSystems.Table(table)), value.SystemVersion);
        if (value.AlternateCode is not null)
            Coding(text, value.AlternateCode, value.AlternateDisplay, CodeSystems.Uri(value.AlternateSystem, source), value.AlternateSystemVersion);
        text.End();
        text.Text("text", value.OriginalText ?? (value.Display is { Length: > 0 } ? value.Display : value.Code is null ? value.AlternateDisplay : null));
        text.End();
    }

    /// <summary>A CodeableConcept with one coding.</summary>
    internal static void Write(ResourceText text, string? name, string system, string code, string? display = null) =>
        text.Object(name).Array("coding").Object().Text("system", system).Text("code", code).Text("display", display).End().End().End();

    internal static void Coding(ResourceText text, string? code, string? display, string? system, string? version = null)
    {
        if (string.IsNullOrWhiteSpace(code))
            return;
        text.Object().Text("system", system).Text("version", system is null ? null : version).Text("code", code).Text("display", display).End();
    }

    /// <summary>True when anything was sent.</summary>
    internal static bool Any(Cwe value) =>
        !string.IsNullOrWhiteSpace(value.Code) || !string.IsNullOrWhiteSpace(value.Display) || !string.IsNullOrWhiteSpace(value.AlternateCode)
        || !string.IsNullOrWhiteSpace(value.OriginalText);
}
