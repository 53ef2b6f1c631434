using System.Net;
using Tandem.Fhir.Json;
using Tandem.Fhir.Structure;
using Tandem.Kernel.Data;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Terminology;

public sealed class SqliteTerminologyTests(SharedServer shared) : TerminologyBehaviour(Engine.Sqlite, shared);

public sealed class PostgresTerminologyTests(SharedServer shared) : TerminologyBehaviour(Engine.Postgres, shared);

/// <summary>The operations on codes (R4 4.8.16, 4.9.17, 4.10.15), over HTTP.</summary>
public abstract class TerminologyBehaviour(Engine engine, SharedServer shared) : IAsyncLifetime, IClassFixture<SharedServer>
{
    private const string Act = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
    private const string System = """
        {"resourceType":"CodeSystem","id":"wards","url":"urn:wards","version":"1","status":"active","content":"complete","caseSensitive":true,"concept":[
          {"code":"in","display":"Inpatient ward","concept":[{"code":"icu","display":"Intensive care","designation":[{"language":"es","value":"Cuidados intensivos"},{"language":"es-MX","value":"Terapia intensiva"}]},{"code":"öf","display":"Östra flygeln"}]},
          {"code":"out","display":"Outpatient","property":[{"code":"inactive","valueBoolean":true},{"code":"floor","valueInteger":2}]}]}
        """;

