using System.Net;
using Tandem.Fhir.Structure;
using Tandem.Kernel.Data;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Operations;

public sealed class SqliteOperationsTests(SharedServer shared) : OperationsBehaviour(Engine.Sqlite, shared);

public sealed class PostgresOperationsTests(SharedServer shared) : OperationsBehaviour(Engine.Postgres, shared);

/// <summary>$everything, $lastn, $stats and $match over a small record.</summary>
public abstract class OperationsBehaviour(Engine engine, SharedServer shared) : IAsyncLifetime, IClassFixture<SharedServer>
{
    private FhirServer server = null!;

    public async ValueTask InitializeAsync() => server = await shared.OfAsync(engine, FillAsync);

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    private async Task FillAsync(FhirServer empty)
    {
        server = empty;
        await PutAsync("Organization/org", "\"name\":\"x\"");
        await PutAsync("Practitioner/dr", "\"active\":true");
        await PutAsync("Patient/a", "\"identifier\":[{\"system\":\"urn:mrn\",\"value\":\"1\"}],\"managingOrganization\":{\"reference\":\"Organization/org\"},\"link\":[{\"other\":{\"reference\":\"Patient/b\"},\"type\":\"seealso\"}]");
        await PutAsync("Patient/b", "\"identifier\":[{\"system\":\"urn:mrn\",\"value\":\"2\"}],\"link\":[{\"other\":{\"reference\":\"Patient/a\"},\"type\":\"seealso\"}]");
        await PutAsync("Encounter/e", "\"status\":\"finished\",\"class\":{\"code\":\"IMP\"},\"subject\":{\"reference\":\"Patient/a\"},\"period\":{\"start\":\"2026-01-01\",\"end\":\"2026-01-03\"}");
        await PutAsync("Condition/c", "\"subject\":{\"reference\":\"Patient/a\"}");
        for (var day = 1; day <= 4; day++)
            await ObservationAsync($"o{day}", "8480-6", 100 + (10 * day), $"2026-01-0{day}T08:00:00Z");
        await ObservationAsync("p1", "8462-4", 70, "2026-01-02T08:00:00Z");
        server.Clock.Advance(TimeSpan.FromHours(1));
        await ObservationAsync("p2", "8462-4", 80, "2026-02-02T08:00:00Z");
    }

