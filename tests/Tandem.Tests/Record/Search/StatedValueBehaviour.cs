using System.Net;
using Tandem.Kernel.Data;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Search;

public sealed class SqliteStatedValueTests(SharedServer shared) : StatedValueBehaviour(Engine.Sqlite, shared);

public sealed class PostgresStatedValueTests(SharedServer shared) : StatedValueBehaviour(Engine.Postgres, shared);

/// <summary>A value is found by what it states, no more and no less exactly (FHIR R4 3.1.1.4.6 to 3.1.1.4.12).</summary>
public abstract class StatedValueBehaviour(Engine engine, SharedServer shared) : IClassFixture<SharedServer>
{
    [Theory]
    [InlineData("Observation?value-quantity=176.35499866729558", "many")] // 3.1.1.4.6: a number equals itself
    [InlineData("Observation?value-quantity=ne176.35499866729558", "more,precise,short")]
    [InlineData("Observation?value-quantity=176.35499866729558||u", "many")]
    [InlineData("Observation?_filter=value-quantity eq 176.35499866729558", "many")]
    [InlineData("Observation?code-value-quantity=c$176.35499866729558", "many")]
    [InlineData("Observation?combo-value-quantity=66.89999999999999", "short")]
    [InlineData("RiskAssessment?probability=0.12345678901234567", "exact")]
    [InlineData("RiskAssessment?probability=1.00e2", "high")] // as 100 does
    [InlineData("RiskAssessment?probability=0e31", "exact,high")] // its last digit stands for more than any decimal
    [InlineData("RiskAssessment?probability=0e400", "exact,high")]
    [InlineData("RiskAssessment?_filter=probability eq 0e31", "exact,high")]
    [InlineData("Observation?value-quantity=lt0e40||mg", "")]
    [InlineData("Observation?code-value-quantity=c$0e31", "many,precise,short")]
    [InlineData("Observation?value-quantity=5.40e-3|http://unitsofmeasure.org|g", "precise")] // 3.1.1.4.11: 0.0054 and 0.000005 up or down
    [InlineData("Observation?value-quantity=le5.4||mg", "")] // > 5.4 is more than that
    [InlineData("Observation?value-quantity=lt5.5||mg", "more")]
    [InlineData("Observation?value-quantity=gt5.4||mg", "more")]
    [InlineData("Observation?component-value-quantity=ap37|http://unitsofmeasure.org|Cel", "short")] // 3.1.1.4.5: a tenth of what is stated, in whatever unit the record has it
    [InlineData("Observation?component-value-quantity=ap98.6|http://unitsofmeasure.org|%5BdegF%5D", "many,more,short")]
    [InlineData("Observation?component-value-quantity=ap-10|http://unitsofmeasure.org|Cel", "")]
    [InlineData("Observation?component-code-value-quantity=t$ap37|http://unitsofmeasure.org|Cel", "short")]
    [InlineData("Observation?component-value-quantity=ap40", "many,short")]
    [InlineData("Slot?start=2015-02-07T13:28:17.000Z", "s")] // 3.1.1.4.7: an instant has no width
    [InlineData("Slot?start=2015-02-07T13:28:17Z", "s")]
    [InlineData("Slot?start=le2015-02-07T13:28:17.000Z", "s")]
    [InlineData("Slot?start=gt2015-02-07T13:28:17.500Z", "")]
    [InlineData("ServiceRequest?occurrence=2013", "both,events")] // of a timing only the outer limits count
    [InlineData("ServiceRequest?occurrence=2013-01", "")]
    [InlineData("ServiceRequest?occurrence=ge2013-02-10&occurrence=le2013-02-11", "both,events")]
    [InlineData("ServiceRequest?occurrence=sa2013-02-28", "")]
    [InlineData("ServiceRequest?occurrence=eb2013-03-01", "")]
    [InlineData("ServiceRequest?occurrence=eb2013-04-01", "events")]
    [InlineData("Immunization?date=2020", "")] // a string is no date
    [InlineData("Immunization?date:missing=true", "i")]
    [InlineData("Observation?subject=http://elsewhere.org/fhir/Patient/77", "precise")] // 3.1.1.4.12: with and without its version
    [InlineData("Observation?subject=http://elsewhere.org/fhir/Patient/77/_history/3", "precise")]
    [InlineData("Observation?subject=http://elsewhere.org/fhir/Patient/77/_history/4", "")]
    [InlineData("ValueSet?version=1.0-beta", "vs")] // 3.1.1.4.10: strings and contact points whatever their case
    [InlineData("Patient?email=a@B.com", "ana")]
    [InlineData("Patient?telecom:not=A@b.COM", "jean,quin,sig")]
    [InlineData("Patient?identifier=mrn-a", "")] // a code or an identifier as it is written
    [InlineData("Patient?family=%CE%A3%CE%AF%CF%83%CF%85%CF%86%CE%BF%CF%82", "sig")] // 3.1.1.4.8: a final sigma is a sigma
    [InlineData("Patient?family=obrien", "ana")] // punctuation is ignored
    [InlineData("Patient?family=O'Brien", "ana")]
    [InlineData("Patient?family:exact=O'Brien", "")]
    [InlineData("Patient?family:exact=O%E2%80%99Brien", "ana")]
    [InlineData("Patient?given=jean luc", "jean")]
    [InlineData("Patient?given=Jean-Luc", "jean")]
    [InlineData("Patient?given:contains=n-l", "jean")]
    [InlineData("Patient?name=.", "quin")] // a text of punctuation alone keeps it
    [InlineData("Observation?code:text=sodium moles volume", "short")]
    public async Task A_search_finds(string query, string ids)
    {
        var server = await shared.OfAsync(engine, FillAsync);
        var answer = await server.GetAsync(query);

        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        Assert.Equal(ids, string.Join(",", answer.Ids.Split(',').Order(StringComparer.Ordinal)));
    }

