using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tandem.Fhir.Json;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Record.Search.Site;
using Tandem.Tests.Hub.Access;
using Tandem.Tests.Support;
using static Tandem.Tests.Record.Search.SiteParameterSteps;

namespace Tandem.Tests.Record.Search;

/// <summary>Search parameters of a site's own, added, changed and withdrawn while the hub serves (R4 3.1.1.6, SearchParameter).</summary>
public abstract class SiteParameterBehaviour(Engine engine)
{
    [Fact]
    public async Task Resources_from_before_and_from_the_meantime_are_found_once_the_index_is_there()
    {
        await using var server = new FhirServer(engine);
        await ManyPatients(server, 450);
        Assert.Equal(HttpStatusCode.BadRequest, (await server.GetAsync("Patient?colour=red")).Status);

        Assert.Equal(HttpStatusCode.Created, (await server.PutAsync("SearchParameter/colour", ByColour)).Status);
        for (var i = 0; i < 30; i++)
            await server.PutAsync($"Patient/p{i * 15}", Patient($"p{i * 15}", "green")); // while the others are read
        await Ready(server, "colour");

        Assert.Equal(150 - 30, await Total(server, "Patient?colour=red"));
        Assert.Equal(30, await Total(server, "Patient?colour=green"));
        Assert.Equal(0, await Total(server, "Patient?colour:missing=true"));
        Assert.Equal(420, await Total(server, "Patient?colour:not=green"));
        Assert.Equal("p1", (await server.GetAsync("Patient?colour=blue&_id=p1")).Ids);
        var statement = (await server.GetAsync("metadata")).Json["rest"u8].First["resource"u8].Items.AsEnumerable().Single(resource => resource["type"u8].Is("Patient"u8));
        Assert.Contains(statement["searchParam"u8].Items.AsEnumerable(), parameter => parameter["name"u8].Is("colour"u8) && parameter["definition"u8].Is("https://tandem.example/colour"u8));
    }

    [Fact]
    public async Task The_last_observations_are_found_by_it_too()
    {
        await using var server = new FhirServer(engine);
        foreach (var (id, colour) in new[] { ("r", "red"), ("b", "blue") })
            await server.PutAsync($"Observation/{id}", $$$"""{"resourceType":"Observation","id":"{{{id}}}","status":"final","code":{"coding":[{"code":"x"}]},"subject":{"reference":"Patient/a"},"extension":[{"url":"{{{Colour}}}","valueCode":"{{{colour}}}"}]}""");
        await server.PutAsync("SearchParameter/colour", ByColour.Replace("Patient", "Observation", StringComparison.Ordinal));
        await Ready(server, "colour");

        Assert.Equal("r", (await server.GetAsync("Observation/$lastn?patient=a&code=x&colour=red")).Ids);
    }

    [Fact]
    public async Task Pages_lead_to_each_hit_once()
    {
        await using var server = new FhirServer(engine);
        await ManyPatients(server, 60);
        await server.PutAsync("SearchParameter/colour", ByColour);
        await Ready(server, "colour");

        var found = new List<string>();
        for (var page = await server.GetAsync("Patient?colour=blue&_count=7&_sort=colour"); ; page = await server.GetAsync(page.Link("next")!))
        {
            found.AddRange(page.Ids.Split(','));
            if (page.Link("next") is null)
                break;
        }

        Assert.Equal(20, found.Count);
        Assert.Equal(20, found.Distinct().Count());
    }

    [Fact]
    public async Task A_changed_definition_is_read_anew_and_a_deleted_one_leaves_nothing()
    {
        await using var server = new FhirServer(engine);
        await ManyPatients(server, 9);
        await server.PutAsync("SearchParameter/colour", ByColour);
        await Ready(server, "colour");
        Assert.Equal(3, await Total(server, "Patient?colour=red"));

        await server.PutAsync("SearchParameter/colour", ByColour.Replace(").value", ").value.upper()", StringComparison.Ordinal));
        await Until(async () => await Total(server, "Patient?colour=RED") == 3, "the new values");
        Assert.Equal(0, await Total(server, "Patient?colour=red"));

        await server.SendAsync("DELETE", "SearchParameter/colour");
        await Until(async () => (await server.GetAsync("Patient?colour=RED")).Status == HttpStatusCode.BadRequest, "the refusal");
        await RowsGone(server);
        await server.PutAsync("Patient/p1", Patient("p1", "red"));
        Assert.Equal(0, RowsLeft(server));
    }