    [Fact]
    public async Task Everything_of_a_patient_comes_with_what_it_refers_to_but_no_other_patient()
    {
        var all = await server.GetAsync("Patient/a/$everything?_count=100");

        Assert.Equal("a,e,c,o1,o2,o3,o4,p1,p2,org,dr", all.Ids);
        Assert.Equal(["match", "include"], all.Json["entry"u8].Items.AsEnumerable().Select(entry => entry["search"u8]["mode"u8].Text).Distinct());
        Assert.Empty(StructureCheck.Check(all.Json));
        Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync("Patient/none/$everything")).Status);
        Assert.Equal("b", (await server.GetAsync("Patient/b/$everything")).Ids);
    }

    [Fact] // Patient-everything: what was recorded before does not come because something new refers to it
    public async Task Everything_since_a_time_brings_nothing_older_along() =>
        Assert.Equal("p2", (await server.GetAsync("Patient/a/$everything?_since=2026-03-02T15:30:00Z")).Ids);

    [Fact] // R4 3.1.1.5.4: the patient counts too, what they refer to does not
    public async Task No_page_of_everything_has_more_than_was_asked_for()
    {
        var first = await server.GetAsync("Patient/a/$everything?_count=1&_type=Patient,Encounter,Condition");
        var second = await server.GetAsync(first.Link("next")!);

        Assert.Equal(("a", "e", "c"), (first.Ids, second.Ids, (await server.GetAsync(second.Link("next")!)).Ids));
        Assert.Equal(["a,e", "c"], [(first = await server.GetAsync("Patient/a/$everything?_count=2&_type=Patient,Encounter,Condition")).Ids, (await server.GetAsync(first.Link("next")!)).Ids]);
        Assert.Equal("3", (await server.GetAsync("Patient/a/$everything?_count=3&_type=Patient,Encounter,Condition")).Json["total"u8].Text);
    }

    [Fact]
    public async Task Everything_goes_page_by_page()
    {
        var seen = new List<string>();
        for (var page = await server.GetAsync("Patient/a/$everything?_count=3"); ; page = await server.GetAsync(page.Link("next")!))
        {
            seen.AddRange(page.Json["entry"u8].Items.AsEnumerable().Where(entry => entry["search"u8]["mode"u8].Is("match"u8)).Select(entry => entry["resource"u8]["id"u8].Text!));
            await ObservationAsync("late", "8480-6", 1, "2026-01-01T00:00:00Z");
            if (page.Link("next") is null)
                break;
        }

        Assert.Equal("a,e,c,o1,o2,o3,o4,p1,p2", string.Join(',', seen));
    }

    [Theory]
    [InlineData("Patient/a/$everything")]
    [InlineData("Patient/$everything")]
    public async Task Every_page_of_everything_looks_as_the_first(string path)
    {
        var first = await server.GetAsync(path + "?_elements=id&_count=2");
        var second = await server.GetAsync(first.Link("next")!);

        foreach (var entry in first.Json["entry"u8].Items.AsEnumerable().Concat(second.Json["entry"u8].Items.AsEnumerable()).Where(entry => entry["search"u8]["mode"u8].Is("match"u8)))
            Assert.Equal("SUBSETTED", entry["resource"u8]["meta"u8]["tag"u8].First["code"u8].Text);
    }

    [Theory]
    [InlineData("_type=Observation&_since=2026-03-02T15:30:00Z", "p2")]
    [InlineData("_type=Encounter,Patient", "a,e")]
    [InlineData("_type=Patient,Encounter,Condition,Observation&start=2026-01-03&end=2026-01-31", "a,e,c,o3,o4")]
    [InlineData("_type=Observation&end=2026-01-01", "o1")]
    [InlineData("_type=Observation&start=2026-01-04", "o4,p2")]
    [InlineData("_type=Condition,Organization", "c,org")]
    public async Task Everything_is_narrowed_by_type_time_of_record_and_time_of_care(string query, string ids) =>
        Assert.Equal(ids, string.Join(',', (await server.GetAsync($"Patient/a/$everything?{query}")).Ids.Split(',').Where(id => id != "dr")));

    [Theory] // Patient-everything: _type and _since are of what is returned
    [InlineData("_type=Practitioner", "dr,new")]
    [InlineData("_type=Encounter,Practitioner&_count=2", "e,dr,new")]
    [InlineData("_type=Practitioner&end=2026-01-01", "dr,new")]
    [InlineData("_since=2026-03-02T17:30:00Z", "new")]
    [InlineData("_since=2026-03-02T17:30:00Z&_type=Practitioner", "new")]
    [InlineData("_since=2026-03-02T17:30:00Z&_type=Organization", "")]
    public async Task What_goes_along_comes_though_what_refers_to_it_is_not_wanted(string query, string ids)
    {
        await PutAsync("Practitioner/new", "\"active\":true");
        await PutAsync("Condition/old", "\"subject\":{\"reference\":\"Patient/a\"},\"asserter\":{\"reference\":\"Practitioner/new\"}");
        server.Clock.Advance(TimeSpan.FromHours(2));
        await PutAsync("Practitioner/new", "\"active\":false");

        Assert.Equal(ids, (await server.GetAsync($"Patient/a/$everything?{query}")).Ids);
    }

    [Fact]
    public async Task What_is_new_in_a_large_record_is_found_without_reading_the_rest()
    {
        await using var counted = new FhirServer(engine, isCounted: true);
        server = counted;
        await PutAsync("Practitioner/dr", "\"active\":true");
        await PutAsync("Practitioner/old", "\"active\":true");
        await PutAsync("Patient/a", "\"active\":true");
        await PutAsync("Encounter/e", "\"status\":\"finished\",\"class\":{\"code\":\"IMP\"},\"subject\":{\"reference\":\"Patient/a\"}");
        var small = await StatementsAsync("Patient/a/$everything?_since=2027-01-01&_count=1");
        for (var n = 0; n < 120; n++)
            await PutAsync($"Condition/c{n}", $"\"subject\":{{\"reference\":\"Patient/a\"}},\"asserter\":{{\"reference\":\"Practitioner/{(n % 2 == 0 ? "old" : "dr")}\"}}");
        counted.Clock.Advance(TimeSpan.FromHours(2));
        await PutAsync("Practitioner/dr", "\"active\":false");
        await PutAsync("Encounter/e", "\"status\":\"finished\",\"class\":{\"code\":\"AMB\"},\"subject\":{\"reference\":\"Patient/a\"}");

        Assert.Equal("e,dr", (await counted.GetAsync("Patient/a/$everything?_since=2026-03-02T15:30:00Z&_count=1")).Ids);
        Assert.InRange(await StatementsAsync("Patient/a/$everything?_since=2026-03-02T15:30:00Z&_count=1"), 1, small + 1);
        Assert.InRange(await StatementsAsync("Patient/a/$everything?_type=Practitioner&_count=1"), 1, small + 1);

        async Task<int> StatementsAsync(string path)
        {
            var fewest = int.MaxValue; // what follows the writes at a distance reads too
            for (var turn = 0; turn < 3; turn++)
                fewest = Math.Min(fewest, (await ((CountedDatabase)counted.Store.Database).WhileAsync(async () => Assert.Equal(HttpStatusCode.OK, (await counted.GetAsync(path)).Status))).Count);
            return fewest;
        }
    }

    [Fact]
    public async Task What_goes_along_comes_once_and_not_from_other_patients()
    {
        await PutAsync("Practitioner/others", "\"active\":true");
        await PutAsync("Patient/b", "\"generalPractitioner\":[{\"reference\":\"Practitioner/others\"}],\"link\":[{\"other\":{\"reference\":\"Patient/a\"},\"type\":\"seealso\"}]");
        var first = await server.GetAsync("Patient/a/$everything?_type=Observation,Practitioner,Organization&_count=2");

        Assert.Equal("o1,o2,org,dr", string.Join(',', first.Ids.Split(',').Order(StringComparer.Ordinal).OrderBy(id => id is "org" ? 1 : id is "dr" ? 2 : 0)));
        Assert.Equal("o3,o4", (await server.GetAsync(first.Link("next")!)).Ids);
    }

    [Fact]
    public async Task Everything_of_an_encounter_comes_with_its_patient()
    {
        var all = await server.GetAsync("Encounter/e/$everything");

        Assert.Equal("e,o1,a,dr", string.Join(',', all.Ids.Split(',').Where(id => id is not ("o2" or "o3" or "o4" or "p1" or "p2"))));
        Assert.Equal("a,dr", (await server.GetAsync("Encounter/e/$everything?_type=Patient,Practitioner")).Ids);
        Assert.Equal(HttpStatusCode.BadRequest, (await server.GetAsync("Encounter/e/$everything?start=2026")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync("Group/e/$everything")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await server.GetAsync("Patient/a/$everything?_type=Nothing")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await server.GetAsync("Patient/a/$everything?_count=0")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await server.GetAsync("Patient/$everything?_type=,")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await server.GetAsync("Patient/a/$everything?_summary=count")).Status);
    }

    [Theory]
    [InlineData("patient=a&category=vital-signs", "p2,o4")]
    [InlineData("patient=a&category=vital-signs&max=2", "p2,p1,o4,o3")]
    [InlineData("subject=Patient/a&code=8480-6&max=10", "o4,o3,o2,o1")]
    [InlineData("patient=a&code=8480-6&date=lt2026-01-03", "o2")]
    [InlineData("patient=b&code=8480-6", "")]
    [InlineData("patient=a&combo-code=8480-6", "o4")]
    [InlineData("patient=a&code-value-quantity=8480-6$lt135", "o3")]
    [InlineData("patient=a&combo-code-value-quantity=8480-6$lt125", "o2")]
    [InlineData("patient=a&component-code=8480-6", "")]
    public async Task The_last_of_each_code_is_found(string query, string ids) => Assert.Equal(ids, (await server.GetAsync("Observation/$lastn?" + query)).Ids);

    [Theory] // R4 Observation-lastn: "In case of a tie … both will be returned"
    [InlineData(1, "o4,tie")]
    [InlineData(2, "o4,tie")]
    [InlineData(3, "o3,o4,tie")]
    public async Task Observations_of_the_same_time_are_all_among_the_last(int max, string ids)
    {
        await ObservationAsync("tie", "8480-6", 99, "2026-01-04T09:00:00+01:00");

        Assert.Equal(ids, string.Join(',', (await server.GetAsync($"Observation/$lastn?patient=a&code=8480-6&max={max}")).Ids.Split(',').Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task The_last_need_a_patient_and_a_kind_and_codes_that_belong_together_are_one_kind()
    {
        await PutAsync("Observation/both", "\"status\":\"final\",\"category\":[{\"coding\":[{\"code\":\"vital-signs\"}]}],\"subject\":{\"reference\":\"Patient/a\"},\"effectiveDateTime\":\"2026-03-01\",\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"8480-6\"},{\"system\":\"http://loinc.org\",\"code\":\"8462-4\"}]}");

        Assert.Equal("both", (await server.GetAsync("Observation/$lastn?patient=a&category=vital-signs")).Ids);
        Assert.Equal(HttpStatusCode.BadRequest, (await server.GetAsync("Observation/$lastn?patient=a")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await server.GetAsync("Observation/$lastn?code=8480-6")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await server.GetAsync("Observation/$lastn?patient=a&code=8480-6&max=0")).Status);
    }

    [Theory] // what a search does beside finding is not done here, so it is not passed over
    [InlineData("_include=Observation:subject")]
    [InlineData("_revinclude:iterate=Provenance:target")]
    [InlineData("_count=2")]
    [InlineData("_total=accurate")]
    [InlineData("_sort=date")]
    public async Task The_last_are_not_paged_sorted_otherwise_or_sent_with_others(string query)
    {
        var refused = await server.GetAsync($"Observation/$lastn?patient=a&category=vital-signs&{query}");

        Assert.Equal((HttpStatusCode.BadRequest, "not-supported"), (refused.Status, refused.Issue));
        Assert.Equal("p2,o4", (await server.GetAsync("Observation/$lastn?patient=a&category=vital-signs&_sort=-date")).Ids);
    }

    [Fact]
    public async Task Figures_are_made_of_the_values_of_a_code()
    {
        var stats = await server.GetAsync("Observation/$stats?subject=Patient/a&code=8480-6&system=http://loinc.org&statistic=average,maximum,minimum,count,median,std-dev,sum&include=true&limit=2");

        var parameters = stats.Json["parameter"u8].Items.AsEnumerable().ToList();
        var figures = parameters[0]["resource"u8]["component"u8].Items.AsEnumerable()
            .ToDictionary(part => part["code"u8]["coding"u8].First["code"u8].Text!, part => part["valueQuantity"u8]["value"u8].Text!);
        Assert.Equal(("125", "140", "110", "4", "125", "12.909944", "500"), (figures["average"], figures["maximum"], figures["minimum"], figures["count"], figures["median"], figures["std-dev"], figures["sum"]));
        Assert.Equal("mm[Hg]", parameters[0]["resource"u8]["component"u8].First["valueQuantity"u8]["code"u8].Text);
        Assert.Equal(["statistics", "source", "source"], parameters.Select(parameter => parameter["name"u8].Text));
        Assert.Empty(StructureCheck.Check(stats.Json));
    }

    [Fact]
    public async Task All_figures_are_made_and_what_has_none_says_so()
    {
        await PutAsync("Observation/empty", "\"status\":\"final\",\"subject\":{\"reference\":\"Patient/a\"},\"effectiveDateTime\":\"2026-01-05\",\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"8480-6\"}]}");
        const string names = "count,total-count,variance,20-percent,80-percent,4-lower,4-upper,4-dev,5-1,5-2,5-3,5-4,skew,kurtosis";

        var stats = await server.GetAsync($"Observation/$stats?subject=Patient/a&code=8480-6&system=http://loinc.org&statistic={names}");
        Assert.Equal("4 5 166.666667 116 134 117.5 132.5 7.5 116 122 128 134 0 -1.2", Figures(stats));
        var few = await server.GetAsync($"Observation/$stats?subject=Patient/a&code=8462-4&system=http://loinc.org&statistic=median,skew,kurtosis");
        Assert.Equal("75 not-applicable not-applicable", Figures(few));

        static string Figures(FhirAnswer answer) => string.Join(' ', answer.Json["parameter"u8].First["resource"u8]["component"u8].Items.AsEnumerable()
            .Select(part => part["valueQuantity"u8]["value"u8].Text ?? part["dataAbsentReason"u8]["coding"u8].First["code"u8].Text));
    }

    [Fact]
    public async Task Figures_by_body_and_time_and_what_is_not_offered()
    {
        var body = """{"resourceType":"Parameters","parameter":[{"name":"subject","valueUri":"Patient/a"},{"name":"coding","valueCoding":{"system":"http://loinc.org","code":"8480-6"}},{"name":"statistic","valueCode":"count"},{"name":"period","valuePeriod":{"start":"2026-01-02","end":"2026-01-03"}}]}""";

        Assert.Equal("2", (await server.PostAsync("Observation/$stats", body)).Json["parameter"u8].First["resource"u8]["component"u8].First["valueQuantity"u8]["value"u8].Text);
        Assert.Equal("not-supported", (await server.GetAsync("Observation/$stats?subject=Patient/a&code=x&statistic=regression")).Issue);
        Assert.Equal("required", (await server.GetAsync("Observation/$stats?subject=Patient/a&statistic=count")).Issue);
    }

    [Theory] // R4 Observation-stats: one subject
    [InlineData("Patient/a,Patient/b")]
    [InlineData("a")]
    [InlineData("Observation/o1")]
    public async Task Figures_are_of_one_subject(string subject)
    {
        var refused = await server.GetAsync($"Observation/$stats?subject={subject}&code=8480-6&statistic=count");
        var own = await server.GetAsync($"Observation/$stats?subject={server.Client.BaseAddress}Patient/a&code=8480-6&statistic=count");

        Assert.Equal((HttpStatusCode.BadRequest, "value"), (refused.Status, refused.Issue));
        Assert.Equal(("8480-6 4", "Patient/a"), (Statistics(own), own.Json["parameter"u8].First["resource"u8]["subject"u8]["reference"u8].Text));
    }

    [Fact] // FHIR decimals may have an exponent
    public async Task Figures_of_very_large_values_are_told_too()
    {
        foreach (var (id, value) in new[] { ("zero", "0"), ("large", "1e20") })
            await PutAsync($"Observation/{id}", $$""" "status":"final","subject":{"reference":"Patient/a"},"effectiveDateTime":"2026-01-07","code":{"coding":[{"code":"29463-7"}]},"valueQuantity":{"value":{{value}},"system":"http://unitsofmeasure.org","code":"kg"} """);

        var answer = await server.GetAsync("Observation/$stats?subject=Patient/a&code=29463-7&statistic=variance,maximum");

        Assert.Equal("29463-7 5E+39 100000000000000000000", Statistics(answer));
        Assert.Empty(StructureCheck.Check(answer.Json));
    }

    private static string Statistics(FhirAnswer answer) => string.Join("; ", answer.Json["parameter"u8].Items.AsEnumerable().Where(parameter => parameter["name"u8].Is("statistics"u8)).Select(parameter =>
        $"{parameter["resource"u8]["code"u8]["coding"u8].First["code"u8].Text} {string.Join(' ', parameter["resource"u8]["component"u8].Items.AsEnumerable().Select(part => part["valueQuantity"u8]["value"u8].Text))}"));

    [Fact] // R4 Observation-stats: Observation.code and component.code, of a panel each measurement
    public async Task Figures_are_made_of_components_too_and_of_a_panel_by_component()
    {
        const string panel = """
            "status":"final","subject":{"reference":"Patient/a"},"effectiveDateTime":"2026-01-06","code":{"coding":[{"system":"http://loinc.org","code":"85354-9"}]},"component":[
              {"code":{"coding":[{"system":"http://loinc.org","code":"8480-6"}]},"valueQuantity":{"value":150,"system":"http://unitsofmeasure.org","code":"mm[Hg]"}},
              {"code":{"coding":[{"system":"http://loinc.org","code":"8462-4"}]},"valueQuantity":{"value":90,"system":"http://unitsofmeasure.org","code":"mm[Hg]"}}]
            """;
        await PutAsync("Observation/panel", panel);

        Assert.Equal("8480-6 5 150", Statistics(await server.GetAsync("Observation/$stats?subject=Patient/a&code=8480-6&system=http://loinc.org&statistic=count,maximum")));
        var both = await server.GetAsync("Observation/$stats?subject=Patient/a&code=http://loinc.org|85354-9&statistic=count,maximum&include=true");
        Assert.Equal("8480-6 1 150; 8462-4 1 90", Statistics(both));
        Assert.Single(both.Json["parameter"u8].Items.AsEnumerable(), parameter => parameter["name"u8].Is("source"u8));
    }

    [Fact] // R4: "a subject, effectivePeriod, and code reflecting the input parameters"
    public async Task Figures_tell_what_was_asked_also_of_a_code_that_nothing_has()
    {
        var answer = await server.GetAsync("Observation/$stats?subject=Patient/a&code=none,8480-6&system=http://loinc.org&statistic=count,average,total-count&duration=24");

        Assert.Equal("none 0 0; 8480-6 0 0", Statistics(answer));
        var observation = answer.Json["parameter"u8].First["resource"u8];
        Assert.Equal(("Patient/a", "http://loinc.org"), (observation["subject"u8]["reference"u8].Text, observation["code"u8]["coding"u8].First["system"u8].Text));
        Assert.Equal(("2026-03-01", "2026-03-02"), (observation["effectivePeriod"u8]["start"u8].Text?[..10], observation["effectivePeriod"u8]["end"u8].Text?[..10]));
        Assert.Empty(StructureCheck.Check(answer.Json));
    }

    [Fact]
    public async Task Figures_leave_out_what_has_no_unit_of_UCUM_and_take_units_together_that_can_be_converted()
    {
        foreach (var (id, quantity) in new[] { ("m1", """{"value":70,"system":"http://unitsofmeasure.org","code":"kg"}"""), ("m2", """{"value":72000,"system":"http://unitsofmeasure.org","code":"g"}"""), ("m3", """{"value":999,"unit":"stone"}""") })
            await PutAsync($"Observation/{id}", $$""" "status":"final","subject":{"reference":"Patient/a"},"effectiveDateTime":"2026-01-0{{(id == "m1" ? 9 : 8)}}","code":{"coding":[{"system":"http://loinc.org","code":"29463-7"}]},"valueQuantity":{{quantity}} """);
        const string path = "Observation/$stats?subject=Patient/a&code=29463-7&statistic=count,average,total-count";

        Assert.Equal("29463-7 2 71 3", Statistics(await server.GetAsync(path)));
        await PutAsync("Observation/m4", """ "status":"final","subject":{"reference":"Patient/a"},"effectiveDateTime":"2026-01-07","code":{"coding":[{"code":"29463-7"}]},"valueQuantity":{"value":1,"system":"http://unitsofmeasure.org","code":"cm"} """);
        Assert.Equal("processing", (await server.GetAsync(path)).Issue);
    }

    [Fact]
    public async Task Everything_of_all_patients_comes_page_by_page_each_once()
    {
        var seen = new List<string>();
        for (var page = await server.GetAsync("Patient/$everything?_count=4"); ; page = await server.GetAsync(page.Link("next")!))
        {
            Assert.True(page.Status == HttpStatusCode.OK, page.Text);
            seen.AddRange(page.Ids.Split(','));
            if (page.Link("next") is null)
                break;
        }

        Assert.Equal("a,b", string.Join(',', seen.Take(2)));
        Assert.Equal("a,b,c,e,o1,o2,o3,o4,p1,p2", string.Join(',', seen.Order(StringComparer.Ordinal)));
        Assert.Equal("c", (await server.GetAsync("Patient/$everything?_type=Condition")).Ids);
        Assert.Equal("p2", (await server.GetAsync("Patient/$everything?_type=Observation&start=2026-02-01")).Ids);
    }

    [Theory] // R4 Parameters, inv-1
    [InlineData("{\"name\":\"filter\"}", HttpStatusCode.BadRequest)]
    [InlineData("{\"name\":\"filter\",\"valueString\":\"fem\",\"part\":[{\"name\":\"x\",\"valueString\":\"y\"}]}", HttpStatusCode.BadRequest)]
    [InlineData("{\"name\":\"filter\",\"valueString\":\"fem\"}", HttpStatusCode.OK)]
    public async Task A_parameter_that_holds_nothing_is_not_taken_for_one_that_was_left_out(string parameter, HttpStatusCode status)
    {
        var answer = await server.PostAsync("ValueSet/$expand", $$"""{"resourceType":"Parameters","parameter":[{"name":"url","valueUri":"http://hl7.org/fhir/ValueSet/administrative-gender"},{{parameter}}]}""");

        Assert.Equal((status, status == HttpStatusCode.OK ? null : "invariant"), (answer.Status, answer.Issue));
    }

    [Fact]
    public async Task A_patient_is_matched_by_identifier()
    {
        var one = await server.PostAsync("Patient/$match", Match("""{"system":"urn:mrn","value":"1"}"""));
        var direct = await server.PostAsync("Patient/$match", """{"resourceType":"Patient","identifier":[{"system":"urn:mrn","value":"2"}]}""");
        var none = await server.PostAsync("Patient/$match", Match("""{"system":"urn:mrn","value":"9"}"""));
        var nothing = await server.PostAsync("Patient/$match", Match("""{"value":"1"}"""));
        var several = await server.PostAsync("Patient/$match", Match("""{"system":"urn:mrn","value":"1"},{"system":"urn:mrn","value":"2"}""", ",{\"name\":\"onlyCertainMatches\",\"valueBoolean\":true}"));

        Assert.Equal(("a", "certain", "0.9846"), (one.Ids, one.Json["entry"u8].First["search"u8]["extension"u8].First["valueCode"u8].Text, one.Json["entry"u8].First["search"u8]["score"u8].Text));
        Assert.Equal("b", direct.Ids);
        Assert.Equal(["not-found", "incomplete", "multiple-matches"], new[] { none, nothing, several }.Select(answer => answer.Json["entry"u8].First["resource"u8]["issue"u8].First["code"u8].Text));
        Assert.Equal("0", several.Json["total"u8].Text);
        Assert.Empty(StructureCheck.Check(one.Json));
        Assert.Equal("required", (await server.PostAsync("Patient/$match", """{"resourceType":"Parameters"}""")).Issue);
    }

    private static string Match(string identifiers, string more = "") =>
        $$$"""{"resourceType":"Parameters","parameter":[{"name":"resource","resource":{"resourceType":"Patient","identifier":[{{{identifiers}}}]}}{{{more}}}]}""";

    private Task ObservationAsync(string id, string code, int value, string time) => PutAsync($"Observation/{id}", $$$"""
        "status":"final","category":[{"coding":[{"code":"vital-signs"}]}],"code":{"coding":[{"system":"http://loinc.org","code":"{{{code}}}"}]},"subject":{"reference":"Patient/a"},"encounter":{"reference":"Encounter/e"},
        "performer":[{"reference":"Practitioner/dr"}],"effectiveDateTime":"{{{time}}}","valueQuantity":{"value":{{{value}}},"unit":"mmHg","system":"http://unitsofmeasure.org","code":"mm[Hg]"}
        """);

    private async Task PutAsync(string reference, string members)
    {
        var (type, id) = (reference.Split('/')[0], reference.Split('/')[1]);
        var answer = await server.PutAsync(reference, $$"""{"resourceType":"{{type}}","id":"{{id}}",{{members}}}""");
        Assert.True((int)answer.Status < 300, answer.Text);
    }
}
