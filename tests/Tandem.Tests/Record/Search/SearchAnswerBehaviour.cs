using System.Net;
using Tandem.Kernel.Data;
using Tandem.Record.Rest;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Search;

public sealed class SqliteSearchAnswerTests(SharedServer shared) : SearchAnswerBehaviour(Engine.Sqlite, shared);

public sealed class PostgresSearchAnswerTests(SharedServer shared) : SearchAnswerBehaviour(Engine.Postgres, shared);

/// <summary>What a search says it followed, and the forms of addresses, versions and names that it takes (FHIR R4 3.1.1).</summary>
public abstract class SearchAnswerBehaviour(Engine engine, SharedServer shared) : IAsyncLifetime, IClassFixture<SharedServer>
{
    private FhirServer server = null!;

    public async ValueTask InitializeAsync() => server = await shared.OfAsync(engine, FillAsync);

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask; // the class does
    }

    private static async Task FillAsync(FhirServer made)
    {
        await PutAsync("Patient/a", """ "active":true,"gender":"female","name":[{"family":"Before","given":["Ana"]}] """);
        await PutAsync("Patient/a", """ "active":true,"gender":"female","deceasedBoolean":false,"name":[{"family":"After","given":["Ana"]}],"text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">bone</div>"} """);
        await PutAsync("Observation/old", """ "status":"final","code":{"coding":[{"system":"http://loinc.org","code":"1"}]},"subject":{"reference":"Patient/a/_history/1"} """);
        await PutAsync("Observation/new", """ "status":"final","code":{"coding":[{"system":"http://loinc.org","code":"2"}]},"subject":{"reference":"Patient/a/_history/2"},"performer":[{"reference":"Patient/a"}] """);
        await PutAsync("Observation/lost", """ "status":"final","code":{"coding":[{"system":"http://loinc.org","code":"3"}]},"subject":{"reference":"Patient/a/_history/9"} """);
        await PutAsync("ValueSet/codes", """ "status":"active","url":"http://example.org/vs","version":"1.0-Beta","compose":{"include":[{"system":"http://loinc.org","concept":[{"code":"1"}]}]} """);
        await PutAsync("ValueSet/later", """ "status":"active","url":"http://example.org/vs","version":"2" """);
        await PutAsync("QuestionnaireResponse/one", """ "status":"completed","questionnaire":"http://example.org/q|1" """);
        await PutAsync("QuestionnaireResponse/any", """ "status":"completed","questionnaire":"http://example.org/q" """);
        await PutAsync("Observation/valued", """ "text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">x</div>"},"status":"final","code":{"coding":[{"system":"http://loinc.org","code":"4"}]},"effectiveDateTime":"2026","valueQuantity":{"value":1} """);
        await PutAsync("OperationOutcome/kept", """ "issue":[{"severity":"error","code":"invalid","diagnostics":"long"}],"text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">x</div>"} """);

        async Task PutAsync(string reference, string members)
        {
            var parts = reference.Split('/');
            var answer = await made.PutAsync(reference, $$"""{"resourceType":"{{parts[0]}}","id":"{{parts[1]}}",{{members}}}""");
            Assert.True((int)answer.Status < 300, answer.Text);
        }
    }

    [Theory]
    [InlineData("identifier=urn:mrn|7")] // of three types, and in one of them twice
    [InlineData("identifier=7")]
    [InlineData("identifier=tandem:identifier-of-type|7", 0)] // as the rows of :of-type are marked
    [InlineData("identifier=urn:mrn|")]
    [InlineData("identifier=urn:mrn|7,urn:other|7")]
    [InlineData("identifier:of-type=http://terminology.hl7.org/CodeSystem/v2-0203|MR|7")]
    [InlineData("identifier:of-type=http://terminology.hl7.org/CodeSystem/v2-0203|MR|7&gender=other")]
    [InlineData("identifier=urn:mrn|7&gender=other")]
    [InlineData("gender=other&_id=twice")]
    public async Task A_resource_that_has_a_value_in_several_places_is_counted_once(string search, int count = 1)
    {
        static string Identifier(string code) => $$"""{"system":"urn:mrn","value":"7","type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"{{code}}"}]} }""";
        await server.PutAsync("Patient/twice", $$"""
            {"resourceType":"Patient","id":"twice","gender":"other","identifier":[{{Identifier("MR")}},{{Identifier("PI")}},{{Identifier("MR")}},{"system":"urn:mrn","value":"7"},{"system":"urn:other","value":"7"}] }
            """);

        Assert.Equal($"{count}", (await server.GetAsync($"Patient?{search}&_total=accurate&_summary=count")).Json["total"u8].Text);
        Assert.Equal(count == 0 ? "" : "twice", (await server.GetAsync($"Patient?{search}&_total=accurate")).Ids);
    }

    [Theory]
    [InlineData("Basic?")]
    [InlineData("Basic?_sort=-_lastUpdated&")]
    [InlineData("Basic?_sort=code&")] // in memory
    [InlineData("Basic?code=a,b&")] // each is found by both
    [InlineData("?_type=Basic,Patient&")]
    [InlineData("?_type=Basic,Patient&_sort=_id&")] // merged, each with its part of the bytes
    [InlineData("?_type=Basic,Patient&_sort=-_lastUpdated&")]
    public async Task A_page_of_large_resources_ends_before_its_count(string search)
    {
        await using var small = new FhirServer(engine, RestLimits.Default with { PageBytes = 5000 });
        for (var i = 0; i < 8; i++)
            await small.PutAsync($"Basic/{i}", $$"""{"resourceType":"Basic","id":"{{i}}","code":{"coding":[{"code":"a"},{"code":"b"}],"text":"{{new string('x', 2000)}}"} }""");
        await small.PutAsync("Patient/p", """{"resourceType":"Patient","id":"p"}""");
        var isMerged = search.Contains("Patient&_sort=", StringComparison.Ordinal);

        foreach (var size in (string[])["_count=100&_total=accurate", "_count=4", "_count=1000&_total=accurate", "_count=100", "_count=1000"])
        {
            var (page, ids, pages) = (await small.GetAsync($"{search}{size}"), new List<string>(), 1);
            Assert.Equal(size.Contains("accurate", StringComparison.Ordinal) ? search[0] == '?' ? "9" : "8" : null, page.Json["total"u8].Text); // else not told, there is more
            for (ids.AddRange(page.Ids.Split(',')); page.Link("next") is { } next; ids.AddRange(page.Ids.Split(',')), pages++)
                page = await small.GetAsync(next);

            Assert.Equal(search[0] == '?' ? "0,1,2,3,4,5,6,7,p" : "0,1,2,3,4,5,6,7", string.Join(',', ids.Order()));
            Assert.Equal(isMerged ? 4 : 3, pages);
            for (var i = 0; i < 200 && size == "_count=4"; i++)
                await small.GetAsync($"Basic?_id={i % 8}"); // from here on places are asked for, and the rest is kept
        }
    }

    [Fact]
    public async Task A_page_over_all_types_with_a_sort_has_more_than_each_types_part_of_the_bytes()
    {
        await using var small = new FhirServer(engine, RestLimits.Default with { PageBytes = 32_000 });
        for (var i = 10; i < 30; i++)
        {
            await small.PutAsync($"Basic/{i}", $$"""{"resourceType":"Basic","id":"{{i}}","code":{"text":"{{new string('x', 800)}}"} }""");
            await small.PutAsync($"Patient/{i}", $$"""{"resourceType":"Patient","id":"{{i}}","name":[{"text":"{{new string('x', 800)}}"}]}""");
        }

        var (page, ids, pages) = (await small.GetAsync("?_sort=_id&_count=10"), new List<string>(), 1);
        for (ids.AddRange(page.Ids.Split(',')); page.Link("next") is { } next; ids.AddRange(page.Ids.Split(',')), pages++)
            page = await small.GetAsync(next);

        Assert.Equal(Enumerable.Range(10, 20).SelectMany(id => new[] { $"{id}", $"{id}" }), ids);
        Assert.InRange(pages, 4, 6);
    }

    [Fact]
    public async Task An_answer_that_would_be_too_large_is_told()
    {
        await using var small = new FhirServer(engine, RestLimits.Default with { AnswerBytes = 5000 });
        for (var i = 0; i < 3; i++)
            await small.PutAsync($"Basic/{i}", $$"""{"resourceType":"Basic","id":"{{i}}","code":{"text":"{{new string('x', 2000)}}"} }""");

        foreach (var path in new[] { "Basic", "Basic/_history", "?_type=Basic,Patient" })
        {
            var refused = await small.GetAsync(path);
            Assert.Equal((HttpStatusCode.UnprocessableEntity, "too-costly"), (refused.Status, refused.Issue));
        }

        Assert.Equal(HttpStatusCode.OK, (await small.GetAsync("Basic?_count=2")).Status);
        var batch = await small.PostAsync("", """{"resourceType":"Bundle","type":"batch","entry":[{"request":{"method":"GET","url":"Basic"}},{"request":{"method":"GET","url":"Basic/1"}}]}""");
        Assert.Equal("422,200", string.Join(',', batch.Json["entry"u8].Items.AsEnumerable().Select(entry => entry["response"u8]["status"u8].Text)));
    }

    [Theory]
    [InlineData("Observation?code:in=BASE/ValueSet/codes", "old")] // 3.1.1.4.10: a literal address where it can be one
    [InlineData("Observation?code:in=BASE/ValueSet/none", null)]
    [InlineData("ValueSet?url=http://example.org/vs|1.0-Beta", "codes")] // 3.1.1.4.9
    [InlineData("ValueSet?url=http://example.org/vs|2,http://example.org/other", "later")]
    [InlineData("ValueSet?url=http://example.org/vs|3", "")]
    [InlineData("ValueSet?status=active&url=http://example.org/vs|3,http://example.org/vs", "codes,later")]
    [InlineData("QuestionnaireResponse?questionnaire:below=http://example.org/q", "any,one")] // 3.1.1.4.13
    [InlineData("QuestionnaireResponse?questionnaire:below=http://example.org/q|1", null)]
    [InlineData("Observation?subject:below=http://example.org/q", null)]
    [InlineData("Bundle?composition.title=x", null)] // what lies within a bundle is not looked for
    [InlineData("Bundle?message.event=http://x", null)]
    [InlineData("Patient?_count=1000000000000", "a")]
    [InlineData("Patient?_count=-1", null)]
    [InlineData("Patient?_elements=name.family", null)]
    [InlineData("Patient?_elements=name[x]", null)]
    [InlineData("Patient/a?_elements=name.family", null)]
    [InlineData("Patient/a?_elements=", null)]
    [InlineData("Patient/a?_elements=name,", null)]
    [InlineData("Patient/a?_pretty=", null)]
    [InlineData("_history?_elements=foo", null)]
    [InlineData("_history?_count=1&_elements=valueQuantity", "kept")]
    public async Task A_form_is_followed_or_refused(string query, string? ids)
    {
        var answer = await server.GetAsync(query.Replace("BASE", server.Client.BaseAddress!.ToString().TrimEnd('/'), StringComparison.Ordinal));

        if (ids is null)
        {
            Assert.True(answer.Status == HttpStatusCode.BadRequest, answer.Text);
            return;
        }

        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        Assert.Equal(ids, string.Join(",", answer.Ids.Split(',').Order(StringComparer.Ordinal)));
    }

    [Theory] // 3.1.1.6: what was used, without what was not
    [InlineData("_sort=nope,family", "_sort=family")]
    [InlineData("_sort=-family,-nope,gender", "_sort=-family,gender")]
    [InlineData("_sort=nope", null)]
    [InlineData("_elements=nope,name", "_elements=name")]
    [InlineData("gender=female&nope=1", "gender=female")]
    [InlineData("gender=female&_include=Patient:nope&_revinclude=Observation:nope", "gender=female")]
    public async Task The_link_to_itself_names_what_was_followed(string query, string? used)
    {
        var self = (await server.GetAsync($"Patient?{query}", ("Prefer", "handling=lenient"))).Link("self")!;

        Assert.Equal(used, self.Contains('?', StringComparison.Ordinal) ? self[(self.IndexOf('?', StringComparison.Ordinal) + 1)..] : null);
    }

    [Theory] // 3.1.1.5.9; a choice as the specification or as the resource has it, each also behind the type
    [InlineData("value[x]", "valueQuantity")]
    [InlineData("Observation.value[x],Observation.effective", "effectiveDateTime,valueQuantity")]
    [InlineData("valueQuantity", "valueQuantity")]
    [InlineData("Observation.valueQuantity", "valueQuantity")]
    [InlineData("Observation.valueString", "")]
    [InlineData("Observation.text", "text")]
    public async Task An_element_is_named_as_the_specification_does(string names, string members)
    {
        var read = (await server.GetAsync($"Observation/valued?_elements={names}")).Json;
        var found = (await server.GetAsync($"?_type=Patient,Observation&_id=valued&_elements={names}")).Json["entry"u8].First["resource"u8];

        foreach (var resource in new[] { read, found })
            Assert.Equal(members, string.Join(',', resource.Properties.AsEnumerable().Select(member => member.Name).Where(name => name is not ("resourceType" or "id" or "meta" or "status" or "code"))));
    }

    [Fact] // 3.1.1.4.1
    public async Task Texts_are_looked_for_over_all_types_that_have_one()
    {
        var answer = await server.GetAsync("?_text=bone");

        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        Assert.Equal("a", answer.Ids);
        Assert.Equal(HttpStatusCode.BadRequest, (await server.GetAsync("?_type=Binary&_text=bone")).Status);
    }

    [Theory] // 3.1.1.4.12: the version that is referred to
    [InlineData("_id=old&_include=Observation:subject", "1")]
    [InlineData("_id=new&_include=Observation:subject&_include=Observation:performer", "2")]
    [InlineData("_id=lost&_include=Observation:subject", "2")]
    [InlineData("_id=old,new&_include=Observation:*", "1,2")]
    public async Task The_version_that_is_referred_to_goes_along(string query, string versions)
    {
        var patients = (await server.GetAsync($"Observation?{query}")).Json["entry"u8].Items.AsEnumerable().Where(entry => entry["search"u8]["mode"u8].Is("include"u8)).Select(entry => entry["resource"u8]).ToList();

        Assert.Equal(versions, string.Join(',', patients.Select(patient => patient["meta"u8]["versionId"u8].Text).Order(StringComparer.Ordinal)));
        Assert.All(patients, patient => Assert.Equal(patient["meta"u8]["versionId"u8].Text == "1" ? "Before" : "After", patient["name"u8].First["family"u8].Text));
    }

    [Fact] // 3.1.1.5.8
    public async Task An_outcome_of_the_record_is_summarised_as_any_resource()
    {
        Assert.DoesNotContain("<div", (await server.GetAsync("OperationOutcome?_id=kept&_summary=data")).Text, StringComparison.Ordinal);
        Assert.Contains("nope", (await server.GetAsync("OperationOutcome?_id=kept&_summary=data&nope=1", ("Prefer", "handling=lenient"))).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("<div", (await server.GetAsync("OperationOutcome/kept/_history?_summary=data")).Text, StringComparison.Ordinal);
    }

    [Fact] // 3.1.0.8.1
    public async Task A_condition_on_another_type_is_refused()
    {
        foreach (var (condition, status) in ((string, HttpStatusCode)[])[
            ("Observation?gender=female", HttpStatusCode.BadRequest), ("Patient?gender=female", HttpStatusCode.OK), ("?gender=female", HttpStatusCode.OK), ("gender=female", HttpStatusCode.OK), ($"{server.Client.BaseAddress}Patient?gender=female", HttpStatusCode.OK)])
        {
            var answer = await server.PostAsync("Patient", """{"resourceType":"Patient"}""", ("If-None-Exist", condition));
            Assert.True(answer.Status == status, $"{condition}: {answer.Text}");
        }
    }
}
