using System.Text.RegularExpressions;
using Tandem.Kernel.Data;
using Tandem.Kernel.Pages;
using Tandem.Fhir.Search;
using Tandem.Fhir.Views;
using Tandem.Record.Deidentifying;
using Tandem.Record.Search;
using Tandem.Tests.Support;
using Tandem.Trust.Access;

namespace Tandem.Tests.Record.Deidentifying;

/// <summary>Each identifier of 45 CFR 164.514(b)(2)(i) is put wherever R4 has a place for it, and is not there afterwards.</summary>
public sealed partial class DeidentifiedExportTests
{
    private const string Word = "Lakeview";
    private static readonly DeidentifiedResource Without = new(new byte[32], 2026);

    [Theory]
    [InlineData("A names", """{"resourceType":"Patient","id":"x","name":[{"family":"Lakeview","given":["Lakeview"],"text":"Lakeview"}],"contact":[{"name":{"family":"Lakeview"},"gender":"female"}],"text":{"status":"generated","div":"<div>Lakeview</div>"},"gender":"female"}""")]
    [InlineData("B places", """{"resourceType":"Patient","id":"x","address":[{"line":["Lakeview 1"],"city":"Lakeview","district":"Lakeview","state":"Lakeview","country":"Lakeview","postalCode":"Lakeview","text":"Lakeview"}],"active":true}""")]
    [InlineData("D F telephone, fax, e-mail", """{"resourceType":"Patient","id":"x","telecom":[{"system":"phone","value":"Lakeview"},{"system":"fax","value":"Lakeview"},{"system":"email","value":"Lakeview"}],"active":true}""")]
    [InlineData("G H I J K numbers", """{"resourceType":"Patient","id":"Lakeview","identifier":[{"system":"Lakeview","value":"Lakeview","assigner":{"display":"Lakeview"}}],"active":true}""")]
    [InlineData("G numbers as codes", """{"resourceType":"Observation","id":"x","status":"final","code":{"coding":[{"system":"http://hl7.org/fhir/sid/us-ssn","code":"Lakeview"}]}}""")]
    [InlineData("L M vehicles, devices", """{"resourceType":"Observation","id":"Lakeview","status":"final","device":{"reference":"Device/Lakeview","display":"Lakeview"},"code":{"coding":[{"system":"urn:lakeview","code":"Lakeview","display":"Lakeview"}],"text":"Lakeview"}}""")]
    [InlineData("N O addresses of the web and of machines", """{"resourceType":"Patient","id":"x","telecom":[{"system":"url","value":"http://Lakeview"}],"meta":{"source":"http://Lakeview","profile":["http://Lakeview"],"tag":[{"code":"Lakeview"}]},"implicitRules":"http://Lakeview","active":true}""")]
    [InlineData("P Q voices, photographs", """{"resourceType":"Patient","id":"x","photo":[{"contentType":"image/png","data":"TGFrZXZpZXc=","url":"http://Lakeview","title":"Lakeview"}],"active":true}""")]
    [InlineData("R anything else", """{"resourceType":"Observation","id":"x","status":"final","valueString":"Lakeview","note":[{"text":"Lakeview"}],"extension":[{"url":"http://Lakeview","valueString":"Lakeview"}],"_status":{"extension":[{"url":"x","valueString":"Lakeview"}]},"code":{"text":"Lakeview"},"component":[{"code":{"text":"Lakeview"},"valueQuantity":{"value":1,"unit":"Lakeview"}}],"contained":[{"resourceType":"Patient","id":"Lakeview"}],"performer":[{"reference":"Practitioner/Lakeview","display":"Lakeview"}],"valueSampledData":{"data":"Lakeview"}}""")]
    [InlineData("R in texts of orders", """{"resourceType":"MedicationRequest","id":"x","status":"active","intent":"order","dosageInstruction":[{"text":"Lakeview","patientInstruction":"Lakeview","timing":{"code":{"text":"Lakeview"},"repeat":{"frequency":2}}}],"note":[{"text":"Lakeview"}],"groupIdentifier":{"value":"Lakeview"},"requester":{"display":"Lakeview"},"reasonCode":[{"text":"Lakeview"}]}""")]
    [InlineData("R what is no R4", """{"resourceType":"Condition","id":"x","lakeview":"Lakeview","verificationStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/x","code":"Lakeview is a name","version":"Lakeview"}]},"onsetString":"Lakeview"}""")]
    public void What_identifies_is_gone(string which, string json)
    {
        Assert.Contains(Word, json);
        Assert.Equal((which, false), (which, Made(json).Contains(Word, StringComparison.OrdinalIgnoreCase)));
    }