    [Fact]
    public async Task Indexing_goes_on_after_a_restart()
    {
        using var database = new TestDatabase(engine);
        await using (var server = new FhirServer(engine, over: database))
        {
            await ManyPatients(server, 450);
            await server.PutAsync("SearchParameter/colour", ByColour);
        }

        await using (var again = new FhirServer(engine, over: database))
        {
            await again.PutAsync("Patient/p0", Patient("p0", "green"));
            await Ready(again, "colour");
            Assert.Equal(149, await Total(again, "Patient?colour=red"));
            Assert.Equal(1, await Total(again, "Patient?colour=green"));
        }

        await using var third = new FhirServer(engine, over: database);
        Assert.Equal(150, await Total(third, "Patient?colour=blue"));
    }

    [Fact]
    public async Task For_which_resources_an_expression_fails_is_told_when_they_are_written_as_when_it_is_first_read()
    {
        await using var server = new FhirServer(engine);
        using var log = new KeptLog();
        server.Services.GetRequiredService<ILoggerFactory>().AddProvider(log);
        await WriteAsync("before", "Ana", "Eva");
        await server.PutAsync("SearchParameter/own", OfPatients("own", "string", "Patient.name.given.single()"));
        await Ready(server, "own");
        await ToldAsync("Patient/before");

        await WriteAsync("p1", "Ana", "Eva");
        await ToldAsync("Patient/p1");
        await WriteAsync("p1", "Ana"); // the version before it fails, this one does not
        await server.PutAsync("Basic/b", $$"""{"resourceType":"Basic","id":"b","code":{"text":"x"},"contained":[{{Named("c", "Ana", "Eva")}}]}""");
        await ToldAsync("Basic/b");

        Assert.Single(log.Lines, line => line.Contains("Patient/p1 ", StringComparison.Ordinal));
        Assert.Equal("p1", (await server.GetAsync("Patient?own=ana")).Ids);

        Task WriteAsync(string id, params string[] given) => server.PutAsync($"Patient/{id}", Named(id, given));

        Task ToldAsync(string reference) => Until(
            () =>
            {
                server.Clock.Advance(TimeSpan.FromMinutes(1));
                return Task.FromResult(log.Lines.Any(line => line.Contains($"SearchParameter/own fails, or takes too much, for 1 of the resources read now ({reference} is the first)", StringComparison.Ordinal)));
            },
            $"word of {reference}");

        static string Named(string id, params string[] given) => $$"""{"resourceType":"Patient","id":"{{id}}","name":[{"given":[{{string.Join(',', given.Select(name => $"\"{name}\""))}}]}]}""";
    }

    [Theory]
    [InlineData("Organization/Group")]
    [InlineData("Organization/Group/_history/2")]
    [InlineData("https://elsewhere.example/fhir/Organization/Group")]
    public async Task An_id_that_is_spelt_like_a_resource_type_is_no_type(string reference)
    {
        await using var server = new FhirServer(engine);
        await server.PutAsync("Patient/p0", $$"""{"resourceType":"Patient","id":"p0","contact":[{"organization":{"reference":"{{reference}}"} }]}""");
        foreach (var type in new[] { "Organization", "Group" })
        {
            await server.PutAsync($"SearchParameter/{type}", OfPatients(type, "reference", $"Patient.contact.organization.where(resolve() is {type})"));
            await Ready(server, type);
        }

        Assert.Equal("p0", (await server.GetAsync($"Patient?Organization={reference}")).Ids);
        Assert.Equal(0, await Total(server, "Patient?Group:missing=false"));
    }

