using System.Net;
using Tandem.Kernel.Data;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Search;

/// <summary>Filter expressions (R4 3.1.3), names by their sound, and what points to a hit whatever it is.</summary>
public abstract class FilterBehaviour(Engine engine, SharedServer shared) : IAsyncLifetime, IClassFixture<SharedServer>
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
        await server.PutAsync("Organization/o", """{"resourceType":"Organization","id":"o","name":"North"}""");
        await PatientAsync("a", """ "name":[{"family":"Müller","given":["Ana"]}],"gender":"female","birthDate":"1990-05","identifier":[{"system":"urn:s","value":"1","type":{"coding":[{"system":"urn:t","code":"MR"}]}}],"managingOrganization":{"reference":"Organization/o"} """);
        await PatientAsync("b", """ "name":[{"family":"Miller","given":["Ann","Pete"]}],"gender":"male","birthDate":"1990","meta":{"profile":["urn:p"]} """);
        await PatientAsync("c", """ "name":[{"family":"Peters"}],"birthDate":"2014-10-10","active":true,"identifier":[{"system":"urn:s","value":"2"}] """);
        await PatientAsync("d", """ "active":false,"meta":{"profile":["urn:p|1.0","urn:q"]} """);
        foreach (var (id, references) in Several)
            await server.PutAsync($"Task/{id}", $$"""{"resourceType":"Task","id":"{{id}}","status":"requested","intent":"order","basedOn":[{{string.Join(',', references.Select(reference => $$$"""{"reference":"{{{reference}}}"}"""))}}]}""");
        await server.PutAsync("Observation/x", """{"resourceType":"Observation","id":"x","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"1234-5"}]},"subject":{"reference":"Patient/a"},"effectivePeriod":{"start":"2026-01-10","end":"2026-02-10"},"valueQuantity":{"value":7,"system":"http://unitsofmeasure.org","code":"mg"}}""");
        await server.PutAsync("Observation/y", """{"resourceType":"Observation","id":"y","status":"amended","code":{"coding":[{"system":"http://loinc.org","code":"9"}]},"subject":{"reference":"Patient/c"},"effectiveDateTime":"2026-03-01"}""");
    }

    [Theory] // R4 3.1.1.4.13: a canonical address without a version names all of them
    [InlineData("_profile=urn:p", "b,d")]
    [InlineData("_profile:below=urn:p", "b,d")]
    [InlineData("_profile=urn:p|1.0", "d")]
    [InlineData("_profile=urn:p|1.0,urn:q", "d")]
    [InlineData("_profile=urn:p|1", "")]
    [InlineData("_profile=urn:", "")]
    [InlineData("_profile=urn:pp", "")]
    public async Task A_profile_is_found_in_whatever_version(string query, string ids) =>
        Assert.Equal(ids, (await server.GetAsync($"Patient?_sort=_id&{query}")).Ids);

    private const string Elsewhere = "https://elsewhere.example/fhir/CarePlan/p";

    private static readonly (string Id, string[] References)[] Several =
    [
        ("k", ["CarePlan/p/_history/1"]),
        ("l", ["CarePlan/p/_history/1", "CarePlan/q"]),
        ("m", ["CarePlan/p/_history/2"]),
        ("n", ["CarePlan/p"]),
        ("o", ["CarePlan/p/_history/1", "CarePlan/p/_history/2"]),
        ("p", [Elsewhere + "/_history/1"]),
        ("q", [Elsewhere + "/_history/2", Elsewhere + "/_history/1"]),
    ];

    private static readonly (string Type, string Filter, string Ids)[] Filters =
    [
        ("Patient", "name co \"ete\"", "b,c"),
        ("Patient", "given eq ANA", "a"),
        ("Patient", "given sw an", "a,b"),
        ("Patient", "family ew ler", "a,b"),
        ("Patient", "family eq mull", ""),
        ("Patient", "given ne \"Ann\"", "a,b"), // Pete is another one
        ("Patient", "family ne miller", "a,c"),
        ("Patient", "gender ne male", "a"), // who has none has no other one
        ("Patient", "not (gender eq male)", "a,c,d"),
        ("Patient", "identifier ne urn:s|1", "c"),
        ("Patient", "_id ne a and _id ne b", "c,d"),
        ("Patient", "_profile eq urn:p", "b,d"),
        ("Patient", "_profile ne urn:p", "d"),
        ("Patient", "_profile eq urn:p|1.0", "d"),
        ("Patient", "_profile eq urn:p|2.0", ""),
        ("Patient", "organization ne Organization/z", "a"),
        ("Task", "based-on ne CarePlan/p/_history/1", "l,m,n,o,p,q"),
        ("Task", "based-on ne CarePlan/q", "k,l,m,n,o,p,q"),
        ("Task", $"based-on ne {Elsewhere}/_history/1", "k,l,m,n,o,q"),
        ("Patient", "organization re Organization/o", "a"),
        ("Patient", "organization.name sw nor", "a"),
        ("Patient", "gender in http://hl7.org/fhir/ValueSet/administrative-gender", "a,b"),
        ("Patient", "gender ni http://hl7.org/fhir/ValueSet/administrative-gender", "c,d"),
        ("Observation", "status ss http://hl7.org/fhir/observation-status|corrected", ""), // it does not subsume amended
        ("Observation", "status sb http://hl7.org/fhir/observation-status|corrected", "y"), // but is subsumed by it
        ("Patient", "family eq \"x\\\"] y\" or given eq Pete", "b"),
        ("Patient", "birthdate ge 2014-10-10", "c"),
        ("Patient", "birthdate po 1990-05", "a,b"),
        ("Patient", "birthdate eq 1990-05", "a"),
        ("Patient", "birthdate pr false", "d"),
        ("Patient", "active pr true and not (active eq true)", "d"),
        ("Patient", "gender eq male or gender eq female and given eq Pete", "b"), // from the left: no precedence
        ("Patient", "gender eq male or (gender eq female and given eq Pete)", "b"),
        ("Patient", "(gender eq male) OR ( family eq peters )", "b,c"),
        ("Observation", "code eq http://loinc.org|1234-5", "x"),
        ("Observation", "subject.name co \"eter\"", "y"),
        ("Observation", "patient.organization.name eq north", "x"),
        ("Observation", "date po 2026-02", "x"),
        ("Observation", "date sa 2026-02 or value-quantity gt 6.5", "x,y"),
        ("Observation", "value-quantity eq 0.007|http://unitsofmeasure.org|g", "x"),
        ("Observation", "not (value-quantity pr true)", "y"),
        ("Observation", "subject[gender eq female].name co \"an\"", "x"), // both of the same patient
        ("Observation", "subject[gender eq male].name co \"an\"", ""),
        ("Observation", "subject[birthdate ge 2000 and (active eq true or gender eq male)].name sw pet or code eq 7", "y"),
        ("Observation", "patient[organization[name eq north].active pr false].gender eq female", "x"),
        ("Observation", "not (subject:Patient[given eq \"a].b\"].gender eq male) and status eq final", "x"),
        ("Patient", "organization[name eq north]._id eq o", "a"),
        ("Patient", "organization[name eq north].name eq south", ""),
    ];

    [Fact]
    public async Task A_filter_finds_what_its_tests_say()
    {
        foreach (var (type, filter, ids) in Filters)
        {
            var answer = await server.GetAsync($"{type}?_filter={Uri.EscapeDataString(filter)}");
            var count = await server.GetAsync($"{type}?_summary=count&_filter={Uri.EscapeDataString(filter)}");

            Assert.True(answer.Status == HttpStatusCode.OK, filter + answer.Text);
            Assert.Equal((filter, ids), (filter, Sorted(answer)));
            Assert.Equal(ids.Length == 0 ? 0 : ids.Split(',').Length, (int)count.Json["total"u8].Number!.Value);
        }
    }

    private static readonly (string Filter, string Reason)[] Wrong =
    [
        ("name", "An operation is expected"),
        ("name xx y", "An operation is expected"),
        ("name eq", "A value is expected (character 8"),
        ("(name eq y", "A parenthesis is not closed"),
        ("name eq y) and", "Nothing can follow here"),
        ("name eq \"y", "This is no string in quotes"),
        ("nam eq y", "Patient has no search parameter nam."),
        ("gender co y", "The operation co is not one for a token parameter."),
        ("birthdate ge soon", "A date is"),
        ("link[gender eq male] eq Patient/a", "a dot and a path have to follow"),
        ("link[gender eq male.name eq y", "A bracket is not closed (character 5 of _filter)"),
        ("general-practitioner:Organization[name].active eq true", "An operation is expected"),
        ("organization[name xx y].active eq true", "An operation is expected: eq, ne"),
        ("organization[name eq].active eq true", "of a filter in brackets"),
        ("name[gender eq male].x eq y", "name is no reference"),
        ("organization[nam eq y].name eq y", "Organization has no search parameter nam."),
        ("organization[" + string.Join(" or ", Enumerable.Repeat("name eq y", 41)) + "].name eq y", "At most 40 tests"),
        ("link[link[link[link[link[_id eq a]._id eq a]._id eq a]._id eq a]._id eq a]._id eq a", "at most 4 links"),
        ("name:exact eq y", "operations and no modifiers"),
        ("_text eq y", "_text is asked beside _filter"),
    ];

    [Fact]
    public async Task What_cannot_be_followed_is_refused_also_when_lenient()
    {
        foreach (var (filter, reason) in Wrong)
        {
            var answer = await server.GetAsync($"Patient?_filter={Uri.EscapeDataString(filter)}", ("Prefer", "handling=lenient"));

            Assert.True(answer.Status == HttpStatusCode.BadRequest || reason.Contains(" has no search parameter ", StringComparison.Ordinal), answer.Text);
            Assert.Contains(reason, answer.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Random_filters_are_what_sets_make_of_their_tests()
    {
        string[] tests =
        [
            "gender eq male", "given sw an", "active pr true", "birthdate le 1990", "family ne miller", "_profile eq urn:p", "organization.name co o", "_id eq a",
        ];
        var known = new Dictionary<string, HashSet<string>>();
        foreach (var test in tests)
            known[test] = await FindAsync(test);
        var random = new Random(20261126);
        for (var i = 0; i < 60; i++)
        {
            var (filter, expected) = Any(random, known, 3);
            Assert.True(expected.SetEquals(await FindAsync(filter)), filter);
        }
    }

    private static readonly (string Query, string Ids)[] Sounds =
    [
        ("phonetic=Mueler", "a,b"),
        ("phonetic=Mullar", "a,b"),
        ("phonetic=myler", "a,b"),
        ("phonetic=Pedder", ""),
        ("phonetic=Pieters", "c"),
        ("phonetic:missing=true", "d"),
    ];

    [Fact]
    public async Task Names_are_found_by_their_sound()
    {
        foreach (var (query, ids) in Sounds)
        {
            var answer = await server.GetAsync("Patient?" + query);
            Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
            Assert.Equal((query, ids), (query, Sorted(answer)));
        }
    }

    [Fact] // 3.1.1.5.2: of several values the one that comes first
    public async Task A_sort_by_a_reference_that_repeats_goes_by_its_first_or_last()
    {
        Assert.Equal("l,m", (await server.GetAsync("Task?_id=l,m&_sort=based-on")).Ids);
        Assert.Equal("l,m", (await server.GetAsync("Task?_id=l,m&_sort=-based-on")).Ids);
    }

    [Fact]
    public async Task Whatever_points_to_a_hit_comes_along_and_named_queries_are_refused()
    {
        Assert.Equal("a,x", (await server.GetAsync("Patient?_id=a&_revinclude=*")).Ids);
        Assert.Equal("o,a,x", (await server.GetAsync("Organization?_id=o&_revinclude:iterate=*")).Ids);
        Assert.Contains("named queries", (await server.GetAsync("Patient?_query=x")).Text, StringComparison.Ordinal);
    }

    private static string Sorted(FhirAnswer answer) => string.Join(",", answer.Ids.Split(',').Order(StringComparer.Ordinal));

    /// <summary>A random filter with what it finds, worked out from the sets that its tests find.</summary>
    private static (string Filter, HashSet<string> Found) Any(Random random, Dictionary<string, HashSet<string>> known, int depth)
    {
        var (filter, found) = Part(random, known, depth);
        for (var more = random.Next(3); more > 0; more--)
        {
            var (other, also) = Part(random, known, depth);
            var isAnd = random.Next(2) == 0;
            (filter, found) = ($"{filter} {(isAnd ? "and" : "or")} {other}", isAnd ? [.. found.Intersect(also)] : [.. found.Union(also)]);
        }

        return (filter, found);
    }

    private static (string Filter, HashSet<string> Found) Part(Random random, Dictionary<string, HashSet<string>> known, int depth)
    {
        if (depth == 0 || random.Next(2) == 0)
            return known.ElementAt(random.Next(known.Count)) is var (test, ids) ? (test, ids) : default;
        var (filter, found) = Any(random, known, depth - 1);
        return random.Next(2) == 0 ? ($"({filter})", found) : ($"not({filter})", [.. new[] { "a", "b", "c", "d" }.Except(found)]);
    }

    private async Task<HashSet<string>> FindAsync(string filter)
    {
        var answer = await server.GetAsync($"Patient?_filter={Uri.EscapeDataString(filter)}");
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text + filter);
        return [.. answer.Ids.Split(',', StringSplitOptions.RemoveEmptyEntries)];
    }

    private Task<FhirAnswer> PatientAsync(string id, string members) => server.PutAsync($"Patient/{id}", $$"""{"resourceType":"Patient","id":"{{id}}",{{members}} }""");
}

public sealed class SqliteFilterTests(SharedServer shared) : FilterBehaviour(Engine.Sqlite, shared);

public sealed class PostgresFilterTests(SharedServer shared) : FilterBehaviour(Engine.Postgres, shared);
