using System.Diagnostics;
using System.Net;
using Tandem.Kernel.Data;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Search;

public sealed class SqliteLargeSearchTests(SharedServer shared) : LargeSearchBehaviour(Engine.Sqlite, shared);

public sealed class PostgresLargeSearchTests(SharedServer shared) : LargeSearchBehaviour(Engine.Postgres, shared);

/// <summary>Searches of many values are answered in a moment, or refused with what is too much.</summary>
public abstract class LargeSearchBehaviour(Engine engine, SharedServer shared) : IAsyncLifetime, IClassFixture<SharedServer>
{
    private const int Patients = 60;
    private const int References = 10_001;
    private FhirServer server = null!;

    public async ValueTask InitializeAsync() => server = await shared.OfAsync(engine, FillAsync);

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask; // the class does
    }

    private static async Task FillAsync(FhirServer made)
    {
        for (var at = 0; at < Patients; at++)
            await made.PutAsync($"Patient/p{at}", $$"""{"resourceType":"Patient","id":"p{{at}}","birthDate":"1950-01-01","name":[{"family":"v{{at}}","given":["v{{at}}","w"]}]}""");
        var items = string.Join(',', Enumerable.Range(2, References).Select(version => "{\"item\":{\"reference\":\"Patient/p1/_history/" + version + "\"}}"));
        await made.PutAsync("List/l", $$"""{"resourceType":"List","id":"l","status":"current","mode":"working","entry":[{{items}}]}""");
        await made.PutAsync("Observation/o", """{"resourceType":"Observation","id":"o","status":"final","code":{"coding":[{"code":"c1"}]},"subject":{"reference":"Patient/p1"},"effectiveDateTime":"2026-01-01","valueString":"v1"}""");
    }

    [Theory]
    [InlineData("Observation", "subject:Patient.name=200*v@", "o")]
    [InlineData("Observation", "subject.name=200*v@", "o")]
    [InlineData("Appointment", "actor.name=200*v@", "")] // of many types
    [InlineData("Observation", "subject.name=1000*v@", null)]
    [InlineData("Observation", "subject:Patient.name=501*v@", null)]
    [InlineData("Observation", "subject:Patient.general-practitioner:Practitioner.name=501*v@", null)]
    [InlineData("Observation", "subject:Patient.birthdate=200*ge1950-01-01T00:00:00.@Z", "o")]
    [InlineData("Observation", "date=200*ge2025-01-01T00:00:00.@Z", "o")]
    [InlineData("Observation", "combo-code-value-quantity=200*c1$@", "")]
    [InlineData("Observation", "combo-value-quantity=200*@", "")]
    [InlineData("Patient", "_has:Observation:patient:value-string=200*v@", "p1")]
    [InlineData("Patient", "_has:Observation:patient:value-string=501*v@", null)]
    [InlineData("Patient", "_has:Observation:patient:subject=501*Patient/v@", null)]
    [InlineData("Patient", "_has:Observation:patient:code-value-quantity=501*c1$@", null)]
    public async Task Many_values_behind_a_chain_are_answered_or_refused(string type, string query, string? ids)
    {
        var answer = await AskAsync(type, [Values(query)]);

        Assert.Equal((ids is null ? HttpStatusCode.BadRequest : HttpStatusCode.OK, ids ?? ""), (answer.Status, ids is null ? "" : answer.Ids));
        Assert.Equal(ids is null ? "too-costly" : null, answer.Issue);
    }

    [Theory]
    [InlineData("Observation", "code=1000*c@")]
    [InlineData("Patient", "_id=1000*p@")]
    public async Task More_codes_than_a_statement_holds_are_refused(string type, string query)
    {
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(type, Enumerable.Repeat(Values(query), 2))).Status);
        var answer = await AskAsync(type, Enumerable.Repeat(Values(query), 33));

        Assert.Equal((HttpStatusCode.BadRequest, "too-costly"), (answer.Status, answer.Issue));
    }

    [Fact]
    public async Task A_quantity_is_looked_for_in_the_units_that_measure_the_same_however_many_there_are()
    {
        const string Ucum = "http://unitsofmeasure.org";
        string[] units = ["mg", "g", "kg", "ug", "ng", "pg", "fg", "cg", "dg", "dag", "hg", "mg{tot}", "mL", "L"];
        await PutAsync("units", units);
        await PutAsync("gone", Enumerable.Range(0, 3000).Select(at => $"mg{{a{at}}}"));
        await server.SendAsync("DELETE", "Observation/gone");

        foreach (var value in (string[])["7777|U|mg", "7777|U|mg{tot}", "7777|U|mg{other}", "7.777|U|mg", "777.7|U|dag", "7.777|U|L"])
            Assert.Equal((value, "units"), (value, (await AskAsync("Observation", ["component-value-quantity=" + value.Replace("U", Ucum, StringComparison.Ordinal)])).Ids));
        Assert.Equal("", (await AskAsync("Observation", [$"component-value-quantity=7778|{Ucum}|mg"])).Ids);
        Assert.Equal("units", (await AskAsync("Observation", [Values($"component-value-quantity=100*777@|{Ucum}|mg") + $",7.777|{Ucum}|kg"])).Ids);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync("Observation", [Values($"component-value-quantity=200*777@|{Ucum}|mL")])).Status);
        var answer = await AskAsync("Observation", [Values($"component-value-quantity=200*777@|{Ucum}|mg")]);
        Assert.Equal((HttpStatusCode.BadRequest, "too-costly"), (answer.Status, answer.Issue));

        async Task PutAsync(string id, IEnumerable<string> of)
        {
            var components = of.Select(unit => "{\"code\":{\"text\":\"x\"},\"valueQuantity\":{\"value\":7777,\"system\":\"" + Ucum + "\",\"code\":\"" + unit + "\"}}");
            await server.PutAsync($"Observation/{id}", $$"""{"resourceType":"Observation","id":"{{id}}","status":"final","code":{"text":"x"},"component":[{{string.Join(',', components)}}]}""");
        }
    }

    [Fact]
    public async Task A_text_too_long_to_look_for_within_others_is_refused()
    {
        Assert.Equal(HttpStatusCode.OK, (await AskAsync("Patient", [$"name:contains={new string('€', 10_000)}"])).Status);
        foreach (var query in (string[])[$"name:contains={new string('a', 10_001)}", $"""_filter=name co "{new string('a', 50_010)}" """, $"""_filter=name ew "{new string('a', 50_010)}" """])
        {
            var answer = await AskAsync("Patient", [query.TrimEnd()]);

            Assert.Equal((HttpStatusCode.BadRequest, "too-costly"), (answer.Status, answer.Issue));
            Assert.Contains("10,000 characters", answer.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_address_of_more_segments_than_any_has_is_refused()
    {
        await server.PutAsync("Basic/b", """{"resourceType":"Basic","id":"b","meta":{"source":"http://a/b"},"code":{"text":"x"}}""");
        Assert.Equal("b", (await AskAsync("Basic", [$"_source:above=http://a/b/c/{new string('/', 59)}"])).Ids);
        foreach (var query in (string[])[$"_source:above=http://a/b/c/{new string('/', 60)}", $"_source:above=http://a{new string('/', 1_000_000)}", $"""_filter=_source sb "http://a{new string('/', 1000)}" """])
        {
            var answer = await AskAsync("Basic", [query.TrimEnd()]);

            Assert.Equal((HttpStatusCode.BadRequest, "too-costly"), (answer.Status, answer.Issue));
        }
    }

    [Fact]
    public async Task A_name_is_found_beside_conditions_of_a_long_text()
    {
        var answer = await AskAsync("Patient", Enumerable.Repeat(Values("given:contains=200*v@"), 9).Prepend("name=v5"));

        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        Assert.Equal("p5,p50,p51,p52,p53,p54,p55,p56,p57,p58,p59", answer.Ids);
    }

    [Fact]
    public async Task Of_very_many_references_to_versions_some_are_followed_and_the_rest_is_said_to_be_missing()
    {
        var answer = await server.GetAsync("List?_include=List:item");

        Assert.Equal("List/l,Patient/p1", string.Join(',', answer.Json["entry"u8].Items.AsEnumerable().Select(entry => entry["resource"u8]).Where(resource => !resource["resourceType"u8].Is("OperationOutcome"u8)).Select(resource => $"{resource["resourceType"u8].Text}/{resource["id"u8].Text}")));
        Assert.Contains("\"incomplete\"", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("_elements=201*e@")]
    [InlineData("_elements=150*e@&_elements=51*name")]
    [InlineData("_sort=201*s@")]
    public async Task More_names_than_a_resource_has_are_refused_to_everybody(string query)
    {
        foreach (var path in (string[])["Patient/_search", "_search"])
        {
            var answer = await server.SendAsync("POST", path, string.Join('&', query.Split('&').Select(Values)), ("Content-Type", "application/x-www-form-urlencoded"), ("Prefer", "handling=lenient"));
            Assert.True(answer.Status == HttpStatusCode.BadRequest, answer.Text);
            Assert.Contains("At most 200", answer.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task More_parameters_than_a_search_has_are_refused_to_everybody()
    {
        var query = string.Join('&', Enumerable.Range(0, 501).Select(at => $"x{at}=1"));
        var answer = await server.SendAsync("POST", "Patient/_search", query, ("Content-Type", "application/x-www-form-urlencoded"), ("Prefer", "handling=lenient"));

        Assert.Equal((HttpStatusCode.BadRequest, "too-costly"), (answer.Status, answer.Issue));
    }

    [Theory]
    [InlineData("&_count=5")]
    [InlineData("&_sort=family")]
    [InlineData("&_summary=count")]
    public async Task Ten_parameters_of_200_names_are_answered_in_a_moment(string also)
    {
        var watch = Stopwatch.StartNew();
        var answer = await AskAsync("Patient", Enumerable.Repeat(Values("given=200*v@"), 9).Prepend(Values("name=200*v@") + also));

        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        if (also.StartsWith("&_sum", StringComparison.Ordinal))
            Assert.Equal($"{Patients}", answer.Json["total"u8].Text);
        else
            Assert.Equal("p0,p1,p10,p11,p12", string.Join(',', answer.Ids.Split(',').Take(5)));
        TestContext.Current.TestOutputHelper!.WriteLine($"{also} {watch.Elapsed}");
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(60)); // by each name's own walk, with all conditions on each, minutes
    }

    /// <summary><c>name=3*v@</c> as <c>name=v0,v1,v2</c>.</summary>
    private static string Values(string query)
    {
        var (name, many, value) = (query[..(query.LastIndexOf('=') + 1)], query[(query.LastIndexOf('=') + 1)..query.IndexOf('*', StringComparison.Ordinal)], query[(query.IndexOf('*', StringComparison.Ordinal) + 1)..]);
        return name + string.Join(',', Enumerable.Range(0, int.Parse(many, System.Globalization.CultureInfo.InvariantCulture)).Select(at => value.Replace("@", $"{at}", StringComparison.Ordinal)));
    }

    private Task<FhirAnswer> AskAsync(string type, IEnumerable<string> query) =>
        server.SendAsync("POST", $"{type}/_search", string.Join('&', query), ("Content-Type", "application/x-www-form-urlencoded"));
}
