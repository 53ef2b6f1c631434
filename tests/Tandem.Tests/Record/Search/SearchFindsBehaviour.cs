using System.Net;
using Tandem.Kernel.Data;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Search;

public sealed class SqliteSearchFindsTests(SharedServer shared) : SearchFindsBehaviour(Engine.Sqlite, shared);

public sealed class PostgresSearchFindsTests(SharedServer shared) : SearchFindsBehaviour(Engine.Postgres, shared);

/// <summary>What a search within a type finds over HTTP, parameter by parameter (FHIR R4 3.1.1).</summary>
public abstract class SearchFindsBehaviour(Engine engine, SharedServer shared) : IClassFixture<SharedServer>
{
    [Theory]
    [InlineData("Patient", "ana,ben,cy")]
    [InlineData("Patient?name=TESTPERSON", "ben")] // 3.1.1.4.8: begins with, case and accents off
    [InlineData("Patient?name=muller", "ana")]
    [InlineData("Patient?given=jos%C3%A9", "ana")]
    [InlineData("Patient?name:contains=testper", "ana,ben")]
    [InlineData("Patient?family:exact=Testperson", "ben")]
    [InlineData("Patient?family:exact=testperson", "")]
    [InlineData("Patient?name:contains=%25_", "")] // punctuation is ignored, and is no pattern
    [InlineData("Patient?name:contains=0%25_s", "cy")]
    [InlineData("Patient?name=muller,test", "ana,ben")] // 3.1.1.3.3: , is or
    [InlineData("Patient?name=muller&gender=female", "ana")] // & is and
    [InlineData("Patient?name=muller&gender=male", "")]
    [InlineData("Patient?gender=male,female", "ana,ben")] // 3.1.1.4.10 token
    [InlineData("Patient?gender=http://hl7.org/fhir/administrative-gender|male", "ben")]
    [InlineData("Patient?gender:not=male", "ana,cy")]
    [InlineData("Patient?active=true", "ana")]
    [InlineData("Patient?identifier=1", "ana,ben")]
    [InlineData("Patient?identifier=urn:mrn|1", "ana")]
    [InlineData("Patient?identifier=|2", "ben")]
    [InlineData("Patient?identifier=|1", "")]
    [InlineData("Patient?identifier=urn:other|", "ben")]
    [InlineData("Patient?identifier=urn:other|,urn:mrn|1", "ana,ben")]
    [InlineData("Patient?identifier=urn:other|,x1,x2,x3,x4,x5,x6,x7,urn:mrn|1", "ana,ben")] // more than are each looked for on their own
    [InlineData("Patient?birthdate=1980", "ana,ben")] // 3.1.1.4.7 date precision
    [InlineData("Patient?birthdate=1980-05", "ana")]
    [InlineData("Patient?birthdate=1980-05-17", "ana")]
    [InlineData("Patient?birthdate=ne1980-05-17", "ben")]
    [InlineData("Patient?birthdate=gt1980-05-17", "ben")]
    [InlineData("Patient?birthdate=ge1980-05-17", "ana,ben")]
    [InlineData("Patient?birthdate=lt1980-05-17", "ben")]
    [InlineData("Patient?birthdate=le1979", "")]
    [InlineData("Patient?birthdate=ge1980-05-17&birthdate=lt1980-05-18", "ana,ben")]
    [InlineData("Patient?birthdate=lt1980-05-18&birthdate=sa1980-05-16", "ana")]
    [InlineData("Patient?birthdate=sa1979", "ana,ben")]
    [InlineData("Patient?birthdate=eb1981", "ana,ben")]
    [InlineData("Patient?birthdate=ap1984", "ana,ben")] // 3.1.1.4.5: a tenth of the time since then, four years
    [InlineData("Patient?birthdate=ap1986", "")]
    [InlineData("Encounter?date=ge2026-03-01", "e1,e2")] // periods overlap what they do not lie in
    [InlineData("Encounter?date=gt2026-04-01", "e2")]
    [InlineData("Encounter?date=lt2026-02-01", "e1")]
    [InlineData("Encounter?date=2026", "e1")]
    [InlineData("Encounter?date=sa2026-02-01", "e2")]
    [InlineData("Encounter?date=eb2026-04-01", "e1")]
    [InlineData("Observation?date=2026-02", "o2,o3")]
    [InlineData("Observation?date=ge2026-02-01&date=lt2026-02-11&patient=ana", "o2")]
    [InlineData("Observation?value-quantity=5.4", "o1")] // 3.1.1.4.6: [5.35, 5.45)
    [InlineData("Observation?value-quantity=5.45", "o2")]
    [InlineData("Observation?value-quantity=gt5.4", "o2,o3")]
    [InlineData("Observation?value-quantity=le5.4", "o1")]
    [InlineData("Observation?value-quantity=ge5.4||mmol/L", "o1,o2")] // 3.1.1.4.14
    [InlineData("Observation?value-quantity=gt1|http://unitsofmeasure.org|mg/dL", "o3")]
    [InlineData("Observation?value-quantity=gt1|http://unitsofmeasure.org|", "o1,o2,o3")]
    [InlineData("Observation?value-quantity=gt1|urn:units|", "")]
    [InlineData("Observation?value-quantity=ap5", "o1,o2")]
    [InlineData("Observation?value-quantity=ne150", "o1,o2")]
    [InlineData("RiskAssessment?probability=gt0.2", "r1")]
    [InlineData("RiskAssessment?probability=0.3", "r1")] // [0.25, 0.35)
    [InlineData("Observation?patient=ana", "o1,o2")] // 3.1.1.4.12
    [InlineData("Observation?subject=Patient/ben", "o3")]
    [InlineData("Observation?subject:Patient=ben", "o3")]
    [InlineData("Observation?subject=Group/ben", "")]
    [InlineData("Observation?patient=ana&code=http://loinc.org|8480-6&date=2026-02-10", "o2")]
    [InlineData("ValueSet?url=http://example.org/vs/one", "v1")] // 3.1.1.4.13
    [InlineData("ValueSet?url=http://example.org/vs", "")]
    [InlineData("Patient?_id=ana,cy", "ana,cy")] // 3.1.1.4.1
    [InlineData("Patient?_id=ana&gender=male", "")]
    [InlineData("Patient?_lastUpdated=2026-03-02", "ana,ben,cy")]
    [InlineData("Patient?_lastUpdated=gt2026-03-02", "")]
    [InlineData("Patient?_lastUpdated=ne2026-03-02", "")]
    [InlineData("Patient?_lastUpdated=le2026-03-02T15:00:00Z", "ana,ben,cy")]
    [InlineData("Patient?gender:missing=true", "cy")] // 3.1.1.4.4
    [InlineData("Patient?birthdate:missing=false", "ana,ben")]
    [InlineData("Patient?organization:missing=true", "ana,cy")]
    [InlineData("Observation?subject:Patient.name=muller", "o1,o2")] // 3.1.1.4.15
    [InlineData("Observation?patient.identifier=urn:other|1", "o3")]
    [InlineData("Observation?patient.organization.name=north", "o3")]
    [InlineData("Observation?patient.gender:not=male", "o1,o2")]
    [InlineData("Patient?_has:Observation:patient:code=8480-6", "ana")] // 3.1.1.4.16
    [InlineData("Patient?_has:Observation:patient:code=8480-6&gender=male", "")]
    [InlineData("Patient?_sort=-birthdate", "ana,ben,cy")] // 3.1.1.5.2: what has none comes last
    [InlineData("Patient?_sort=birthdate", "ben,ana,cy")]
    [InlineData("Patient?_sort=family", "ana,ben,cy")]
    [InlineData("Patient?_sort=-_id", "cy,ben,ana")]
    [InlineData("Observation?_sort=-value-quantity", "o3,o2,o1")]
    [InlineData("Observation?_sort=patient", "o1,o2,o3")] // 3.1.1.5.2: codes, references and addresses too
    [InlineData("Observation?_sort=-patient,-_id", "o3,o2,o1")]
    [InlineData("Patient?_sort=gender", "ana,ben,cy")]
    [InlineData("Patient?_sort=-gender", "ben,ana,cy")]
    [InlineData("Patient?_sort=-gender,birthdate&_count=50", "ben,ana,cy")]
    [InlineData("Patient?_sort=deceased", "ana,cy,ben")] // whoever has a time of death is dead
    [InlineData("Patient?_sort=-deceased", "ben,cy,ana")]
    [InlineData("?_type=Organization,Patient", "ana,ben,cy,org")] // 3.1.1.2: several types
    [InlineData("?_type=Organization,Patient&_id=ben,org", "ben,org")]
    [InlineData("?_type=Organization,Patient&_sort=-_id", "org,cy,ben,ana")]
    [InlineData("?_type=Patient&gender=male&_sort=family", "ben")]
    [InlineData("?_type=Patient&_sort=-gender,birthdate", "ben,ana,cy")] // of one type by whatever it can be sorted by
    [InlineData("?_type=Organization,Patient&gender=male", null)]
    [InlineData("?_type=Organization,Patient&_sort=name", null)]
    [InlineData("?_type=Organization,Patient&_elements=birthDate", "ana,ben,cy,org")] // what one of them has
    [InlineData("?_type=Organization,Patient&_elements=status", null)]
    [InlineData("Patient?_lastUpdated=ap2020", "")]
    [InlineData("?_type=Nonsense", null)]
    [InlineData("?_type=", null)]
    [InlineData("?_id=ben,org", "ben,org")] // 3.1.1.2: without types over all of them, by what all have
    [InlineData("?_id=ben,org&_sort=-_id", "org,ben")]
    [InlineData("?gender=male", null)]
    [InlineData("?_id=ana", "ana")]
    [InlineData("Patient?_list=l1", "ana,cy")] // 3.1.1.4.18
    [InlineData("Patient?_list=List/l1&gender=female", "ana")]
    [InlineData("Patient?_list=none", "")]
    [InlineData("Patient?_list=$current-allergies", null)]
    [InlineData("Patient?_filter=name xx y", null)]
    [InlineData("Patient?nonsense=1", null)] // 3.1.1.3.1: refused, not dropped
    [InlineData("Patient?name:below=x", null)]
    [InlineData("Patient?gender:in=http://x", null)]
    [InlineData("Patient?birthdate=yesterday", null)]
    [InlineData("Observation?code-value-quantity=8480-6$gt5", "o1,o2")]
    [InlineData("Patient?_count=few", null)]
    [InlineData("Patient?_include=Patient:nonsense", null)]
    [InlineData("Patient?_include=Observation:subject", null)] // without :iterate only of what is found
    [InlineData("Patient?_elements=nonsense", null)]
    [InlineData("Patient?_pretty=perhaps", null)]
    [InlineData("Patient?_containedType=any", null)]
    public async Task A_search_finds(string query, string? ids)
    {
        var server = await shared.OfAsync(engine, SearchSamples.FillAsync);
        var answer = await server.GetAsync(query);

        if (ids is null)
        {
            Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
            Assert.NotNull(answer.Issue);
            return;
        }

        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        Assert.Equal(ids, query.Contains("_sort", StringComparison.Ordinal) ? answer.Ids : string.Join(",", answer.Ids.Split(',').Order()));
        Assert.Equal($"{(ids.Length == 0 ? 0 : ids.Split(',').Length)}", answer.Json["total"u8].Text);
        Assert.Empty(Tandem.Fhir.Structure.StructureCheck.Check(answer.Json));
    }
}