    [Theory]
    [InlineData("Patient?family=%CC%81")] // an accent of nothing
    [InlineData("Patient?name=%00")]
    [InlineData("Patient?name:contains=%CC%81,ana")]
    [InlineData("Observation?code:text=%CC%81")]
    public async Task A_text_without_anything_to_look_for_is_refused(string query)
    {
        var server = await shared.OfAsync(engine, FillAsync);

        Assert.Equal(HttpStatusCode.BadRequest, (await server.GetAsync(query)).Status);
    }

    private static async Task FillAsync(FhirServer server)
    {
        await PutAsync("Observation/many", Component("42", "Cel") + Quantity(""" "value":176.35499866729558,"unit":"u" """));
        await PutAsync("Observation/short", Component("39", "Cel") + """ "status":"final","code":{"coding":[{"code":"c","display":"Sodium [Moles/volume]"}]},"valueQuantity":{"value":66.89999999999999} """);
        await PutAsync("Observation/precise", """ "subject":{"reference":"http://elsewhere.org/fhir/Patient/77/_history/3"}, """ + Quantity(""" "value":0.005404,"system":"http://unitsofmeasure.org","code":"g" """));
        await PutAsync("Observation/more", Component("107.6", "[degF]") + Quantity(""" "value":5.4,"comparator":">","unit":"mg" """));
        await PutAsync("RiskAssessment/exact", """ "status":"final","subject":{"reference":"Patient/ana"},"prediction":[{"probabilityDecimal":0.12345678901234567}] """);
        await PutAsync("RiskAssessment/high", """ "status":"final","subject":{"reference":"Patient/ana"},"prediction":[{"probabilityDecimal":99.5}] """);
        await PutAsync("Slot/s", """ "schedule":{"reference":"Schedule/x"},"status":"free","start":"2015-02-07T13:28:17Z","end":"2015-02-07T13:58:17Z" """);
        await PutAsync("ServiceRequest/events", """ "status":"active","intent":"order","subject":{"reference":"Patient/ana"},"occurrenceTiming":{"event":["2013-03-24","2013-01-31"]} """);
        await PutAsync("ServiceRequest/both", """ "status":"active","intent":"order","subject":{"reference":"Patient/ana"},"occurrenceTiming":{"event":["2013-01-31"],"repeat":{"boundsPeriod":{"start":"2013-02-01","end":"2013-05-01"}}} """);
        await PutAsync("Immunization/i", """ "status":"completed","vaccineCode":{"text":"x"},"patient":{"reference":"Patient/ana"},"occurrenceString":"2020" """);
        await PutAsync("ValueSet/vs", """ "status":"active","url":"http://example.org/vs","version":"1.0-Beta" """);
        await PutAsync("Patient/ana", """ "name":[{"family":"O’Brien"}],"telecom":[{"system":"email","value":"A@b.com"}],"identifier":[{"value":"MRN-A"}] """);
        await PutAsync("Patient/jean", """ "name":[{"given":["Jean-Luc"],"family":"D'Arc"}] """);
        await PutAsync("Patient/quin", """ "name":[{"family":"."}] """);
        await PutAsync("Patient/sig", """ "name":[{"family":"ΣΊΣΥΦΟΣ"}] """);

        async Task PutAsync(string reference, string members)
        {
            var parts = reference.Split('/');
            var answer = await server.PutAsync(reference, $$"""{"resourceType":"{{parts[0]}}","id":"{{parts[1]}}",{{members}}}""");
            Assert.True((int)answer.Status < 300, answer.Text);
        }
    }

    private static string Component(string value, string unit) => $$""" "component":[{"code":{"coding":[{"code":"t"}]},"valueQuantity":{"value":{{value}},"system":"http://unitsofmeasure.org","code":"{{unit}}"} }], """;

    private static string Quantity(string members) => $$""" "status":"final","code":{"coding":[{"code":"c"}]},"valueQuantity":{{{members}}} """;
}