    [Theory]
    [InlineData("1980-05-17", "\"birthDate\":\"1980\"")]
    [InlineData("1937-12-31", "\"birthDate\":\"1937\"")] // 89 at most in 2026
    [InlineData("1936-01-01", NinetyOrOver)]
    [InlineData("1920", NinetyOrOver)]
    public void Of_dates_the_year_stays_and_nobody_is_older_than_89(string born, string kept)
    {
        var made = Made($$"""{"resourceType":"Patient","id":"x","birthDate":"{{born}}","deceasedDateTime":"2026-03-04T05:06:07Z"}""");

        Assert.Contains(kept, made);
        Assert.Contains("\"deceasedDateTime\":\"2026\"", made);
        Assert.Equal(kept == NinetyOrOver, !made.Contains("birthDate", StringComparison.Ordinal));
        Assert.DoesNotMatch(@"\d{4}-\d\d", made);
    }

    private const string NinetyOrOver = DeidentifiedResource.NinetyOrOver;

    [Theory]
    [InlineData("""{"resourceType":"Condition","id":"x","onsetAge":{"value":92,"system":"http://unitsofmeasure.org","code":"a"},"recordedDate":"2026-01-02"}""", "92")]
    [InlineData("""{"resourceType":"Condition","id":"x","onsetDateTime":"1931-02-03","recordedDate":"2026-01-02"}""", "1931")]
    [InlineData("""{"resourceType":"Observation","id":"x","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"30525-0"}]},"valueInteger":94}""", "94")]
    [InlineData("""{"resourceType":"Observation","id":"x","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"30525-0"}]},"valueQuantity":{"value":1128,"system":"http://unitsofmeasure.org","code":"mo"}}""", "1128")]
    [InlineData("""{"resourceType":"Observation","id":"x","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"30525-0"}]},"valueQuantity":{"value":93}}""", "93")]
    [InlineData("""{"resourceType":"Observation","id":"x","status":"final","code":{"text":"x"},"component":[{"code":{"text":"x"},"valueInteger":5},{"code":{"coding":[{"system":"http://loinc.org","code":"30525-0"}]},"valueInteger":95}]}""", "95")]
    [InlineData("""{"resourceType":"Observation","id":"x","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"30525-0"}]},"valueRange":{"low":{"value":95}}}""", "95")]
    [InlineData("""{"resourceType":"Condition","id":"x","onsetAge":{"value":95},"recordedDate":"2026-01-02"}""", "95")]
    [InlineData("""{"resourceType":"Condition","id":"x","abatementRange":{"low":{"value":80},"high":{"value":95}},"recordedDate":"2026-01-02"}""", "95")]
    public void What_tells_of_an_age_over_89_is_gone(string json, string told) => Assert.DoesNotContain(told, IdHidden().Replace(Made(json), ""));

    [Fact]
    public void Other_numbers_above_89_stay() => Assert.Contains("95", IdHidden().Replace(Made("""{"resourceType":"Observation","id":"x","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"8867-4"}]},"component":[{"code":{"coding":[{"system":"http://loinc.org","code":"8867-4"}]},"valueInteger":95}]}"""), ""));

    [Theory]
    [InlineData("44107", "OH", "\"state\":\"OH\",\"postalCode\":\"441\"")]
    [InlineData("44107-1234", "oh", "\"state\":\"OH\",\"postalCode\":\"441\"")]
    [InlineData("03601", "NH", "\"state\":\"NH\",\"postalCode\":\"000\"")] // few people
    [InlineData("89301", "NV", "\"postalCode\":\"000\"")]
    [InlineData("K1A 0B1", "Ontario", "\"resourceType\":\"Patient\"")]
    public void Of_places_the_state_stays_and_three_digits_where_many_live(string zip, string state, string kept)
    {
        var made = Made($$"""{"resourceType":"Patient","id":"x","address":[{"postalCode":"{{zip}}","state":"{{state}}","city":"Lakeview"}]}""");

        Assert.Contains(kept, made);
        Assert.DoesNotContain(zip, made);
        Assert.DoesNotContain("Ontario", made);
    }

