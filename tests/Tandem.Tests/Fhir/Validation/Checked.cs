using System.Text;
using Tandem.Fhir.Definitions;
using Tandem.Fhir.Json;
using Tandem.Fhir.Structure;
using Tandem.Fhir.Terminology;
using Tandem.Fhir.Validation;

namespace Tandem.Tests.Fhir.Validation;

/// <summary>Short words to validate a text with definitions of a test's own, and to say what came of it.</summary>
internal sealed class Checked
{
    private readonly Dictionary<(string Type, string Url), FhirNode> own = [];

    internal Checked(params IEnumerable<FhirNode> definitions)
    {
        foreach (var definition in definitions)
            own[(definition["resourceType"u8].Text!, definition["url"u8].Text!)] = definition;
        FindCanonical find = (type, url, _) => own.GetValueOrDefault((type, url));
        Validator = new(new ProfileSet(find), new TerminologyService(find));
    }

    internal FhirValidator Validator { get; }

    /// <summary>Errors and warnings, one per line: severity, code, expression; notes are left out.</summary>
    internal string Finds(string resource, params string[] profiles) => Finds(Parsed(resource), new() { Profiles = profiles });

    internal string Finds(FhirNode resource, ValidationOptions options) => string.Join('\n', Validator.Validate(resource, options)
        .Where(issue => issue.Severity != IssueSeverity.Information)
        .Select(issue => $"{issue.Severity.ToString().ToLowerInvariant()} {issue.Code} {issue.Expression}"));

    /// <summary>The sentences of errors and warnings.</summary>
    internal string Says(string resource, params string[] profiles) => string.Join('\n', Validator.Validate(Parsed(resource), new() { Profiles = profiles })
        .Where(issue => issue.Severity != IssueSeverity.Information).Select(issue => issue.Text));

    internal static FhirNode Parsed(string text) =>
        FhirJson.Parse(Encoding.UTF8.GetBytes(text), JsonLimits.Resource, out var fault)?.Root ?? throw new InvalidDataException($"{fault!.Reason} {fault.Line}:{fault.Column}");

    /// <summary>A profile with a differential only.</summary>
    internal static FhirNode Profile(string name, string type, string elements, string? derivedFrom = null, string more = "") => Parsed($$"""
        {"resourceType":"StructureDefinition","url":"http://example.org/{{name}}","name":"{{name}}","status":"active","kind":"resource","abstract":false,
         "type":"{{type}}","derivation":"constraint","baseDefinition":"{{derivedFrom ?? "http://hl7.org/fhir/StructureDefinition/" + type}}",{{more}}
         "differential":{"element":[ {{elements}} ]} }
        """);
}
