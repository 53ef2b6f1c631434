using Xunit;
using System.Text;
using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Json;

namespace Tandem.Tests.Fhir.FhirPath;

/// <summary>Short words to evaluate an expression and to say what came of it.</summary>
internal static class Samples
{
    internal static readonly DateTimeOffset Now = new(2026, 11, 22, 10, 30, 0, TimeSpan.FromHours(-5));

    internal static readonly FhirNode Patient = Parsed("""
        {
          "resourceType": "Patient", "id": "p1", "active": true,
          "name": [
            { "use": "official", "family": "Testperson", "given": ["Ada", "B"] },
            { "use": "nickname", "given": [null, "Addie"], "_given": [{ "extension": [{ "url": "http://example.org/sound", "valueString": "ah" }] }, null] }
          ],
          "gender": "female",
          "birthDate": "1980-02-29",
          "_birthDate": { "id": "bd", "extension": [{ "url": "http://example.org/time", "valueDateTime": "1980-02-29T06:30:00-05:00" }] },
          "_deceasedBoolean": { "extension": [{ "url": "http://example.org/unknown", "valueCode": "asked" }] },
          "contained": [{ "resourceType": "Organization", "id": "org", "name": "Testclinic" }],
          "managingOrganization": { "reference": "#org" },
          "generalPractitioner": [{ "reference": "Practitioner/9" }],
          "multipleBirthInteger": 2
        }
        """);

    internal static readonly FhirNode Observation = Parsed("""
        {
          "resourceType": "Observation", "id": "o1", "status": "final",
          "code": { "coding": [{ "system": "http://loinc.org", "code": "2823-3" }] },
          "effectiveDateTime": "2026-11-20T08:15:00-05:00", "issued": "2026-11-20T08:40:12.345-05:00",
          "valueQuantity": { "value": 6.9, "unit": "mmol/L", "system": "http://unitsofmeasure.org", "code": "mmol/L" },
          "component": [
            { "code": { "text": "a" }, "valueQuantity": { "value": 120, "unit": "mmHg", "system": "http://unitsofmeasure.org", "code": "mm[Hg]" } },
            { "code": { "text": "b" }, "valueString": "none" }
          ]
        }
        """);

    internal static FhirNode Parsed(string text) =>
        FhirJson.Parse(Encoding.UTF8.GetBytes(text), JsonLimits.Resource, out var fault)?.Root ?? throw new InvalidDataException(fault!.Reason);

    /// <summary>The items' texts, joined by a comma and a blank; empty for none.</summary>
    internal static string Gives(string expression, FhirNode on = default, bool strict = false) =>
        Gives(expression, new FhirPathContext(on) { Now = Now, Strict = strict });

    internal static string Gives(string expression, FhirPathContext context) =>
        string.Join(", ", FhirPathExpression.Compile(expression).Evaluate(context).Select(value => value.ToString()));

    internal static string Fails(string expression, FhirNode on = default, bool strict = false)
    {
        var compiled = FhirPathExpression.Compile(expression);
        return Assert.Throws<FhirPathException>(() => compiled.Evaluate(new FhirPathContext(on) { Now = Now, Strict = strict })).Message;
    }
}