    [Fact]
    public void What_research_is_about_stays()
    {
        var made = Made("""
            {"resourceType":"Observation","id":"o","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"2823-3","display":"Potassium"}]},"subject":{"reference":"Patient/p"},
            "encounter":{"reference":"Encounter/e"},"effectiveDateTime":"2026-02-03T04:05:06Z","valueQuantity":{"value":4.10,"unit":"mmol/L","system":"http://unitsofmeasure.org","code":"mmol/L"}}
            """);

        foreach (var kept in new[] { "\"status\":\"final\"", "2823-3", "4.10", "mmol/L", "\"effectiveDateTime\":\"2026\"", $"Patient/{Without.IdOf("Patient", "p")}", $"Encounter/{Without.IdOf("Encounter", "e")}" })
            Assert.Contains(kept, made);
        Assert.NotEqual(Without.IdOf("Patient", "p"), new DeidentifiedResource([.. Enumerable.Repeat((byte)1, 32)], 2026).IdOf("Patient", "p"));
        Assert.Matches("^[0-9a-f]{32}$", Without.IdOf("Patient", "p"));
    }

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task An_export_holds_only_types_that_may_leave_and_no_id_of_the_record(Engine engine)
    {
        using var fixture = new RecordFixture(engine, new LabelProjection(LabelRules.None, OwnAddresses.None), new ConsentProjection(OwnAddresses.None), new SearchProjection(SearchIndexOptions.Default));
        for (var i = 0; i < 40; i++)
            await fixture.PutAsync("Patient", $"lakeview-{i}", $$"""{"resourceType":"Patient","id":"lakeview-{{i}}","gender":"male","birthDate":"1990-01-02"}""");
        await fixture.PutAsync("Condition", "lakeview-c", """{"resourceType":"Condition","id":"lakeview-c","subject":{"reference":"Patient/lakeview-7"}}""");
        await fixture.PutAsync("DocumentReference", "lakeview-d", """{"resourceType":"DocumentReference","id":"lakeview-d"}""");
        await fixture.PutAsync("Practitioner", "lakeview-s", """{"resourceType":"Practitioner","id":"lakeview-s"}""");
        await fixture.DeleteAsync("Patient", "lakeview-9");
        var folder = Directory.CreateTempSubdirectory("tandem-deidentify-").FullName;

        var export = new DeidentifiedExport(fixture.Store, new SiteSettings(), fixture.Clock);
        Assert.Equal([("Patient", 39L), ("Condition", 1L)], export.Run(Path.Combine(folder, "out"), [], TestContext.Current.CancellationToken).Counts);

        Assert.Equal(["Condition.ndjson", "Patient.ndjson"], Directory.EnumerateFiles(Path.Combine(folder, "out")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        var patients = await File.ReadAllLinesAsync(Path.Combine(folder, "out", "Patient.ndjson"), TestContext.Current.CancellationToken);
        var condition = await File.ReadAllTextAsync(Path.Combine(folder, "out", "Condition.ndjson"), TestContext.Current.CancellationToken);
        Assert.DoesNotContain(Word, string.Concat(patients) + condition, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(patients.Order(StringComparer.Ordinal), patients); // by what tells nothing, not by when they came
        Assert.Contains(patients, line => condition.Contains(RecordFixture.Json(line)["id"].Text!, StringComparison.Ordinal));
        Assert.Throws<InvalidOperationException>(() => export.Run(folder, [], TestContext.Current.CancellationToken));
        Directory.Delete(folder, recursive: true);
    }

    private static string Made(string json)
    {
        var root = RecordFixture.Json(json);
        return Without.Of(root["resourceType"].Text!, root["id"].Text!, root);
    }

    [GeneratedRegex("\"id\":\"[^\"]*\"")]
    private static partial Regex IdHidden();
}
