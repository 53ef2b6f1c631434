using System.Globalization;
using Tandem.Fhir.Json;
using Tandem.Fhir.Terminology;
using Tandem.Kernel;
using Tandem.Record.Operations;

namespace Tandem.Record.Terminology;

/// <summary>The value set that <c>$expand</c> answers with: what it is, and its expansion with what was asked.</summary>
internal static class WriteExpansion
{
    /// <summary>Codes that are not listed may belong to the set too (R4, extension valueset-unclosed).</summary>
    private const string Unclosed = "http://hl7.org/fhir/StructureDefinition/valueset-unclosed";

    private static readonly string[] Kept = ["id", "url", "version", "name", "title"];

    internal static byte[] Of(OperationRequest call, ValueSetExpansion of, int total, IReadOnlyList<ExpandedCode> codes, ExpandedNames names) => FhirWriter.Resource("ValueSet", json =>
    {
        var set = of.Resource;
        foreach (var name in Kept)
            json.Text(name, set[name].Text);
        json.Text("status", set["status"u8].Text ?? "active");
        if (call.Text("includeDefinition") == "true")
            json.Raw("compose", set["compose"u8]);
        json.Object("expansion", expansion =>
        {
            if (of.Partial.Count > 0)
                expansion.Array("extension", extensions => extensions.Item(extension => extension.Text("url", Unclosed).Boolean("valueBoolean", true)));
            expansion.Text("identifier", Ids.NewUrn(call.Fhir.Service.Clock)).Instant("timestamp", call.Fhir.Service.Clock.GetUtcNow());
            expansion.Number("total", total).Number("offset", call.Text("offset") is { } offset ? int.Parse(offset, CultureInfo.InvariantCulture) : null);
            expansion.Array("parameter", parameters => Parameters(call, of, parameters));
            expansion.Array("contains", codes, (item, code) => Code(item, code, names));
        });
    });

    /// <summary>What was asked, and how the expansion came about, by the names that terminology servers have agreed on (HL7 terminology ecosystem).</summary>
    private static void Parameters(OperationRequest call, ValueSetExpansion of, FhirWriter parameters)
    {
        foreach (var asked in call.Operation.Parameters.Where(parameter => !parameter.IsOut && parameter.Name is not ("url" or "valueSet" or "valueSetVersion" or "offset")))
        {
            foreach (var value in asked.IsList ? call.Texts(asked.Name) : call.Text(asked.Name) is { } one ? [one] : [])
                parameters.Item(item => Value(item.Text("name", asked.Name), asked.Type, value));
        }

        foreach (var system in of.Used)
            parameters.Item(item => item.Text("name", "used-codesystem").Text("valueUri", TerminologyReply.Versioned(system.Url, system.Version)));
        foreach (var system in of.Partial)
            parameters.Item(item => item.Text("name", system.Content).Text("valueUri", TerminologyReply.Versioned(system.Url, system.Version)));
    }

    /// <summary>R4 has no canonical there: addresses are written as uri.</summary>
    private static FhirWriter Value(FhirWriter item, string type, string value) => type switch
    {
        "boolean" => item.Boolean("valueBoolean", value == "true"),
        "integer" => item.Number("valueInteger", int.Parse(value, CultureInfo.InvariantCulture)),
        "canonical" => item.Text("valueUri", value),
        "code" => item.Text("valueCode", value),
        _ => item.Text("valueString", value),
    };

    private static void Code(FhirWriter item, ExpandedCode expanded, ExpandedNames names)
    {
        var code = expanded.Code;
        item.Text("system", code.System).Boolean("abstract", code.IsAbstract ? true : null).Boolean("inactive", code.IsInactive ? true : null)
            .Text("version", code.Version).Text("code", code.Code).Text("display", names.Shown(code));
        item.Array("designation", names.Others(code), (designation, name) => designation.Text("language", name.Language).Raw("use", name.Use).Text("value", name.Text));
        item.Array("contains", expanded.Below, (inner, below) => Code(inner, below, names));
    }
}