    private const string Set = """{"resourceType":"ValueSet","id":"all","url":"urn:all","status":"active","compose":{"include":[{"system":"urn:wards"}]}}""";

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
        await server.PutAsync("CodeSystem/wards", System);
        await server.PutAsync("ValueSet/all", Set);
        await server.PutAsync("CodeSystem/part", """
            {"resourceType":"CodeSystem","id":"part","url":"urn:part","version":"3","status":"active","content":"fragment","concept":[{"code":"a","display":"Follow-up [Mass/volume]","concept":[{"code":"b"}]}]}
            """);
        await server.PutAsync("CodeSystem/sample", """{"resourceType":"CodeSystem","id":"sample","url":"urn:sample","status":"active","content":"example","concept":[{"code":"c"}]}""");
    }

    private static string Codes(FhirAnswer answer) => string.Join(' ', answer.Json["expansion"u8]["contains"u8].Items.AsEnumerable().Select(code => code["code"u8].Text));

    private static FhirNode Value(FhirAnswer answer, string name)
    {
        var parameter = answer.Json["parameter"u8].Items.AsEnumerable().FirstOrDefault(item => item["name"u8].Text == name);
        return parameter.Properties.AsEnumerable().FirstOrDefault(member => member.Name.StartsWith("value", StringComparison.Ordinal));
    }

    [Fact] // 4.12 TerminologyCapabilities
    public async Task The_statement_about_codes_names_the_systems_that_are_here()
    {
        await server.PutAsync("CodeSystem/named", """{"resourceType":"CodeSystem","id":"named","url":"urn:named","status":"active","content":"not-present"}""");
        await server.PutAsync("CodeSystem/wards-0", """{"resourceType":"CodeSystem","id":"wards-0","url":"urn:wards","version":"0.9","status":"active","content":"complete","concept":[{"code":"in"}]}""");

        await server.PutAsync("CodeSystem/draft", """{"resourceType":"CodeSystem","id":"draft","url":"urn:draft","status":"draft","content":"complete","concept":[{"code":"in"}]}""");
        await server.PutAsync("CodeSystem/marked", """{"resourceType":"CodeSystem","id":"marked","meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"R"}]},"url":"urn:marked","status":"active","content":"complete","concept":[{"code":"in"}]}""");

        var statement = (await server.GetAsync("metadata?mode=terminology")).Json;
        var systems = statement["codeSystem"u8].Items.AsEnumerable().ToDictionary(system => system["uri"u8].Text!, system => string.Join(' ', system["version"u8].Items.AsEnumerable()
            .Select(version => version["code"u8].Text + (version["isDefault"u8].Boolean == true ? "*" : ""))));
        Assert.Empty(StructureCheck.Check(statement));
        Assert.Equal(("0.9 1*", "4.0.1"), (systems["urn:wards"], systems["http://hl7.org/fhir/administrative-gender"]));
        Assert.DoesNotContain("urn:named", systems.Keys); // nothing can be asked of it
        Assert.DoesNotContain("urn:draft", systems.Keys); // anybody is answered
        Assert.DoesNotContain("urn:marked", systems.Keys);
        Assert.Contains("excludeNested", statement["expansion"u8]["parameter"u8].Items.AsEnumerable().Select(parameter => parameter["name"u8].Text));
        await server.SendAsync("DELETE", "CodeSystem/wards-0");
        Assert.Equal("1", string.Join(' ', (await server.GetAsync("metadata?mode=terminology")).Json["codeSystem"u8].Items.AsEnumerable().Single(system => system["uri"u8].Is("urn:wards"u8))["version"u8].Items.AsEnumerable().Select(version => version["code"u8].Text)));
        foreach (var id in (string[])["named", "draft", "marked"])
            await server.SendAsync("DELETE", $"CodeSystem/{id}");
    }

    [Theory] // R4 CodeSystem.content and the extension valueset-unclosed; parameters as the terminology servers of HL7 name them
    [InlineData("""{"system":"urn:wards"}""", "used-codesystem urn:wards|1", false)]
    [InlineData("""{"system":"urn:part"}""", "used-codesystem urn:part|3, fragment urn:part|3", true)]
    [InlineData("""{"system":"urn:part","filter":[{"property":"concept","op":"is-a","value":"a"}]}""", "used-codesystem urn:part|3, fragment urn:part|3", true)]
    [InlineData("""{"system":"urn:part","concept":[{"code":"a"},{"code":"elsewhere"}]}""", "used-codesystem urn:part|3", false)]
    [InlineData("""{"system":"urn:sample"},{"system":"urn:wards","version":"1"}""", "used-codesystem urn:sample, used-codesystem urn:wards|1, example urn:sample", true)]
    [InlineData("""{"valueSet":["urn:all"]}""", "used-codesystem urn:wards|1", false)]
    public async Task An_expansion_says_which_code_systems_it_is_of_and_which_of_them_are_here_in_part_only(string include, string told, bool isOpen)
    {
        var expansion = (await server.PostAsync("ValueSet/$expand", $$"""
            {"resourceType":"Parameters","parameter":[{"name":"valueSet","resource":{"resourceType":"ValueSet","status":"active","compose":{"include":[{{include}}]} } }]}
            """)).Json["expansion"u8];

        Assert.Equal(told, string.Join(", ", expansion["parameter"u8].Items.AsEnumerable().Select(parameter => $"{parameter["name"u8].Text} {parameter["valueUri"u8].Text}")));
        Assert.Equal(isOpen, expansion["extension"u8].Items.AsEnumerable().Any(one => one["url"u8].Text == "http://hl7.org/fhir/StructureDefinition/valueset-unclosed" && one["valueBoolean"u8].Boolean == true));
    }

    [Theory]
    [InlineData("urn:wards", "is-not-a", "invalid", "The code system urn:wards has no code nowhere")]
    [InlineData("urn:wards", "is-a", "invalid", "The code system urn:wards has no code nowhere")]
    [InlineData("urn:part", "is-not-a", "not-found", "has no code nowhere")]
    public async Task A_filter_by_a_code_that_the_system_does_not_have_is_refused_and_names_the_code(string system, string op, string issue, string told)
    {
        var answer = await server.PostAsync("ValueSet/$expand", $$"""
            {"resourceType":"Parameters","parameter":[{"name":"valueSet","resource":{"resourceType":"ValueSet","status":"active","compose":{"include":[{"system":"{{system}}","filter":[{"property":"concept","op":"{{op}}","value":"nowhere"}]}]} } }]}
            """);

        Assert.Equal(issue, answer.Issue);
        Assert.Contains(told, answer.Text);
    }

    [Theory] // 4.9.17.1
    [InlineData("ValueSet/$expand?url=urn:all", "in icu öf out")]
    [InlineData("ValueSet/all/$expand", "in icu öf out")]
    [InlineData("ValueSet/all/$expand?count=2&offset=1", "icu öf")]
    [InlineData("ValueSet/all/$expand?activeOnly=true", "in icu öf")]
    [InlineData("ValueSet/all/$expand?filter=ostra", "öf")]
    [InlineData("ValueSet/all/$expand?filter=care%20int", "icu")]
    [InlineData("ValueSet/all/$expand?filter=care%09int", "icu")]
    [InlineData("ValueSet/$expand?url=urn:part%3Ffhir_vs&filter=up%20vol", "a")]
    [InlineData("ValueSet/$expand?url=urn:part%3Ffhir_vs&filter=follow-up", "a")] // as it is written
    [InlineData("ValueSet/$expand?url=urn:part%3Ffhir_vs&filter=mass", "a")]
    [InlineData("ValueSet/all/$expand?count=0", "")]
    [InlineData("ValueSet/$expand?url=http://hl7.org/fhir/ValueSet/administrative-gender", "male female other unknown")]
    public async Task A_value_set_is_expanded(string path, string codes) => Assert.Equal(codes, Codes(await server.GetAsync(path)));

    [Fact]
    public async Task An_expansion_says_how_many_codes_fit_whatever_the_page()
    {
        var answer = await server.GetAsync("ValueSet/all/$expand?count=1");

        Assert.Equal(4, answer.Json["expansion"u8]["total"u8].Number);
        var last = (await server.GetAsync("ValueSet/all/$expand?count=1&offset=3")).Json["expansion"u8];
        Assert.Equal((3, true), (last["offset"u8].Number, last["contains"u8].First["inactive"u8].Boolean));
        Assert.Matches("^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", answer.Json["expansion"u8]["identifier"u8].Text);
    }

    [Fact]
    public async Task A_value_set_that_is_sent_is_expanded()
    {
        var set = Set.Replace("\"system\":\"urn:wards\"", "\"system\":\"urn:wards\",\"filter\":[{\"property\":\"concept\",\"op\":\"descendent-of\",\"value\":\"in\"}]");

        Assert.Equal("icu öf", Codes(await server.PostAsync("ValueSet/$expand", set)));
    }

    [Fact]
    public async Task What_cannot_be_expanded_is_refused_with_the_reason()
    {
        Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync("ValueSet/$expand?url=urn:none")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await server.GetAsync("ValueSet/$expand")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await server.GetAsync("ValueSet/all/$expand?count=many")).Status);
        await server.PutAsync("ValueSet/circle", """{"resourceType":"ValueSet","id":"circle","url":"urn:circle","status":"active","compose":{"include":[{"valueSet":["urn:circle"]}]}}""");
        var circle = await server.GetAsync("ValueSet/$expand?url=urn:circle");
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "processing"), (circle.Status, circle.Issue));
        var asked = await server.GetAsync("ValueSet/$validate-code?url=urn:circle&system=urn:wards&code=icu");
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "processing"), (asked.Status, asked.Issue));
        var searched = await server.GetAsync("Encounter?class:in=urn:circle");
        Assert.Equal((HttpStatusCode.BadRequest, "processing"), (searched.Status, searched.Issue));
    }

    [Fact]
    public async Task A_code_is_called_by_its_name_in_the_language_asked_for()
    {
        Assert.Equal("Cuidados intensivos", Value(await server.GetAsync("CodeSystem/$validate-code?url=urn:wards&code=icu&displayLanguage=es-AR"), "display").Text);
        Assert.Equal("Terapia intensiva", Value(await server.GetAsync("CodeSystem/$validate-code?url=urn:wards&code=icu&displayLanguage=es-MX"), "display").Text);
        Assert.Equal("Intensive care", Value(await server.GetAsync("CodeSystem/$validate-code?url=urn:wards&code=icu&displayLanguage=de"), "display").Text);
        Assert.Equal("Intensive care", Value(await server.GetAsync("ValueSet/all/$validate-code?system=urn:wards&code=icu"), "display").Text);
    }

    [Fact] // 4.9.6: sets of sets of sets, with filters and excludes, by the operation and in a search
    public async Task Value_sets_made_of_others_are_expanded_and_searched_by()
    {
        await server.PutAsync("ValueSet/inside", """{"resourceType":"ValueSet","id":"inside","url":"urn:inside","status":"active","compose":{"include":[{"system":"urn:wards","filter":[{"property":"concept","op":"is-a","value":"in"}]}]}}""");
        await server.PutAsync("ValueSet/rest", """{"resourceType":"ValueSet","id":"rest","url":"urn:rest","status":"active","compose":{"include":[{"valueSet":["urn:all"]}],"exclude":[{"valueSet":["urn:inside"]}]}}""");
        await server.PutAsync("ValueSet/most", """{"resourceType":"ValueSet","id":"most","url":"urn:most","status":"active","compose":{"include":[{"valueSet":["urn:rest"]},{"valueSet":["urn:inside"],"system":"urn:wards","filter":[{"property":"code","op":"regex","value":"i.*"}]}]}}""");
        foreach (var (id, code) in new[] { ("one", "icu"), ("two", "öf"), ("three", "out") })
            await server.PutAsync($"Encounter/{id}", $$"""{"resourceType":"Encounter","id":"{{id}}","status":"finished","class":{"system":"urn:wards","code":"{{code}}"} }""");

        Assert.Equal("out in icu", Codes(await server.GetAsync("ValueSet/$expand?url=urn:most")));
        Assert.Equal("one,three", (await server.GetAsync("Encounter?class:in=urn:most")).Ids);
        Assert.Equal("one,three", (await server.GetAsync("Encounter?class:in=ValueSet/most")).Ids);
        Assert.Equal("two", (await server.GetAsync("Encounter?class:not-in=urn:most")).Ids);
    }

    [Fact]
    public async Task A_change_of_a_code_system_holds_at_once()
    {
        Assert.Equal("in icu öf out", Codes(await server.GetAsync("ValueSet/all/$expand")));
        await server.PutAsync("CodeSystem/wards", System.Replace("\"code\":\"out\"", "\"code\":\"ambulatory\""));
        Assert.Equal("in icu öf ambulatory", Codes(await server.GetAsync("ValueSet/$expand?url=urn:all")));
        await server.PutAsync("ValueSet/all", Set.Replace("\"urn:wards\"", "\"urn:wards\",\"concept\":[{\"code\":\"icu\"}]"));
        Assert.Equal("icu", Codes(await server.GetAsync("ValueSet/$expand?url=urn:all")));
    }

    [Theory] // 4.9.17.2, 4.8.16.2
    [InlineData("ValueSet/$validate-code?url=urn:all&system=urn:wards&code=icu", true)]
    [InlineData("ValueSet/all/$validate-code?code=icu", true)]
    [InlineData("ValueSet/all/$validate-code?system=urn:wards&code=icu&display=intensive%20care", true)]
    [InlineData("ValueSet/all/$validate-code?system=urn:wards&code=icu&display=Kitchen", false)]
    [InlineData("ValueSet/all/$validate-code?system=urn:wards&code=icu&display=cuidados%20%20intensivos", true)] // a designation
    [InlineData("ValueSet/all/$validate-code?system=urn:wards&code=out&display=Ambulatorio&displayLanguage=es", false)] // no name of the code, although none is known in that language
    [InlineData("CodeSystem/wards/$validate-code?code=out&display=Ambulatorio&displayLanguage=es", false)]
    [InlineData("ValueSet/all/$validate-code?system=urn:wards&code=out&display=outpatient&displayLanguage=es", true)]
    [InlineData("ValueSet/all/$validate-code?code=icu&display=Kitchen", false)]
    [InlineData("ValueSet/all/$validate-code?system=urn:wards&code=icu&display=Cocina&displayLanguage=es", false)]
    [InlineData("CodeSystem/wards/$validate-code?code=icu&display=Kitchen", false)]
    [InlineData("CodeSystem/wards/$validate-code?code=icu&display=CUIDADOS%20INTENSIVOS", true)]
    [InlineData("ValueSet/all/$validate-code?system=urn:wards&code=kitchen", false)]
    [InlineData("ValueSet/all/$validate-code?system=urn:other&code=icu", false)]
    [InlineData("CodeSystem/$validate-code?url=urn:wards&code=icu", true)]
    [InlineData("CodeSystem/wards/$validate-code?code=ICU", false)]
    [InlineData("CodeSystem/$validate-code?url=http://hl7.org/fhir/administrative-gender&code=female", true)]
    public async Task A_code_is_valid_or_not(string path, bool valid) => Assert.Equal(valid, Value(await server.GetAsync(path), "result").Boolean);

    [Fact]
    public async Task What_cannot_be_decided_is_refused_not_denied()
    {
        await server.PutAsync("ValueSet/lab", """{"resourceType":"ValueSet","id":"lab","url":"urn:lab","status":"active","compose":{"include":[{"system":"http://loinc.org"}]}}""");

        var answer = await server.GetAsync("ValueSet/$validate-code?url=urn:lab&system=http://loinc.org&code=2823-3");

        Assert.Equal((HttpStatusCode.NotFound, "not-found"), (answer.Status, answer.Issue));
    }

    [Fact]
    public async Task Of_a_concept_one_coding_has_to_be_valid()
    {
        const string parameters = """
            {"resourceType":"Parameters","parameter":[{"name":"url","valueUri":"urn:all"},
             {"name":"codeableConcept","valueCodeableConcept":{"coding":[{"system":"urn:x","code":"y"},{"system":"urn:wards","code":"icu"}]}}]}
            """;

        Assert.True(Value(await server.PostAsync("ValueSet/$validate-code", parameters), "result").Boolean);
    }

    [Fact] // 4.8.16.1
    public async Task A_code_is_looked_up()
    {
        var answer = await server.GetAsync("CodeSystem/$lookup?system=urn:wards&code=icu");

        Assert.Equal("Intensive care", Value(answer, "display").Text);
        Assert.Equal(2, answer.Text.Split("Intensive care").Length); // once, and no other word for it
        Assert.Equal("1", Value(answer, "version").Text);
        Assert.Contains("Cuidados intensivos", answer.Text);
        Assert.Contains("{\"name\":\"code\",\"valueCode\":\"parent\"},{\"name\":\"value\",\"valueCode\":\"in\"}", answer.Text);
        Assert.Contains("\"valueInteger\":2", (await server.GetAsync("CodeSystem/$lookup?system=urn:wards&code=out")).Text);
        Assert.Equal("inpatient encounter", Value(await server.GetAsync($"CodeSystem/$lookup?system={Act}&code=IMP"), "display").Text);
        Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync("CodeSystem/$lookup?system=urn:wards&code=none")).Status);
    }

    [Theory] // 4.8.16.3
    [InlineData("in", "icu", "subsumes")]
    [InlineData("icu", "in", "subsumed-by")]
    [InlineData("icu", "icu", "equivalent")]
    [InlineData("icu", "out", "not-subsumed")]
    public async Task Codes_are_compared(string first, string second, string outcome)
    {
        Assert.Equal(outcome, Value(await server.GetAsync($"CodeSystem/$subsumes?system=urn:wards&codeA={first}&codeB={second}"), "outcome").Text);
        Assert.Equal(outcome, Value(await server.GetAsync($"CodeSystem/wards/$subsumes?codeA={first}&codeB={second}"), "outcome").Text);
    }

    [Fact] // 4.8.10 CodeSystem.caseSensitive
    public async Task The_case_of_a_code_does_not_count_where_its_system_says_so()
    {
        await server.PutAsync("CodeSystem/loose", """
            {"resourceType":"CodeSystem","id":"loose","url":"urn:loose","status":"active","content":"complete","caseSensitive":false,"concept":[{"code":"weight","concept":[{"code":"mg","display":"Milligram"}]}]}
            """);
        await server.PutAsync("ValueSet/loose", """{"resourceType":"ValueSet","id":"loose","url":"urn:loose-set","status":"active","compose":{"include":[{"system":"urn:loose","concept":[{"code":"Mg"}]}]}}""");

        foreach (var path in new[] { "CodeSystem/loose/$validate-code?code=MG", "ValueSet/loose/$validate-code?system=urn:loose&code=MG&display=milligram" })
        {
            var answer = await server.GetAsync(path);
            Assert.True(Value(answer, "result").Boolean);
            Assert.Equal("mg", Value(answer, "normalized-code").Text);
            Assert.Contains("mg", Value(answer, "message").Text, StringComparison.Ordinal);
        }

        Assert.False(Value(await server.GetAsync("CodeSystem/loose/$validate-code?code=mg"), "normalized-code").Exists);
        Assert.Equal("Milligram", Value(await server.GetAsync("CodeSystem/$lookup?system=urn:loose&code=MG"), "display").Text);
        Assert.Equal("subsumes", Value(await server.GetAsync("CodeSystem/$subsumes?system=urn:loose&codeA=Weight&codeB=MG"), "outcome").Text);
        Assert.Equal("equivalent", Value(await server.GetAsync("CodeSystem/$subsumes?system=urn:loose&codeA=mg&codeB=MG"), "outcome").Text);
    }

    [Fact] // 4.10.15.1
    public async Task A_code_is_translated_by_a_named_map_or_by_all()
    {
        await server.PutAsync("ConceptMap/m", """
            {"resourceType":"ConceptMap","id":"m","url":"urn:m","status":"active","group":[{"source":"urn:wards","target":"urn:theirs","element":[{"code":"icu","target":[{"code":"ITS","display":"Intensivstation","equivalence":"equivalent"}]}]}]}
            """);

        foreach (var path in new[] { "ConceptMap/$translate?url=urn:m&", "ConceptMap/m/$translate?", "ConceptMap/$translate?" })
        {
            var answer = await server.GetAsync(path + "system=urn:wards&code=icu");
            Assert.True(Value(answer, "result").Boolean);
            Assert.Contains("\"valueCoding\":{\"system\":\"urn:theirs\",\"code\":\"ITS\",\"display\":\"Intensivstation\"}", answer.Text);
        }

        var twice = await server.PostAsync("ConceptMap/m/$translate", """{"resourceType":"Parameters","parameter":[{"name":"codeableConcept","valueCodeableConcept":{"coding":[{"system":"urn:wards","code":"icu"},{"system":"urn:wards","version":"1","code":"icu"}]}}]}""");
        Assert.Single(twice.Json["parameter"u8].Items.AsEnumerable(), parameter => parameter["name"u8].Is("match"u8));
        Assert.Contains("\"code\":\"icu\"", (await server.GetAsync("ConceptMap/m/$translate?system=urn:theirs&code=ITS&reverse=true")).Text);
        Assert.False(Value(await server.GetAsync("ConceptMap/m/$translate?system=urn:wards&code=none"), "result").Boolean);
        Assert.Contains("\"code\":\"M\"", (await server.GetAsync("ConceptMap/$translate?system=http://hl7.org/fhir/administrative-gender&code=male&targetsystem=http://terminology.hl7.org/CodeSystem/v2-0001")).Text);
    }

    [Fact] // 4.9.6 ValueSet.compose.inactive
    public async Task A_set_without_inactive_codes_takes_none_from_the_sets_that_it_is_made_of()
    {
        const string set = """{"resourceType":"ValueSet","status":"active","compose":{"inactive":false,"include":[{"valueSet":["urn:all"]}]}}""";
        async Task<bool?> Has(string code) => Value(await server.PostAsync("ValueSet/$validate-code", $$"""{"resourceType":"Parameters","parameter":[{"name":"valueSet","resource":{{set}}},{{code}}]}"""), "result").Boolean;

        Assert.Equal("in icu öf", Codes(await server.PostAsync("ValueSet/$expand", set)));
        Assert.Equal("in icu öf out", Codes(await server.PostAsync("ValueSet/$expand", set.Replace("false", "true", StringComparison.Ordinal))));
        Assert.True(await Has("""{"name":"system","valueUri":"urn:wards"},{"name":"code","valueCode":"icu"}"""));
        Assert.False(await Has("""{"name":"system","valueUri":"urn:wards"},{"name":"code","valueCode":"out"}"""));
        Assert.False(await Has("""{"name":"code","valueCode":"out"}"""));
    }

    [Theory] // 3.2.0.2: a resource is of the type that the operation declares
    [InlineData("ValueSet/$expand", """{"resourceType":"CodeSystem","status":"active","content":"complete"}""", "valueSet has to be a ValueSet")]
    [InlineData("ValueSet/$expand?url=urn:all", """{"resourceType":"Parameters","parameter":[{"name":"valueSet","valueUri":"urn:all"}]}""", "valueSet has to be a ValueSet")]
    [InlineData("CodeSystem/$validate-code?code=icu", Set, "codeSystem has to be a CodeSystem")]
    [InlineData("ConceptMap/$translate?system=urn:wards&code=icu", Set, "conceptMap has to be a ConceptMap")]
    [InlineData("ConceptMap/$translate?system=urn:wards&code=icu", """{"resourceType":"Parameters","parameter":[{"name":"conceptMap","resource":{"resourceType":"ValueSet","status":"active"}}]}""", "conceptMap has to be a ConceptMap")]
    public async Task A_resource_of_another_type_is_refused(string path, string body, string says)
    {
        var answer = await server.PostAsync(path, body);

        Assert.Equal((HttpStatusCode.BadRequest, "value"), (answer.Status, answer.Issue));
        Assert.Contains(says, answer.Text);
    }

    [Fact] // 4.10.15.1: reverse goes from the target to the source, its value sets too
    public async Task A_translation_backwards_is_of_a_code_from_the_value_set_that_the_map_aims_at()
    {
        await server.PutAsync("ConceptMap/back", """
            {"resourceType":"ConceptMap","id":"back","url":"urn:back","status":"active","sourceUri":"urn:all","targetCanonical":"urn:all-theirs|3","group":[{"source":"urn:wards","target":"urn:theirs","element":[{"code":"icu","target":[{"code":"ITS","equivalence":"equivalent"}]}]}]}
            """);
        const string ask = "ConceptMap/back/$translate?system=urn:theirs&code=ITS&reverse=true&";

        Assert.True(Value(await server.GetAsync(ask + "source=urn:all-theirs&target=urn:all"), "result").Boolean);
        Assert.False(Value(await server.GetAsync(ask + "source=urn:all"), "result").Boolean);
        Assert.False(Value(await server.GetAsync(ask + "target=urn:all-theirs"), "result").Boolean);
    }

    [Theory] // 4.9.6: a version that is named has to be here, of what ships too
    [InlineData("""{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","version":"2.9"}""", true)]
    [InlineData("""{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","version":"3.0"}""", false)]
    [InlineData("""{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","version":"3.0","filter":[{"property":"code","op":"regex","value":"MR"}]}""", false)]
    [InlineData("""{"valueSet":["http://hl7.org/fhir/ValueSet/identifier-type|4.0.1"]}""", true)]
    [InlineData("""{"valueSet":["http://hl7.org/fhir/ValueSet/identifier-type|9.9"]}""", false)]
    public async Task What_a_set_is_made_of_has_to_be_here_in_the_version_that_it_names(string part, bool isHere)
    {
        var set = $$"""{"resourceType":"ValueSet","status":"active","compose":{"include":[{{part}}]} }""";

        var expanded = await server.PostAsync("ValueSet/$expand", set);
        var asked = await server.PostAsync("ValueSet/$validate-code?system=http://terminology.hl7.org/CodeSystem/v2-0203&code=MR", set);

        Assert.Equal(isHere ? (HttpStatusCode.OK, null) : (HttpStatusCode.NotFound, "not-found"), (expanded.Status, isHere ? null : expanded.Issue));
        Assert.Equal(isHere ? HttpStatusCode.OK : HttpStatusCode.NotFound, asked.Status);
        Assert.Equal(isHere, Value(asked, "result").Boolean == true);
    }

    [Theory] // a version or a system that contradicts what is asked
    [InlineData("CodeSystem/wards/$subsumes", """{"name":"codingA","valueCoding":{"system":"urn:x","code":"in"}},{"name":"codingB","valueCoding":{"system":"urn:x","code":"icu"}}""", "invalid")]
    [InlineData("CodeSystem/wards/$subsumes", """{"name":"codingA","valueCoding":{"system":"urn:wards","version":"9","code":"in"}},{"name":"codingB","valueCoding":{"system":"urn:wards","code":"icu"}}""", "invalid")]
    [InlineData("CodeSystem/wards/$subsumes", """{"name":"codingA","valueCoding":{"system":"urn:wards","version":"1","code":"in"}},{"name":"codingB","valueCoding":{"system":"urn:wards","code":"icu"}}""", null)]
    [InlineData("CodeSystem/wards/$subsumes", """{"name":"codeA","valueCode":"in"},{"name":"codingB","valueCoding":{"system":"urn:wards","code":"icu"}}""", null)]
    [InlineData("CodeSystem/wards/$subsumes", """{"name":"codeA","valueCode":"in"},{"name":"codingB","valueCoding":{"system":"urn:x","code":"icu"}}""", "invalid")]
    [InlineData("CodeSystem/$subsumes", """{"name":"codeA","valueCode":"in"},{"name":"codingB","valueCoding":{"system":"urn:wards","code":"icu"}}""", "invalid")]
    [InlineData("CodeSystem/$lookup", """{"name":"system","valueUri":"urn:wards"},{"name":"coding","valueCoding":{"system":"urn:x","code":"icu"}}""", "invalid")]
    [InlineData("CodeSystem/$lookup", """{"name":"system","valueUri":"urn:wards"},{"name":"coding","valueCoding":{"system":"urn:wards","version":"9","code":"icu"}}""", "not-found")]
    [InlineData("CodeSystem/$lookup", """{"name":"version","valueString":"1"},{"name":"coding","valueCoding":{"system":"urn:wards","version":"9","code":"icu"}}""", "invalid")]
    [InlineData("CodeSystem/$lookup", """{"name":"system","valueUri":"urn:wards"},{"name":"coding","valueCoding":{"version":"1","code":"icu"}}""", null)]
    [InlineData("CodeSystem/$validate-code", """{"name":"codeSystem","resource":{"resourceType":"CodeSystem","url":"urn:sent","version":"1","status":"active","content":"complete"}},{"name":"version","valueString":"2"},{"name":"code","valueCode":"icu"}""", "not-found")]
    [InlineData("ConceptMap/$translate", """{"name":"conceptMap","resource":{"resourceType":"ConceptMap","version":"1","status":"active"}},{"name":"conceptMapVersion","valueString":"2"},{"name":"system","valueUri":"urn:wards"},{"name":"code","valueCode":"icu"}""", "not-found")]
    public async Task A_coding_has_to_be_of_the_system_and_version_that_is_asked(string path, string parameters, string? issue)
    {
        var answer = await server.PostAsync(path, $$"""{"resourceType":"Parameters","parameter":[{{parameters}}]}""");

        Assert.Equal(issue, answer.Status == HttpStatusCode.OK ? null : answer.Issue);
    }

    [Fact]
    public async Task More_maps_than_can_be_tried_are_refused_and_one_of_them_by_its_address_is_not()
    {
        static string Entry(int number) => $$"""{"fullUrl":"http://maps.example/ConceptMap/{{number}}","request":{"method":"PUT","url":"ConceptMap/m{{number}}"},"resource":{"resourceType":"ConceptMap","id":"m{{number}}","url":"urn:m{{number}}","status":"active","group":[{"source":"urn:wards","target":"urn:theirs","element":[{"code":"icu","target":[{"code":"I{{number}}","equivalence":"equivalent"}]}]}]} }""";
        async Task Put(int from, int count) => Assert.Equal(HttpStatusCode.OK, (await server.PostAsync("", $$"""{"resourceType":"Bundle","type":"transaction","entry":[{{string.Join(',', Enumerable.Range(from, count).Select(Entry))}}]}""")).Status);
        await Put(1, 1000);

        Assert.Contains("\"code\":\"I1000\"", (await server.GetAsync("ConceptMap/$translate?system=urn:wards&code=icu")).Text);
        await Put(1001, 1);
        var answer = await server.GetAsync("ConceptMap/$translate?system=urn:wards&code=icu");
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "too-costly"), (answer.Status, answer.Issue));
        Assert.True(Value(await server.GetAsync("ConceptMap/$translate?url=urn:m1001&system=urn:wards&code=icu"), "result").Boolean);
    }
}