/// <summary>Resources for searches within a type.</summary>
internal static class SearchSamples
{
    /// <summary>Writes them.</summary>
    internal static async Task FillAsync(FhirServer server)
    {
        await PutAsync("Patient/ana", """ "active":true,"deceasedBoolean":false,"gender":"female","birthDate":"1980-05-17","name":[{"family":"Müller-Testperson","given":["José","Ana"]}],"identifier":[{"system":"urn:mrn","value":"1"}] """);
        await PutAsync("Patient/ben", """ "gender":"male","birthDate":"1980","deceasedDateTime":"2026-03-01","name":[{"family":"Testperson"}],"identifier":[{"system":"urn:other","value":"1"},{"value":"2"}],"managingOrganization":{"reference":"Organization/org"} """);
        await PutAsync("Patient/cy", """ "name":[{"text":"100%_sure"}],"link":[{"other":{"reference":"Patient/ana"},"type":"seealso"}] """);
        await PutAsync("Organization/org", """ "name":"North Clinic" """);
        await PutAsync("Observation/o1", Observation("ana", "8480-6", "2026-01-10T08:00:00Z", "5.40", "mmol/L"));
        await PutAsync("Observation/o2", Observation("ana", "8480-6", "2026-02-10T08:00:00Z", "5.45", "mmol/L"));
        await PutAsync("Observation/o3", Observation("ben", "8462-4", "2026-02", "150", "mg/dL"));
        await PutAsync("Encounter/e1", """ "status":"finished","class":{"code":"AMB"},"subject":{"reference":"Patient/ana"},"period":{"start":"2026-01-10T09:00:00Z","end":"2026-03-15T09:00:00Z"} """);
        await PutAsync("Encounter/e2", """ "status":"in-progress","class":{"code":"AMB"},"subject":{"reference":"Patient/ben"},"period":{"start":"2026-02-20T09:00:00Z"} """);
        await PutAsync("RiskAssessment/r1", """ "status":"final","subject":{"reference":"Patient/ana"},"prediction":[{"probabilityDecimal":0.25}] """);
        await PutAsync("List/l1", """ "status":"current","mode":"working","entry":[{"item":{"reference":"Patient/ana"}},{"item":{"reference":"Patient/cy"}},{"item":{"reference":"Observation/o1"}}] """);
        await PutAsync("ValueSet/v1", """ "status":"active","url":"http://example.org/vs/one" """);

        async Task PutAsync(string reference, string members)
        {
            var parts = reference.Split('/');
            var answer = await server.PutAsync(reference, $$"""{"resourceType":"{{parts[0]}}","id":"{{parts[1]}}",{{members}}}""");
            Assert.True((int)answer.Status < 300, answer.Text);
        }
    }

    private static string Observation(string patient, string code, string date, string value, string unit) =>
        $$""" "status":"final","code":{"coding":[{"system":"http://loinc.org","code":"{{code}}"}]},"subject":{"reference":"Patient/{{patient}}"},"effectiveDateTime":"{{date}}","valueQuantity":{"value":{{value}},"unit":"{{unit}}","system":"http://unitsofmeasure.org","code":"{{unit}}"} """;
}