    [Theory]
    [InlineData("string", "Patient.contact.name.family", "Patient?own=meier", "p0")]
    [InlineData("date", "Patient.contact.period", "Patient?own=2024", "p0")]
    [InlineData("number", "Patient.multipleBirth.ofType(integer)", "Patient?own=gt1", "p0")]
    [InlineData("quantity", "Patient.extension.where(url='urn:weight').value.ofType(Quantity)", "Patient?own=3200|http://unitsofmeasure.org|g", "p0")]
    [InlineData("quantity", "(Patient.multipleBirth.ofType(integer).toString() + ' years').toQuantity()", "Patient?own=2|http://unitsofmeasure.org|a", "p0")]
    [InlineData("quantity", "(Patient.multipleBirth.ofType(integer).toString() + ' years').toQuantity()", "Patient?own=2||years", "p0")]
    [InlineData("uri", "Patient.extension.url", "Patient?own=urn:weight", "p0")]
    [InlineData("token", "Patient.contact.exists()", "Patient?own=true", "p0")]
    [InlineData("token", "Patient.contact.relationship", "Patient?own=urn:r|N", "p0")]
    [InlineData("token", "Patient.contact.gender", "Patient?own=http://hl7.org/fhir/administrative-gender|female", "p0")]
    [InlineData("token", "Patient.contact.gender", "Patient?own=|female", "")]
    [InlineData("reference", "Patient.contact.organization.where(resolve() is Organization)", "Patient?own=Organization/o1", "p0")]
    [InlineData("reference", "Patient.contact.organization", "Patient?own:Organization.name=north", "p0")]
    [InlineData("reference", "Patient.contact.organization", "Organization?_has:Patient:own:family=Ray", "o1")]
    [InlineData("reference", "Patient.contact.organization", "Patient?_id=p0&_include=Patient:own", "p0,o1")]
    [InlineData("reference", "Patient.contact.organization", "Organization?_id=o1&_revinclude=Patient:own", "o1,p0")]
    [InlineData("reference", "Patient.contact.organization", "Organization?_id=o1&_revinclude=Patient:*", "o1,p0")]
    [InlineData("date", "Patient.contact.period", "Patient?_sort=-own&_count=1", "p0")]
    public async Task Each_type_of_parameter_is_searched_as_those_of_the_specification(string type, string expression, string query, string ids)
    {
        await using var server = new FhirServer(engine);
        await server.PutAsync("Organization/o1", """{"resourceType":"Organization","id":"o1","name":"North clinic"}""");
        await server.PutAsync("Patient/p1", """{"resourceType":"Patient","id":"p1","name":[{"family":"Ott"}]}""");
        await server.PutAsync(
            "Patient/p0",
            """
            {"resourceType":"Patient","id":"p0","name":[{"family":"Ray"}],"multipleBirthInteger":2,
             "extension":[{"url":"urn:weight","valueQuantity":{"value":3.2,"system":"http://unitsofmeasure.org","code":"kg"}}],
             "contact":[{"name":{"family":"Meier"},"period":{"start":"2024-02-01","end":"2024-03-01"},
              "relationship":[{"coding":[{"system":"urn:r","code":"N"}]}],"organization":{"reference":"Organization/o1"},"gender":"female"}]}
            """);

        var defined = await server.PutAsync("SearchParameter/own", OfPatients("own", type, expression));
        Assert.True(defined.Status == HttpStatusCode.Created, defined.Text);
        await Ready(server, "own");

        var answer = await server.GetAsync(query);
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        Assert.Equal(ids, answer.Ids);
    }

