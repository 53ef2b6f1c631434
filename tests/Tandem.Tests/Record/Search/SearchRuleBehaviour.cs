using System.Net;
using Tandem.Kernel.Data;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Search;

public sealed class SqliteSearchRuleTests(SharedServer shared) : SearchRuleBehaviour(Engine.Sqlite, shared);

public sealed class PostgresSearchRuleTests(SharedServer shared) : SearchRuleBehaviour(Engine.Postgres, shared);

/// <summary>The rules of search one by one (FHIR R4 3.1.1.4), modifiers and composites first of all.</summary>
public abstract class SearchRuleBehaviour(Engine engine, SharedServer shared) : IAsyncLifetime, IClassFixture<SharedServer>
{
    private const string Long = "a very long text that goes on and on until the index would rather not keep all of it ";

    private FhirServer server = null!;

    public async ValueTask InitializeAsync() => server = await shared.OfAsync(engine, FillAsync);

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask; // the class does
    }

    private async Task FillAsync(FhirServer made)
    {
        server = made;
        await PutAsync("Patient/ana", """ "deceasedBoolean":false,"gender":"female","identifier":[{"type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"MR"}],"text":"Medical récord"},"system":"urn:mrn","value":"1,2|3$4\\5"}] """);
        await PutAsync("Patient/ben", """ "deceasedDateTime":"2020","identifier":[{"type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"SS"}]},"system":"urn:mrn","value":"77"}] """);
        await PutAsync("Patient/cy", """ "address":[{"line":["@@1"]}],"name":[{"text":"@@2"}] """.Replace("@@", string.Concat(Enumerable.Repeat(Long, 6)), StringComparison.Ordinal));
        await PutAsync("Observation/bp", """ "status":"final","code":{"coding":[{"system":"http://loinc.org","code":"85354-9","display":"Blood pressure panel"}]},"subject":{"reference":"Patient/ana/_history/1"},"component":[{"code":{"coding":[{"system":"http://loinc.org","code":"8480-6"}]},"valueQuantity":{"value":140,"unit":"mmHg","system":"http://unitsofmeasure.org","code":"mm[Hg]"}},{"code":{"coding":[{"system":"http://loinc.org","code":"8462-4"}]},"valueQuantity":{"value":80,"unit":"mmHg","system":"http://unitsofmeasure.org","code":"mm[Hg]"}}] """);
        await PutAsync("Observation/glu", """ "status":"final","code":{"text":"Glucosa en sangre","coding":[{"system":"http://loinc.org","code":"2339-0","display":"Glucose [Mass/volume]"}]},"subject":{"reference":"https://hub.example.org/fhir/Patient/ana"},"effectivePeriod":{"start":"2026-01-10","end":"2026-01-12"},"valueQuantity":{"value":90,"unit":"mg/dL","system":"http://unitsofmeasure.org","code":"mg/dL"} """);
        await PutAsync("Observation/glu2", """ "status":"final","code":{"coding":[{"system":"http://loinc.org","code":"2339-0"}]},"subject":{"reference":"Patient/ben"},"effectiveDateTime":"2026","valueQuantity":{"value":0.95,"unit":"g/L","system":"http://unitsofmeasure.org","code":"g/L"} """);
        await PutAsync("Observation/low", """ "status":"final","code":{"coding":[{"system":"http://loinc.org","code":"2339-0"}]},"valueQuantity":{"value":20,"comparator":"<","unit":"mg/dL","system":"http://unitsofmeasure.org","code":"mg/dL"} """);
        await PutAsync("Observation/smoke", """ "status":"final","code":{"coding":[{"system":"http://loinc.org","code":"72166-2"}]},"valueCodeableConcept":{"coding":[{"system":"http://snomed.info/sct","code":"266919005"}]} """);
        await PutAsync("Observation/note", """ "status":"final","code":{"coding":[{"system":"http://loinc.org","code":"72166-2"}]},"valueString":"Dejó de fumar" """);
        await PutAsync("Observation/born", """ "status":"final","code":{"coding":[{"system":"http://loinc.org","code":"11778-8"}]},"valueDateTime":"2026-05-01" """);
        await PutAsync("ServiceRequest/once", """ "status":"active","intent":"order","subject":{"reference":"Patient/ana"},"occurrenceDateTime":"2026-02-01" """);
        await PutAsync("ServiceRequest/twice", """ "status":"active","intent":"order","subject":{"reference":"Patient/ana"},"occurrenceTiming":{"event":["2026-01-01","2026-03-01"]} """);
        await PutAsync("Procedure/words", """ "status":"completed","code":{"text":"Curación"},"subject":{"reference":"Patient/ana"} """);
        await PutAsync("Procedure/plain", """ "status":"completed","subject":{"reference":"Patient/ana"} """);
        await PutAsync("Location/region", """ "name":"Region" """);
        await PutAsync("Location/house", """ "partOf":{"reference":"Location/region"},"position":{"latitude":43.0731,"longitude":-89.4012} """);
        await PutAsync("Location/ward", """ "partOf":{"reference":"Location/house"},"position":{"latitude":43.0389,"longitude":-87.9065} """);
        await PutAsync("Location/date-line", """ "position":{"latitude":0.0,"longitude":179.99} """);
        await PutAsync("Encounter/w", """ "status":"finished","class":{"code":"IMP"},"location":[{"location":{"reference":"Location/ward"}}] """);
        await PutAsync("Encounter/r", """ "status":"finished","class":{"code":"IMP"},"location":[{"location":{"reference":"Location/region"}}] """);
        await PutAsync("ValueSet/tests", """ "status":"active","url":"http://example.org/vs/tests","compose":{"include":[{"system":"http://loinc.org","concept":[{"code":"2339-0"},{"code":"8480-6"}]}]} """);
        await PutAsync("ValueSet/all", """ "status":"active","url":"http://example.org/vs/all/deep","version":"2","compose":{"include":[{"system":"http://example.org/cs"}],"exclude":[{"system":"http://example.org/cs","concept":[{"code":"leaf"}]}]} """);
        await PutAsync("CodeSystem/cs", """ "status":"active","content":"complete","url":"http://example.org/cs","concept":[{"code":"root","concept":[{"code":"branch","concept":[{"code":"leaf"}]}]},{"code":"other"}] """);
        await PutAsync("Condition/leaf", """ "subject":{"reference":"Patient/ana"},"code":{"coding":[{"system":"http://example.org/cs","code":"leaf"}]},"onsetDateTime":"2026-01-01" """);
        await PutAsync("Condition/branch", """ "subject":{"reference":"Patient/ben"},"code":{"coding":[{"system":"http://example.org/cs","code":"branch"}]} """);
        await PutAsync("Condition/none", """ "subject":{"reference":"Patient/ben"} """);
        await PutAsync("MolecularSequence/m", """ "coordinateSystem":0,"referenceSeq":{"chromosome":{"coding":[{"code":"7"}]},"windowStart":100,"windowEnd":200} """);
        await PutAsync("Questionnaire/q", """ "status":"active","url":"http://example.org/q","title":"Form" """);
        await PutAsync("QuestionnaireResponse/by-id", """ "status":"completed","questionnaire":"Questionnaire/q" """);
        await PutAsync("QuestionnaireResponse/by-url", """ "status":"completed","questionnaire":"http://example.org/q|1" """);
        await PutAsync("DocumentReference/d", """ "status":"current","content":[{"attachment":{"title":"x"}}],"relatesTo":[{"code":"replaces","target":{"reference":"DocumentReference/old"}},{"code":"appends","target":{"reference":"DocumentReference/other"}}] """);
    }

    [Theory] // 2.3: a canonical address that is written as a reference within the record
    [InlineData("questionnaire=Questionnaire/q", "by-id")]
    [InlineData("questionnaire=q", "by-id")]
    [InlineData("questionnaire=BASE/Questionnaire/q", "by-id")]
    [InlineData("questionnaire=http://example.org/q", "by-url")]
    [InlineData("questionnaire=http://example.org/q|1", "by-url")]
    [InlineData("questionnaire=Questionnaire/q,http://example.org/q", "by-id,by-url")]
    [InlineData("questionnaire:missing=false", "by-id,by-url")]
    public async Task Canonical_references_are_found_as_they_are_written(string query, string ids)
    {
        var answer = await server.GetAsync("QuestionnaireResponse?" + query.Replace("BASE", server.Client.BaseAddress!.ToString().TrimEnd('/'), StringComparison.Ordinal));

        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        Assert.Equal(ids, string.Join(",", answer.Ids.Split(',').Order(StringComparer.Ordinal)));
    }

    [Theory]
    [InlineData("Observation?date=ge2026-01-09&date=lt2026-02", "glu,glu2")] // two bounds
    [InlineData("Observation?date=lt2026-01-12&date=sa2026-01-09", "glu")]
    [InlineData("ServiceRequest?occurrence=ge2026-01-15&occurrence=lt2026-02-15", "once,twice")]
    [InlineData("ServiceRequest?occurrence=lt2026-01-31&occurrence=ge2026-01-15", "twice")] // 3.1.1.3: each for another of several dates
    [InlineData("ServiceRequest?occurrence=ge2026-01-15&occurrence=lt2026-02-15&occurrence=gt2026-02-20", "twice")]
    [InlineData("ServiceRequest?occurrence=ge2026-03-02&occurrence=lt2026-04", "")]
    public async Task Two_bounds_of_a_date_find(string query, string ids)
    {
        var answer = await server.GetAsync(query);

        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        Assert.Equal(ids, string.Join(",", answer.Ids.Split(',').Order(StringComparer.Ordinal)));
    }

    [Theory]
    [InlineData("Patient?deceased=false", "ana,cy")] // Patient search parameters: deceased is true or false of every patient
    [InlineData("Patient?deceased=true", "ben")]
    [InlineData("Patient?identifier=urn:mrn|1\\,2\\|3\\$4\\\\5", "ana")] // 3.1.1.4.16 escapes
    [InlineData("Patient?identifier=1\\,2\\|3\\$4\\\\5,77", "ana,ben")]
    [InlineData("Patient?identifier:of-type=http://terminology.hl7.org/CodeSystem/v2-0203|SS|77", "ben")] // 3.1.1.4.10 :of-type
    [InlineData("Patient?identifier:of-type=http://terminology.hl7.org/CodeSystem/v2-0203|MR|77", "")]
    [InlineData("Patient?identifier:of-type=MR|77", null)]
    [InlineData("Patient?identifier:text=medical record", "ana")] // 3.1.1.4.10 :text, Identifier.type.text
    [InlineData("Observation?code:text=glucosa", "glu")] // CodeableConcept.text
    [InlineData("Observation?code:text=GLUCOSE", "glu")] // Coding.display
    [InlineData("Observation?code:text=pressure", "")] // as a string, so from the start
    [InlineData("Observation?code:in=http://example.org/vs/tests", "glu,glu2,low")] // :in
    [InlineData("Observation?combo-code:in=http://example.org/vs/tests", "bp,glu,glu2,low")]
    [InlineData("Observation?code:in=ValueSet/tests", "glu,glu2,low")]
    [InlineData("Observation?code:not-in=http://example.org/vs/tests", "born,bp,note,smoke")]
    [InlineData("Observation?code:in=http://example.org/vs/unknown", null)]
    [InlineData("Condition?code:in=http://example.org/vs/all/deep|2", "branch")]
    [InlineData("Condition?code:in=http://example.org/vs/all/deep|3", null)]
    [InlineData("Condition?code:not-in=http://example.org/vs/all/deep", "leaf,none")] // an element that is not there is in no set
    [InlineData("Condition?code:below=http://example.org/cs|branch", "branch,leaf")] // :below, :above
    [InlineData("Condition?code:below=http://example.org/cs|other", "")]
    [InlineData("Condition?code:above=http://example.org/cs|branch", "branch")]
    [InlineData("Condition?code:above=http://example.org/cs|leaf", "branch,leaf")]
    [InlineData("Condition?code:below=branch", null)]
    [InlineData("Condition?code:below=CodeSystem/cs|branch", "branch,leaf")] // its system by where it lies in the record
    [InlineData("Condition?code:below=http://snomed.info/sct|1", null)]
    [InlineData("Condition?code:not=http://example.org/cs|leaf,http://example.org/cs|other", "branch,none")] // :not with several values and none there
    [InlineData("Condition?code:missing=true", "none")] // 3.1.1.4.4 :missing
    [InlineData("Condition?code:missing=false", "branch,leaf")]
    [InlineData("Procedure?code:missing=false", "words")] // words without a code are a value
    [InlineData("Procedure?code:missing=true", "plain")]
    [InlineData("ValueSet?url:below=http://example.org/vs", "all,tests")] // 3.1.1.4.13 uri
    [InlineData("ValueSet?url:below=http://example.org/vs/", "all,tests")]
    [InlineData("ValueSet?url:below=http://example.org/v", "")]
    [InlineData("ValueSet?url:below=http://example.org/vs/all", "all")]
    [InlineData("ValueSet?url:above=http://example.org/vs/all/deep/er", "all")]
    [InlineData("ValueSet?url:above=http://example.org/vs/tests", "tests")]
    [InlineData("ValueSet?url:contains=example", null)]
    [InlineData("Observation?subject=Patient/ana", "bp")] // 3.1.1.4.12: by id whatever the version
    [InlineData("Observation?subject=Patient/ana/_history/1", "bp")]
    [InlineData("Observation?subject=Patient/ana/_history/2", "")]
    [InlineData("Observation?subject=https://hub.example.org/fhir/Patient/ana", "glu")] // another server's
    [InlineData("Encounter?location:below=Location/region", "r,w")] // 3.1.1.4.12 hierarchies
    [InlineData("Encounter?location:below=Location/house", "w")]
    [InlineData("Encounter?location:below=Location/house,Location/region", "r,w")]
    [InlineData("Encounter?location:above=Location/ward", "r,w")]
    [InlineData("Encounter?location:above=Location/region", "r")]
    [InlineData("Encounter?subject:below=Patient/ana", null)]
    [InlineData("Location?near=43.07|-89.40|5|km", "house")] // Location near
    [InlineData("Location?near=43.07|-89.40|130|km", "house,ward")]
    [InlineData("Location?near=43.07|-89.40|100|km", "house")]
    [InlineData("Location?near=43.07|-89.40|1|[mi_us]", "house")]
    [InlineData("Location?near=43.07|-89.40|1|mi", "house")]
    [InlineData("Location?near=43.07|-89.40|5", "house")] // in kilometres where no unit is named
    [InlineData("Location?near=43.07|-89.40|1|[mi_i]", "house")] // in any UCUM unit of length
    [InlineData("Location?near=43.07|-89.40|500|[ft_i]", "")]
    [InlineData("Location?near=43.07|-89.40|50000|cm", "house")]
    [InlineData("Location?near=43.07|-89.40|5|kg", null)]
    [InlineData("Location?near=43.07|-89.40|5|nonsense", null)]
    [InlineData("Location?near=43.07|-89.40|100|m", "")]
    [InlineData("Location?near=0|-179.99|5|km", "date-line")]
    [InlineData("Location?near=0|-179.99|5|km,43.07|-89.40|5|km", "date-line,house")]
    [InlineData("Location?near=43.07|-89.40", "house")]
    [InlineData("Location?near=143|0", null)]
    [InlineData("Location?near:missing=true", "region")]
    [InlineData("Observation?value-quantity=90|http://unitsofmeasure.org|mg/dL", "glu")] // 3.1.1.4.14 in the unit sent
    [InlineData("Observation?value-quantity=0.9|http://unitsofmeasure.org|g/L", "glu")] // [0.85, 0.95): and converted
    [InlineData("Observation?value-quantity=0.90|http://unitsofmeasure.org|g/L", "glu")]
    [InlineData("Observation?value-quantity=ge900|http://unitsofmeasure.org|mg/L", "glu,glu2")]
    [InlineData("Observation?value-quantity=gt90|http://unitsofmeasure.org|mg/dL", "glu2")]
    [InlineData("Observation?value-quantity=gt0.9||mg/dL", "glu,low")] // without system as sent: <20 may be above 0.9
    [InlineData("Observation?value-quantity=gt100||mmHg", "")]
    [InlineData("Observation?component-value-quantity=gt100||mmHg", "bp")] // the unit for people
    [InlineData("Observation?component-value-quantity=gt100||mm[Hg]", "bp")] // or its code
    [InlineData("Observation?component-value-quantity=gt13|http://unitsofmeasure.org|kPa", "bp")]
    [InlineData("Observation?value-quantity=90|http://unitsofmeasure.org|kPa", "")]
    [InlineData("Observation?value-quantity=lt10|http://unitsofmeasure.org|mg/dL", "low")]
    [InlineData("Observation?value-quantity=eb15|http://unitsofmeasure.org|mg/dL", "")]
    [InlineData("Observation?combo-value-quantity:missing=false&_sort=-combo-value-quantity", "bp,glu,glu2,low")] // 3.1.1.5.2: by the greatest of several
    [InlineData("Observation?combo-value-quantity:missing=false&_sort=combo-value-quantity", "low,glu2,bp,glu")] // and by the least
    [InlineData("Observation?component-code-value-quantity=8480-6$gt100", "bp")] // 3.1.1.4.14 composite: in one repetition
    [InlineData("Observation?component-code-value-quantity=8462-4$gt100", "")]
    [InlineData("Observation?component-code-value-quantity=http://loinc.org|8462-4$80|http://unitsofmeasure.org|mm[Hg]", "bp")]
    [InlineData("Observation?combo-code-value-quantity=8480-6$gt100", "bp")]
    [InlineData("Observation?combo-code-value-quantity=8480-6$gt100,2339-0$gt0.5|http://unitsofmeasure.org|g/L", "bp,glu,glu2")]
    [InlineData("Observation?code-value-quantity=2339-0$ge95|http://unitsofmeasure.org|mg/dL", "glu2")]
    [InlineData("Observation?code-value-quantity=2339-0", null)]
    [InlineData("Observation?code-value-concept=72166-2$266919005", "smoke")]
    [InlineData("Observation?code-value-concept=72166-2$http://loinc.org|266919005", "")]
    [InlineData("Observation?combo-code-value-concept=72166-2$266919005", "smoke")]
    [InlineData("Observation?code-value-string=72166-2$dejo", "note")]
    [InlineData("Observation?code-value-string=72166-2$fumar", "")]
    [InlineData("Observation?code-value-date=11778-8$2026-05", "born")]
    [InlineData("Observation?code-value-date=11778-8$lt2026-05-01", "")]
    [InlineData("Observation?code-value-quantity:missing=false", "glu,glu2,low")]
    [InlineData("Observation?combo-code-value-quantity:missing=true", "born,note,smoke")]
    [InlineData("MolecularSequence?chromosome-window-coordinate=7$ge100$le200", "m")]
    [InlineData("MolecularSequence?chromosome-window-coordinate=7$ge100$lt200", "")]
    [InlineData("DocumentReference?relationship=replaces$DocumentReference/old", "d")]
    [InlineData("DocumentReference?relationship=replaces$DocumentReference/other", "")]
    [InlineData("Observation?date=2026-01", "glu")] // 3.1.1.4.7: a period lies within, a year does not
    [InlineData("Observation?date=2026", "glu,glu2")]
    [InlineData("Observation?date=2026-01-11", "")]
    [InlineData("Observation?date=gt2026-01-11", "glu,glu2")]
    [InlineData("Observation?date=sa2026-01-09", "glu")]
    [InlineData("Observation?date=eb2026-01-13", "glu")]
    [InlineData("Observation?date=eb2026-01-12", "")]
    [InlineData("Observation?date=ne2026-01", "glu2")]
    [InlineData("Patient?address=@@1", "cy")] // 3.1.1.4.8 beyond what the index keeps
    [InlineData("Patient?address=@@2", "")]
    [InlineData("Patient?address:exact=@@1", "cy")]
    [InlineData("Patient?address:exact=@@2", "")]
    [InlineData("Patient?address:contains=keep all of it 1", "cy")]
    [InlineData("Patient?name=@@2", "cy")]
    [InlineData("Patient?name=@@1", "")]
    public async Task A_search_finds(string query, string? ids)
    {
        var answer = await server.GetAsync(Encoded(query.Replace("@@", string.Concat(Enumerable.Repeat(Long, 6)), StringComparison.Ordinal)));

        if (ids is null)
        {
            Assert.True(answer.Status == HttpStatusCode.BadRequest, answer.Text);
            Assert.NotNull(answer.Issue);
            return;
        }

        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        Assert.Equal(ids, query.Contains("_sort", StringComparison.Ordinal) ? answer.Ids : string.Join(",", answer.Ids.Split(',').Order(StringComparer.Ordinal)));
    }

    private static string Encoded(string query)
    {
        var equals = query.LastIndexOf('=');
        return query[..(equals + 1)] + Uri.EscapeDataString(query[(equals + 1)..]);
    }

    private async Task PutAsync(string reference, string members)
    {
        var parts = reference.Split('/');
        var answer = await server.PutAsync(reference, $$"""{"resourceType":"{{parts[0]}}","id":"{{parts[1]}}",{{members}}}""");
        Assert.True((int)answer.Status < 300, answer.Text);
    }
}
