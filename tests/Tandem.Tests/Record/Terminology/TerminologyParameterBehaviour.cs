using System.Net;
using Tandem.Fhir.Json;
using Tandem.Kernel.Data;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Terminology;

public sealed class SqliteTerminologyParameterTests(SharedServer shared) : TerminologyParameterBehaviour(Engine.Sqlite, shared);

public sealed class PostgresTerminologyParameterTests(SharedServer shared) : TerminologyParameterBehaviour(Engine.Postgres, shared);

/// <summary>The parameters of the operations on codes: languages, names, versions, nesting, supplements, dependencies (R4 4.8.10, 4.8.16, 4.9.17, 4.10.15).</summary>
public abstract class TerminologyParameterBehaviour(Engine engine, SharedServer shared) : IAsyncLifetime, IClassFixture<SharedServer>
{
    private const string Wards = """
        {"resourceType":"CodeSystem","id":"wards","url":"urn:wards","version":"2","status":"active","content":"complete","caseSensitive":true,"concept":[
          {"code":"in","display":"Inpatient ward","property":[{"code":"notSelectable","valueBoolean":true}],"concept":[
            {"code":"icu","display":"Intensive care","designation":[{"language":"es","value":"Cuidados intensivos"},{"use":{"system":"urn:use","code":"short"},"value":"IC"}],"concept":[{"code":"picu","display":"Paediatric intensive care"}]}]},
          {"code":"out","display":"Outpatient"}]}
        """;

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
        await server.PutAsync("CodeSystem/wards", Wards);
        await server.PutAsync("CodeSystem/wards-1", """{"resourceType":"CodeSystem","id":"wards-1","url":"urn:wards","version":"1","status":"active","content":"complete","concept":[{"code":"in","display":"Ward"}]}""");
        await server.PutAsync("ValueSet/all", """{"resourceType":"ValueSet","id":"all","url":"urn:all","version":"7","status":"active","compose":{"include":[{"system":"urn:wards"}]}}""");
        await server.PutAsync("ValueSet/first", """{"resourceType":"ValueSet","id":"first","url":"urn:first","status":"active","compose":{"include":[{"system":"urn:wards","version":"1"}]}}""");
        await server.PutAsync("ValueSet/listed", """
            {"resourceType":"ValueSet","id":"listed","url":"urn:listed","language":"en","status":"active","compose":{"include":[{"system":"urn:wards","concept":[
              {"code":"icu","display":"ICU","designation":[{"language":"de","value":"Intensivstation"}]}]}]}}
            """);
    }

    private static IEnumerable<FhirNode> Contains(FhirAnswer answer) => answer.Json["expansion"u8]["contains"u8].Items.AsEnumerable();

    private static string Codes(FhirAnswer answer) => string.Join(' ', Contains(answer).Select(code => code["code"u8].Text));

    private static string Displays(FhirAnswer answer) => string.Join(", ", Contains(answer).Select(code => code["display"u8].Text));

    private static FhirNode Value(FhirAnswer answer, string name)
    {
        var parameter = answer.Json["parameter"u8].Items.AsEnumerable().FirstOrDefault(item => item["name"u8].Text == name);
        return parameter.Properties.AsEnumerable().FirstOrDefault(member => member.Name.StartsWith("value", StringComparison.Ordinal));
    }

    private static string Nested(FhirNode code) => code["code"u8].Text + (code["contains"u8].Exists ? $"({string.Join(' ', code["contains"u8].Items.AsEnumerable().Select(Nested))})" : "");

    [Theory] // 4.9.17.1: displayLanguage; names of the value set go before those of the code system
    [InlineData("ValueSet/all/$expand?displayLanguage=es-MX", "Inpatient ward, Cuidados intensivos, Paediatric intensive care, Outpatient")]
    [InlineData("ValueSet/all/$expand?displayLanguage=fr", "Inpatient ward, Intensive care, Paediatric intensive care, Outpatient")]
    [InlineData("ValueSet/all/$expand?displayLanguage=es&filter=cuidados", "Cuidados intensivos")]
    [InlineData("ValueSet/listed/$expand", "ICU")]
    [InlineData("ValueSet/listed/$expand?displayLanguage=de", "Intensivstation")]
    [InlineData("ValueSet/listed/$expand?displayLanguage=es", "Cuidados intensivos")]
    [InlineData("ValueSet/listed/$expand?displayLanguage=en", "ICU")]
    public async Task An_expansion_is_in_the_language_asked_for(string path, string displays) => Assert.Equal(displays, Displays(await server.GetAsync(path)));

    [Theory]
    [InlineData("includeDesignations=true", "de:Intensivstation en:Intensive care es:Cuidados intensivos :IC")]
    [InlineData("designation=urn:ietf:bcp:47|es", "es:Cuidados intensivos")]
    [InlineData("designation=urn:use|short", ":IC")]
    [InlineData("includeDesignations=false", "")]
    [InlineData("includeDesignations=true&displayLanguage=de", "en:ICU en:Intensive care es:Cuidados intensivos :IC")]
    public async Task All_names_of_a_code_are_given_where_they_are_wanted(string asked, string names)
    {
        var code = Contains(await server.GetAsync("ValueSet/listed/$expand?" + asked)).Single();

        Assert.Equal(names, string.Join(' ', code["designation"u8].Items.AsEnumerable().Select(name => $"{name["language"u8].Text}:{name["value"u8].Text}")));
    }

    [Theory]
    [InlineData("excludeNotForUI=true", "icu picu out")]
    [InlineData("exclude-system=urn:wards", "")]
    [InlineData("exclude-system=urn:wards|1", "in icu picu out")]
    [InlineData("system-version=urn:wards|1", "in")]
    [InlineData("force-system-version=urn:wards|1", "in")]
    [InlineData("check-system-version=urn:wards|2", "in icu picu out")]
    [InlineData("excludePostCoordinated=true&excludeNested=true", "in icu picu out")]
    public async Task Codes_are_chosen_by_system_version_and_use(string asked, string codes) => Assert.Equal(codes, Codes(await server.GetAsync("ValueSet/$expand?url=urn:all&" + asked)));

    [Fact]
    public async Task A_version_that_the_value_set_names_goes_before_and_can_be_checked_and_forced()
    {
        Assert.Equal("in", Codes(await server.GetAsync("ValueSet/first/$expand?system-version=urn:wards|2")));
        Assert.Equal("in icu picu out", Codes(await server.GetAsync("ValueSet/first/$expand?force-system-version=urn:wards|2")));
        Assert.Contains("""{"name":"force-system-version","valueUri":"urn:wards|2"}""", (await server.GetAsync("ValueSet/first/$expand?force-system-version=urn:wards|2")).Text); // R4 has no canonical there
        Assert.Equal("conflict", (await server.GetAsync("ValueSet/first/$expand?check-system-version=urn:wards|2")).Issue);
        Assert.Equal("not-found", (await server.GetAsync("ValueSet/all/$expand?system-version=urn:wards|9")).Issue);
        Assert.Equal("value", (await server.GetAsync("ValueSet/all/$expand?system-version=urn:wards")).Issue);
        Assert.Equal("not-found", (await server.GetAsync("ValueSet/$expand?url=urn:all&valueSetVersion=8")).Issue);
    }

    [Fact]
    public async Task Codes_lie_below_those_that_include_them_where_that_is_wanted()
    {
        var nested = Contains(await server.GetAsync("ValueSet/all/$expand?excludeNested=false"));
        Assert.Equal("in(icu(picu)) out", string.Join(' ', nested.Select(Nested)));
        Assert.Equal([true, null], nested.Select(code => code["abstract"u8].Boolean));
        nested = Contains(await server.GetAsync("ValueSet/all/$expand?excludeNested=false&filter=pa"));
        Assert.Equal("picu", string.Join(' ', nested.Select(Nested)));
        nested = Contains(await server.GetAsync("ValueSet/all/$expand?excludeNested=false&filter=p"));
        Assert.Equal("picu", string.Join(' ', nested.Select(Nested)));
        Assert.Equal("not-supported", (await server.GetAsync("ValueSet/all/$expand?excludeNested=false&count=2")).Issue);
    }

    [Fact]
    public async Task Codes_that_are_each_below_the_other_are_all_given()
    {
        await server.PutAsync("CodeSystem/ring", """{"resourceType":"CodeSystem","id":"ring","url":"urn:ring","status":"active","content":"complete","concept":[{"code":"a","property":[{"code":"parent","valueCode":"b"}]},{"code":"b","property":[{"code":"parent","valueCode":"a"}]}]}""");
        await server.PutAsync("ValueSet/ring", """{"resourceType":"ValueSet","id":"ring","status":"active","compose":{"include":[{"system":"urn:ring"}]}}""");

        var nested = Contains(await server.GetAsync("ValueSet/ring/$expand?excludeNested=false"));

        Assert.Equal("a(b)", string.Join(' ', nested.Select(Nested)));
        Assert.Equal(2, (await server.GetAsync("CodeSystem/$lookup?system=urn:ring&code=a")).Text.Split("\"valueCode\":\"parent\"").Length); // said once
    }

    [Fact] // 4.8.10
    public async Task Supplements_add_names_and_properties()
    {
        const string supplement = """
            {"resourceType":"CodeSystem","id":"more","url":"urn:more","language":"fr","status":"active","content":"supplement","supplements":"urn:wards|2","concept":[
              {"code":"icu","display":"Soins intensifs","property":[{"code":"beds","valueInteger":12}],"designation":[{"language":"it","value":"Terapia intensiva"}]}]}
            """;
        await server.PutAsync("CodeSystem/more", supplement);
        await server.PutAsync("ValueSet/large", """{"resourceType":"ValueSet","id":"large","url":"urn:large","status":"active","compose":{"include":[{"system":"urn:wards","filter":[{"property":"beds","op":"=","value":"12"}]}]}}""");
        await server.PutAsync("Encounter/e", """{"resourceType":"Encounter","id":"e","status":"finished","class":{"system":"urn:wards","code":"icu"}}""");

        Assert.Contains("Soins intensifs", Displays(await server.GetAsync("ValueSet/all/$expand?displayLanguage=fr-CA")));
        Assert.Contains("Intensive care", Displays(await server.GetAsync("ValueSet/all/$expand")));
        Assert.Equal("Terapia intensiva", Value(await server.GetAsync("CodeSystem/$lookup?system=urn:wards&code=icu&displayLanguage=it"), "display").Text);
        Assert.Contains("\"valueInteger\":12", (await server.GetAsync("CodeSystem/$lookup?system=urn:wards&code=icu&property=beds")).Text);
        Assert.True(Value(await server.GetAsync("CodeSystem/wards/$validate-code?code=icu&display=terapia%20intensiva"), "result").Boolean);
        Assert.Equal("icu", Codes(await server.GetAsync("ValueSet/large/$expand")));
        Assert.Equal("e", (await server.GetAsync("Encounter?class:in=urn:large")).Ids);
        await server.PutAsync("CodeSystem/more", supplement.Replace("\"active\"", "\"retired\"", StringComparison.Ordinal));
        Assert.DoesNotContain("Soins intensifs", Displays(await server.GetAsync("ValueSet/all/$expand?displayLanguage=fr-CA")));
        await server.PutAsync("CodeSystem/more", supplement.Replace("urn:wards|2", "urn:wards|1", StringComparison.Ordinal));
        Assert.Equal("", Codes(await server.GetAsync("ValueSet/large/$expand")));
    }

    [Fact] // 4.8.16.1
    public async Task A_code_is_looked_up_in_a_version_and_a_language_by_the_parts_that_are_wanted()
    {
        Assert.Equal("Ward", Value(await server.GetAsync("CodeSystem/$lookup?system=urn:wards&version=1&code=in"), "display").Text);
        Assert.Equal("not-found", (await server.GetAsync("CodeSystem/$lookup?system=urn:wards&version=3&code=in")).Issue);
        Assert.Equal("not-found", (await server.GetAsync("CodeSystem/$lookup?system=http://hl7.org/fhir/administrative-gender&version=1&code=male")).Issue);
        var spanish = await server.GetAsync("CodeSystem/$lookup?system=urn:wards&code=icu&displayLanguage=es&property=lang.es");
        Assert.Equal("Cuidados intensivos", Value(spanish, "display").Text);
        Assert.Contains("\"valueCode\":\"es\"", spanish.Text);
        Assert.DoesNotContain("\"IC\"", spanish.Text);
        Assert.Contains("""{"name":"use","valueCoding":{"system":"urn:use","code":"short"}}""", (await server.GetAsync("CodeSystem/$lookup?system=urn:wards&code=icu&property=designation")).Text);
        var coding = await server.PostAsync("CodeSystem/$lookup", """{"resourceType":"Parameters","parameter":[{"name":"coding","valueCoding":{"system":"urn:wards","version":"1","code":"in"}}]}""");
        Assert.Equal("Ward", Value(coding, "display").Text);
    }

    [Theory] // 4.9.17.2, 4.8.16.2
    [InlineData("ValueSet/all/$validate-code?system=urn:wards&code=in", false)]
    [InlineData("ValueSet/all/$validate-code?system=urn:wards&code=in&abstract=true", true)]
    [InlineData("CodeSystem/wards/$validate-code?code=in&abstract=false", false)]
    [InlineData("ValueSet/all/$validate-code?system=urn:wards&systemVersion=1&code=icu", false)]
    [InlineData("ValueSet/all/$validate-code?system=urn:wards&systemVersion=2&code=icu", true)]
    [InlineData("ValueSet/first/$validate-code?system=urn:wards&systemVersion=2&code=in", false)]
    [InlineData("CodeSystem/$validate-code?url=urn:wards&version=1&code=icu", false)]
    public async Task A_code_is_valid_in_a_version_and_where_it_may_be_used(string path, bool valid) => Assert.Equal(valid, Value(await server.GetAsync(path), "result").Boolean);

    [Fact]
    public async Task A_code_system_that_is_sent_is_asked()
    {
        var body = $$"""{"resourceType":"Parameters","parameter":[{"name":"codeSystem","resource":{{Wards.Replace("urn:wards", "urn:sent", StringComparison.Ordinal)}}},{"name":"coding","valueCoding":{"system":"urn:sent","code":"out"} }]}""";

        Assert.True(Value(await server.PostAsync("CodeSystem/$validate-code", body), "result").Boolean);
    }

    [Theory] // nothing is dropped in silence
    [InlineData("ValueSet/all/$expand?date=2020-01-01", "not-supported")]
    [InlineData("ValueSet/all/$expand?context=Patient.gender", "not-supported")]
    [InlineData("ValueSet/all/$expand?activeOnly=yes", "value")]
    [InlineData("ValueSet/all/$expand?url=urn:first", "invalid")]
    [InlineData("ValueSet/all/$expand?displayLanguage=es,en", "value")]
    [InlineData("ValueSet/all/$expand?displayLanguage=-", "value")]
    [InlineData("ValueSet/all/$expand?filter=", "value")]
    [InlineData("ValueSet/all/$expand?count=-1", "value")]
    [InlineData("CodeSystem/$lookup?system=urn:wards&code=", "value")]
    [InlineData("CodeSystem/$lookup?system=urn:wards&code=in&version=", "value")]
    [InlineData("ConceptMap/$translate?code=in", "required")] // several systems may have it
    [InlineData("CodeSystem/$lookup?coding=urn:wards|in", "not-supported")]
    [InlineData("CodeSystem/$lookup?system=urn:wards&code=in&date=2020-01-01", "not-supported")]
    [InlineData("CodeSystem/$subsumes?system=urn:wards&codeA=in&codingB=urn:wards|icu", "not-supported")]
    [InlineData("ConceptMap/$translate?system=urn:wards&code=in&dependency=x", "not-supported")]
    public async Task What_is_not_understood_is_refused_by_name(string path, string issue)
    {
        var answer = await server.GetAsync(path);

        Assert.Equal((HttpStatusCode.BadRequest, issue), (answer.Status, answer.Issue));
    }

    [Theory]
    [InlineData("ValueSet/all/$expand", """{"name":"count","valueString":"1"}""", "value")]
    [InlineData("ValueSet/all/$expand", """{"name":"activeOnly","valueString":"true"}""", "value")]
    [InlineData("CodeSystem/$lookup", """{"name":"system","valueUri":"urn:wards"},{"name":"code","valueBoolean":true}""", "value")]
    [InlineData("CodeSystem/$lookup", """{"name":"system","valueUri":"urn:wards"},{"name":"code","valueCode":"in","valueString":"out"}""", "invariant")]
    [InlineData("ConceptMap/$translate", """{"name":"coding","valueCoding":{"code":"in"}}""", "required")]
    public async Task What_is_of_another_type_is_refused_by_name(string path, string parameters, string issue)
    {
        var answer = await server.PostAsync(path, $$"""{"resourceType":"Parameters","parameter":[{{parameters}}]}""");

        Assert.Equal((HttpStatusCode.BadRequest, issue), (answer.Status, answer.Issue));
    }

    [Fact] // R4 4.9.6: each include is of the version that it names
    public async Task A_set_of_two_versions_has_the_codes_and_names_of_both()
    {
        await server.PutAsync("ValueSet/both", """{"resourceType":"ValueSet","id":"both","url":"urn:both","status":"active","compose":{"include":[{"system":"urn:wards","version":"1"},{"system":"urn:wards","version":"2"}]}}""");
        await server.PutAsync("ValueSet/new", """{"resourceType":"ValueSet","id":"new","url":"urn:new","status":"active","compose":{"include":[{"system":"urn:wards","version":"2"}],"exclude":[{"system":"urn:wards","version":"1"}]}}""");
        const string ask = "ValueSet/both/$validate-code?system=urn:wards&code=in&abstract=true&display=";

        var both = await server.GetAsync("ValueSet/both/$expand");
        Assert.Equal(["1 in Ward", "2 in Inpatient ward", "2 icu Intensive care"], Contains(both).Take(3).Select(code => $"{code["version"u8].Text} {code["code"u8].Text} {code["display"u8].Text}"));
        Assert.Equal("in in(icu(picu)) out", string.Join(' ', Contains(await server.GetAsync("ValueSet/both/$expand?excludeNested=false")).Select(Nested)));
        Assert.Equal("icu picu out", Codes(await server.GetAsync("ValueSet/new/$expand")));
        Assert.False(Value(await server.GetAsync("ValueSet/new/$validate-code?system=urn:wards&systemVersion=2&code=in&abstract=true"), "result").Boolean);
        Assert.True(Value(await server.GetAsync(ask + "Ward"), "result").Boolean);
        Assert.True(Value(await server.GetAsync(ask + "Inpatient%20ward"), "result").Boolean);
        Assert.Equal("Ward", Value(await server.GetAsync(ask + "Ward&systemVersion=1"), "display").Text);
        var wrong = await server.GetAsync(ask + "Inpatient%20ward&systemVersion=1");
        Assert.Equal((false, "Ward"), (Value(wrong, "result").Boolean, Value(wrong, "display").Text));
        var coding = """{"resourceType":"Parameters","parameter":[{"name":"url","valueUri":"urn:both"},{"name":"abstract","valueBoolean":true},{"name":"coding","valueCoding":{"system":"urn:wards","version":"2","code":"in","display":"Ward"}}]}""";
        Assert.False(Value(await server.PostAsync("ValueSet/$validate-code", coding), "result").Boolean);
    }

    [Fact] // ValueSet-validate-code, code: it must not be ambiguous without a system
    public async Task A_code_without_its_system_is_valid_where_one_system_has_it()
    {
        await server.PutAsync("CodeSystem/roads", """{"resourceType":"CodeSystem","id":"roads","url":"urn:roads","status":"active","content":"complete","concept":[{"code":"out","display":"Road out of town"},{"code":"ring"}]}""");
        await server.PutAsync("ValueSet/ways", """{"resourceType":"ValueSet","id":"ways","url":"urn:ways","status":"active","compose":{"include":[{"valueSet":["urn:all"]},{"system":"urn:roads"}]}}""");

        Assert.True(Value(await server.GetAsync("ValueSet/ways/$validate-code?code=ring"), "result").Boolean);
        Assert.True(Value(await server.GetAsync("ValueSet/ways/$validate-code?system=urn:roads&code=out"), "result").Boolean);
        var ambiguous = await server.GetAsync("ValueSet/ways/$validate-code?code=out");
        Assert.False(Value(ambiguous, "result").Boolean);
        Assert.Contains("urn:wards, urn:roads", Value(ambiguous, "message").Text);
    }

    [Fact]
    public async Task A_supplement_has_no_codes_of_its_own()
    {
        await server.PutAsync("CodeSystem/more", """{"resourceType":"CodeSystem","id":"more","url":"urn:more","status":"active","content":"supplement","supplements":"urn:wards","concept":[{"code":"icu","display":"Soins"}]}""");
        await server.PutAsync("ValueSet/of-more", """{"resourceType":"ValueSet","id":"of-more","url":"urn:of-more","status":"active","compose":{"include":[{"system":"urn:more","concept":[{"code":"icu"}]}]}}""");

        string[] paths = ["CodeSystem/$validate-code?url=urn:more&code=icu", "CodeSystem/more/$validate-code?code=icu", "CodeSystem/$lookup?system=urn:more&code=icu", "ValueSet/of-more/$expand", "ValueSet/of-more/$validate-code?system=urn:more&code=icu"];
        foreach (var path in paths)
        {
            var answer = await server.GetAsync(path);
            Assert.Equal((path, HttpStatusCode.UnprocessableEntity, "invalid"), (path, answer.Status, answer.Issue));
            Assert.Contains("is a supplement", answer.Text);
        }
    }

    [Fact] // R4 concept-properties: a system may have codes of its own for them
    public async Task Properties_are_known_by_their_address()
    {
        await server.PutAsync("CodeSystem/named", """
            {"resourceType":"CodeSystem","id":"named","url":"urn:named","status":"active","content":"complete","property":[
              {"code":"ns","uri":"http://hl7.org/fhir/concept-properties#notSelectable","type":"boolean"},{"code":"st","uri":"http://hl7.org/fhir/concept-properties#status","type":"code"},
              {"code":"up","uri":"http://hl7.org/fhir/concept-properties#parent","type":"code"}],"concept":[
              {"code":"group","property":[{"code":"ns","valueBoolean":true}]},{"code":"old","property":[{"code":"st","valueCode":"retired"},{"code":"up","valueCode":"group"}]}]}
            """);
        await server.PutAsync("ValueSet/named", """{"resourceType":"ValueSet","id":"named","url":"urn:named-set","status":"active","compose":{"include":[{"system":"urn:named","filter":[{"property":"concept","op":"is-a","value":"group"}]}]}}""");

        Assert.False(Value(await server.GetAsync("ValueSet/named/$validate-code?system=urn:named&code=group"), "result").Boolean);
        Assert.Equal("group old", Codes(await server.GetAsync("ValueSet/named/$expand")));
        Assert.Equal("group", Codes(await server.GetAsync("ValueSet/named/$expand?activeOnly=true")));
        Assert.Equal("old", Codes(await server.GetAsync("ValueSet/named/$expand?excludeNotForUI=true")));
    }

    [Fact] // R4 2.3.0.9
    public async Task Value_sets_that_lie_within_another_are_found()
    {
        const string outer = """
            {"resourceType":"ValueSet","id":"outer","status":"active","contained":[
              {"resourceType":"ValueSet","id":"c","status":"active","compose":{"include":[{"valueSet":["#d"]},{"system":"urn:wards","concept":[{"code":"icu"}]}]}},
              {"resourceType":"ValueSet","id":"d","status":"active","compose":{"include":[{"system":"urn:wards","concept":[{"code":"out"}]}]}}],
             "compose":{"include":[{"valueSet":["#c"]}]}}
            """;
        await server.PutAsync("ValueSet/outer", outer);

        Assert.Equal("out icu", Codes(await server.PostAsync("ValueSet/$expand", outer)));
        Assert.Equal("out icu", Codes(await server.GetAsync("ValueSet/outer/$expand")));
        Assert.True(Value(await server.GetAsync("ValueSet/outer/$validate-code?system=urn:wards&code=out"), "result").Boolean);
        Assert.False(Value(await server.GetAsync("ValueSet/outer/$validate-code?system=urn:wards&code=picu"), "result").Boolean);
        Assert.Equal("not-found", (await server.PostAsync("ValueSet/$expand", outer.Replace("#d", "#e", StringComparison.Ordinal))).Issue);
    }

    [Fact]
    public async Task A_question_of_more_codings_or_systems_than_can_be_looked_at_is_refused()
    {
        static string Body(int systems, int codings, string system) => $$"""
            {"resourceType":"Parameters","parameter":[
             {"name":"valueSet","resource":{"resourceType":"ValueSet","status":"active","compose":{"include":[{{string.Join(',', Enumerable.Range(0, systems).Select(number => $$"""{"system":"urn:s{{number}}","concept":[{"code":"a{{number}}"}]}"""))}}]} } },
             {"name":"codeableConcept","valueCodeableConcept":{"coding":[{{string.Join(',', Enumerable.Repeat($$"""{ {{system}}"code":"b"}""", codings - 1))}},{ {{system}}"code":"a7"}]} }]}
            """;

        Assert.True(Value(await server.PostAsync("ValueSet/$validate-code", Body(100, 100, "")), "result").Boolean);
        Assert.True(Value(await server.PostAsync("ValueSet/$validate-code", Body(101, 2, "\"system\":\"urn:s7\",")), "result").Boolean);
        foreach (var (systems, codings) in new[] { (101, 2), (2, 101) })
        {
            var answer = await server.PostAsync("ValueSet/$validate-code", Body(systems, codings, ""));
            Assert.Equal((HttpStatusCode.UnprocessableEntity, "too-costly"), (answer.Status, answer.Issue));
        }
    }

    [Fact]
    public async Task Codings_of_one_version_are_compared()
    {
        static string Body(string version) => $$"""
            {"resourceType":"Parameters","parameter":[{"name":"codingA","valueCoding":{"system":"urn:wards","version":"2","code":"in"} },
             {"name":"codingB","valueCoding":{"system":"urn:wards","version":"{{version}}","code":"picu"} }]}
            """;

        Assert.Equal("subsumes", Value(await server.PostAsync("CodeSystem/$subsumes", Body("2")), "outcome").Text);
        Assert.Equal("invalid", (await server.PostAsync("CodeSystem/$subsumes", Body("1"))).Issue);
        Assert.False(Value(await server.PostAsync("CodeSystem/wards/$validate-code", """{"resourceType":"Parameters","parameter":[{"name":"coding","valueCoding":{"system":"urn:wards","version":"1","code":"out"}}]}"""), "result").Boolean);
    }

    [Fact] // 4.10: dependsOn, product, versions, value sets of the map
    public async Task A_translation_holds_where_what_it_depends_on_does()
    {
        await server.PutAsync("ConceptMap/m", """
            {"resourceType":"ConceptMap","id":"m","url":"urn:m","status":"active","sourceUri":"urn:all","targetUri":"urn:theirs","group":[{"source":"urn:wards","sourceVersion":"2","target":"urn:their","element":[{"code":"icu","target":[
              {"code":"KITS","equivalence":"narrower","dependsOn":[{"property":"urn:age","system":"urn:ages","value":"child"}],"product":[{"property":"urn:floor","system":"urn:floors","value":"3"}]},
              {"code":"ITS","equivalence":"equivalent"}]},{"code":"out","target":[{"equivalence":"unmatched"}]},{"code":"in","target":[{"code":"AMB","equivalence":"disjoint"}]}]}]}
            """);
        static string Body(string age) => $$"""
            {"resourceType":"Parameters","parameter":[{"name":"coding","valueCoding":{"system":"urn:wards","code":"icu"} },{"name":"dependency","part":[
              {"name":"element","valueUri":"urn:age"},{"name":"concept","valueCodeableConcept":{"coding":[{"system":"urn:ages","code":"{{age}}"}]} }]}]}
            """;

        var child = await server.PostAsync("ConceptMap/m/$translate", Body("child"));
        Assert.Contains("KITS", child.Text);
        Assert.Contains("""{"name":"product","part":[{"name":"element","valueUri":"urn:floor"},{"name":"concept","valueCoding":{"system":"urn:floors","code":"3"}}]}""", child.Text);
        Assert.DoesNotContain("KITS", (await server.PostAsync("ConceptMap/m/$translate", Body("adult"))).Text);
        Assert.DoesNotContain("KITS", (await server.PostAsync("ConceptMap/m/$translate", Body("child").Replace("urn:ages", "urn:others", StringComparison.Ordinal))).Text);
        Assert.False(Value(await server.GetAsync("ConceptMap/m/$translate?system=urn:wards&code=in"), "result").Boolean);
        var plain = await server.GetAsync("ConceptMap/$translate?url=urn:m&system=urn:wards&code=icu");
        Assert.True(Value(plain, "result").Boolean);
        Assert.DoesNotContain("KITS", plain.Text);
        var unmatched = await server.GetAsync("ConceptMap/m/$translate?system=urn:wards&code=out");
        Assert.False(Value(unmatched, "result").Boolean); // that there is none is told, and is no translation
        Assert.Contains("\"unmatched\"", unmatched.Text);
        Assert.False(Value(await server.GetAsync("ConceptMap/$translate?url=urn:m&system=urn:wards&version=1&code=icu"), "result").Boolean);
        Assert.False(Value(await server.GetAsync("ConceptMap/$translate?url=urn:m&system=urn:wards&code=icu&source=urn:other"), "result").Boolean);
        Assert.Contains("\"code\":\"icu\"", (await server.GetAsync("ConceptMap/m/$translate?system=urn:their&code=KITS&reverse=true&targetsystem=urn:wards")).Text);
    }

    [Theory] // 4.9.17.2, 4.8.16.2: true if one of the codings is valid
    [InlineData("ValueSet/$validate-code", "urn:all")]
    [InlineData("CodeSystem/$validate-code", "urn:wards")]
    public async Task A_coding_that_is_not_valid_leaves_the_others_of_its_concept_to_be(string path, string url)
    {
        const string grouping = """{"system":"urn:wards","code":"in"}""", misnamed = """{"system":"urn:wards","code":"out","display":"Kitchen"}""", valid = """{"system":"urn:wards","code":"icu"}""";
        async Task<FhirAnswer> Ask(params string[] codings) => await server.PostAsync(path, $$"""
            {"resourceType":"Parameters","parameter":[{"name":"url","valueUri":"{{url}}"},{"name":"codeableConcept","valueCodeableConcept":{"coding":[{{string.Join(',', codings)}}]} }]}
            """);

        Assert.True(Value(await Ask(grouping, valid), "result").Boolean);
        Assert.True(Value(await Ask(misnamed, valid), "result").Boolean);
        Assert.True(Value(await Ask(valid, grouping), "result").Boolean);
        var denied = await Ask("""{"system":"urn:x","code":"y"}""", grouping, misnamed);
        Assert.False(Value(denied, "result").Boolean);
        Assert.Contains("only groups others", Value(denied, "message").Text);
    }

    [Theory] // a version or a system that contradicts the resource asked
    [InlineData("CodeSystem/wards/$validate-code?code=icu&version=1", "not-found")]
    [InlineData("ValueSet/all/$expand?valueSetVersion=8", "not-found")]
    [InlineData("ValueSet/all/$validate-code?valueSetVersion=8&code=icu", "not-found")]
    [InlineData("CodeSystem/wards/$subsumes?version=1&codeA=in&codeB=icu", "not-found")]
    [InlineData("CodeSystem/wards/$validate-code?code=icu&version=2", null)]
    [InlineData("ValueSet/all/$expand?valueSetVersion=7", null)]
    [InlineData("CodeSystem/wards/$subsumes?version=2&codeA=in&codeB=icu", null)]
    public async Task A_version_beside_an_id_has_to_be_that_of_the_resource(string path, string? issue)
    {
        var answer = await server.GetAsync(path);

        Assert.Equal(issue, answer.Status == HttpStatusCode.OK ? null : answer.Issue);
    }
}