    [Fact]
    public async Task What_cannot_be_followed_is_refused_and_what_the_specification_has_stays_its()
    {
        await using var server = new FhirServer(engine);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await server.PutAsync("SearchParameter/colour", ByColour.Replace(").value", ")..value", StringComparison.Ordinal))).Status);
        foreach (var type in new[] { "composite", "special", "nothing" })
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await server.PutAsync("SearchParameter/colour", ByColour.Replace("\"token\"", $"\"{type}\"", StringComparison.Ordinal))).Status);
        Assert.Equal(HttpStatusCode.Created, (await server.PutAsync("SearchParameter/colour", ByColour.Replace("\"active\"", "\"draft\"", StringComparison.Ordinal))).Status);
        await server.PutAsync("SearchParameter/name", ByColour.Replace("\"code\":\"colour\"", "\"code\":\"name\"", StringComparison.Ordinal).Replace("\"id\":\"colour\"", "\"id\":\"name\"", StringComparison.Ordinal));
        await server.PutAsync("Patient/p1", """{"resourceType":"Patient","id":"p1","name":[{"family":"Ott"}]}""");

        Assert.Equal("unused", await State(server, "colour"));
        Assert.Equal("specification", await State(server, "name"));
        Assert.Equal("p1", (await server.GetAsync("Patient?name=ott")).Ids);
        Assert.Equal(HttpStatusCode.BadRequest, (await server.GetAsync("Patient?colour=red")).Status);
    }

    [Fact] // 3.1.1.6: names that a server gives begin with -
    public async Task A_name_may_begin_with_a_dash_and_may_be_one_of_all_resources()
    {
        await using var server = new FhirServer(engine);
        string Named(string id, string code) => ByColour.Replace("\"code\":\"colour\"", $"\"code\":\"{code}\"", StringComparison.Ordinal).Replace("\"id\":\"colour\"", $"\"id\":\"{id}\"", StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Created, (await server.PutAsync("SearchParameter/dash", Named("dash", "-colour"))).Status);
        Assert.Equal(HttpStatusCode.Created, (await server.PutAsync("SearchParameter/id", Named("id", "_id"))).Status); // as US Core has it
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await server.PutAsync("SearchParameter/own", Named("own", "_own"))).Status);
        await server.PutAsync("Patient/p1", Patient("p1", "red"));
        await server.PutAsync("Patient/p2", Patient("p2", "blue"));
        await Ready(server, "dash");

        Assert.Equal("specification", await State(server, "id"));
        Assert.Equal("p1", (await server.GetAsync("Patient?-colour=red")).Ids);
        Assert.Equal("p2,p1", (await server.GetAsync("Patient?_sort=-colour")).Ids);
        Assert.Equal("p1,p2", (await server.GetAsync("Patient?_sort=--colour")).Ids);
    }

    [Fact] // SearchParameter.component; a part is the specification's or a site's own
    public async Task A_composite_holds_its_parts_together_whatever_their_order()
    {
        await using var server = new FhirServer(engine);
        var patients = Enumerable.Range(0, 260).Select(i => $$$"""
            {"resource":{"resourceType":"Patient","id":"p{{{i}}}","contact":[{{{Contact("a", 2000 + (i % 20), i)}}},{{{Contact("b", 1980, 1000 + i)}}}]},"request":{"method":"PUT","url":"Patient/p{{{i}}}"}}
            """);
        await server.PostAsync("", $$"""{"resourceType":"Bundle","type":"transaction","entry":[{{string.Join(',', patients)}}]}""");
        var parts = new[]
        {
            Own("kind", "token", "Patient.contact.relationship", ""), Own("since", "date", "Patient.contact.period", ""), Own("weight", "number", "Patient.contact.extension.value", ""),
            Own("at", "reference", "Patient.contact.organization", ""),
        };
        var composites = new[]
        {
            Own("kind-since", "composite", "Patient.contact", Parts(("kind", "relationship"), ("since", "period"))),
            Own("since-kind", "composite", "Patient.contact", Parts(("since", "period"), ("kind", "relationship"))),
            Own("weight-since-at", "composite", "Patient.contact", Parts(("weight", "extension.value"), ("since", "period"), ("at", "organization"))),
            Own("name-kind", "composite", "Patient.contact", Parts(("http://hl7.org/fhir/SearchParameter/individual-family", "name.family"), ("kind", "relationship"))),
        };
        var entries = parts.Concat(composites).Select(own => $$$"""{"resource":{{{own.Json}}},"request":{"method":"PUT","url":"SearchParameter/{{{own.Code}}}"}}""");
        var defined = await server.PostAsync("", $$"""{"resourceType":"Bundle","type":"transaction","entry":[{{string.Join(',', entries)}}]}""");
        Assert.True(defined.Status == HttpStatusCode.OK, defined.Text);
        foreach (var own in composites)
            await Ready(server, own.Code);

        Assert.Equal(13, await Total(server, "Patient?kind-since=urn:r|a$2005"));
        Assert.Equal(0, await Total(server, "Patient?kind-since=urn:r|b$2005"));
        Assert.Equal(260, await Total(server, "Patient?kind-since=b$lt1990,a$2005"));
        Assert.Equal(13, await Total(server, "Patient?since-kind=2005$a"));
        Assert.Equal(1, await Total(server, "Patient?weight-since-at=25$2005$Organization/a"));
        Assert.Equal(0, await Total(server, "Patient?weight-since-at=25$2005$Organization/b"));
        Assert.Equal(260, await Total(server, "Patient?name-kind=meier$a"));
        Assert.Equal(0, await Total(server, "Patient?name-kind=meier$c"));
        Assert.Equal(260, await Total(server, "Patient?kind-since:missing=false"));
        await server.PutAsync("Patient/new", $$"""{"resourceType":"Patient","id":"new","contact":[{{Contact("c", 2005, 7)}}]}""");
        Assert.Equal(1, await Total(server, "Patient?kind-since=c$2005-03"));
        Assert.Equal(HttpStatusCode.BadRequest, (await server.GetAsync("Patient?kind-since=c")).Status);

        await server.SendAsync("DELETE", "SearchParameter/since"); // what a composite is made of has to be there
        await Until(async () => await State(server, "kind-since") == "waiting", "the wait");
        Assert.Equal(HttpStatusCode.BadRequest, (await server.GetAsync("Patient?kind-since=c$2005")).Status);
        await server.SendAsync("DELETE", "SearchParameter/name-kind");
        await Until(
            () =>
            {
                server.Clock.Advance(TimeSpan.FromMinutes(2));
                return Task.FromResult(server.Store.Database.Read(session => session.First("SELECT COUNT(*) FROM search_composites", row => row.Integer(0))) == 0);
            },
            "the rows' end");
    }

    [Fact]
    public async Task A_composite_is_found_by_a_part_that_was_changed_while_nobody_had_its_definition_in_memory()
    {
        await using var server = new FhirServer(engine);
        await server.PutAsync("Patient/p", $$"""{"resourceType":"Patient","id":"p","contact":[{{Contact("a", 2005, 7)}}]}""");
        foreach (var own in new[]
        {
            Own("kind", "token", "Patient.contact.relationship", ""), Own("label", "token", "Patient.contact.name.family", ""),
            Own("kind-label", "composite", "Patient.contact", Parts(("https://tandem.example/kind", "relationship"), ("https://tandem.example/label", "name.family"))),
        })
            Assert.Equal(HttpStatusCode.Created, (await server.PutAsync($"SearchParameter/{own.Code}", own.Json)).Status);
        await Ready(server, "kind-label");
        Assert.Equal(1, await Total(server, "Patient?kind-label=a$Meier"));

        using var hold = new ManualResetEventSlim();
        Task<Outcome<int>> Turn(Action<WriteSession> work) => server.Store.WithWriterAsync<int>(
            session =>
            {
                work(session);
                return 0;
            },
            TestContext.Current.CancellationToken);
        Task<Outcome<int>>[] turns =
        [
            Turn(_ => hold.Wait(TestContext.Current.CancellationToken)),
            Turn(session => session.Put("SearchParameter", "label", RecordFixture.Json(Own("label", "string", "Patient.contact.name.family", "").Json))),
            Turn(_ => server.Services.GetRequiredService<SiteParameters>().Forget()), // as a restart does, before the index is looked after
        ];
        hold.Set();
        await Task.WhenAll(turns);

        await Until(async () => await Total(server, "Patient?kind-label=a$mei") == 1, "the values by the other type");
    }

    [Fact] // near, for what is no Location: the extension geolocation of an address
    public async Task A_position_of_a_sites_own_is_found_by_its_distance()
    {
        await using var server = new FhirServer(engine);
        await server.PutAsync("Patient/near", Living("near", 43.07, -89.40));
        var own = Own("home", "special", "Patient.address.extension('http://hl7.org/fhir/StructureDefinition/geolocation')", "");
        Assert.Equal(HttpStatusCode.Created, (await server.PutAsync("SearchParameter/home", own.Json)).Status);
        await Ready(server, "home");
        await server.PutAsync("Patient/far", Living("far", 44.07, -89.40));

        Assert.Equal("near", (await server.GetAsync("Patient?home=43.05|-89.40|5|km")).Ids);
        Assert.Equal("near,far", (await server.GetAsync("Patient?home=43.05|-89.40|200|km&_sort=-_id")).Ids);
        Assert.Equal(HttpStatusCode.BadRequest, (await server.GetAsync("Patient?home=north")).Status);

        static string Living(string id, double latitude, double longitude) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $$$"""
            {"resourceType":"Patient","id":"{{{id}}}","address":[{"city":"Exampleton","extension":[{"url":"http://hl7.org/fhir/StructureDefinition/geolocation",
             "extension":[{"url":"latitude","valueDecimal":{{{latitude}}}},{"url":"longitude","valueDecimal":{{{longitude}}}}]}]}]}
            """);
    }

    private static string Contact(string kind, int year, int weight) => $$"""
        {"relationship":[{"coding":[{"system":"urn:r","code":"{{kind}}"}]}],"period":{"start":"{{year}}-03-01","end":"{{year}}-03-09"},"name":{"family":"Meier"},
         "organization":{"reference":"Organization/{{kind}}"},"extension":[{"url":"urn:weight","valueInteger":{{weight}}}]}
        """;

    private static (string Code, string Json) Own(string code, string type, string expression, string more) => (code, $$"""
        {"resourceType":"SearchParameter","id":"{{code}}","url":"https://tandem.example/{{code}}","name":"{{code}}","status":"active","description":"x","code":"{{code}}","base":["Patient"],"type":"{{type}}","expression":"{{expression}}"{{more}}}
        """);

    private static string Parts(params (string Code, string Expression)[] parts) => ",\"component\":[" + string.Join(',', parts.Select(part =>
        $$"""{"definition":"{{(part.Code.StartsWith("http", StringComparison.Ordinal) ? part.Code : "https://tandem.example/" + part.Code)}}","expression":"{{part.Expression}}"}""")) + "]";

    private static async Task ManyPatients(FhirServer server, int count)
    {
        var entries = Enumerable.Range(0, count).Select(i =>
            $$$"""{"resource":{{{Patient($"p{i}", i % 3 == 0 ? "red" : i % 3 == 1 ? "blue" : "white")}}},"request":{"method":"PUT","url":"Patient/p{{{i}}}"}}""");
        var answer = await server.PostAsync("", $$"""{"resourceType":"Bundle","type":"transaction","entry":[{{string.Join(',', entries)}}]}""");
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
    }

    private static string OfPatients(string code, string type, string expression) =>
        $$"""{"resourceType":"SearchParameter","id":"{{code}}","url":"https://tandem.example/{{code}}","name":"{{code}}","status":"active","description":"x","code":"{{code}}","base":["Patient"],"type":"{{type}}","target":["Organization","Group"],"expression":"{{expression}}"}""";
}

public sealed class SqliteSiteParameterTests() : SiteParameterBehaviour(Engine.Sqlite);

public sealed class PostgresSiteParameterTests() : SiteParameterBehaviour(Engine.Postgres);
