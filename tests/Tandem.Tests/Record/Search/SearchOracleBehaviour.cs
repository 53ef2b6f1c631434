using System.Net;
using Tandem.Fhir.Json;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Search;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Search;

public sealed class SqliteSearchOracleTests() : SearchOracleBehaviour(Engine.Sqlite);

public sealed class PostgresSearchOracleTests() : SearchOracleBehaviour(Engine.Postgres);

/// <summary>Random searches on random resources find what the specification says, page by page, however they are sorted.</summary>
public abstract class SearchOracleBehaviour(Engine engine)
{
    private const int Patients = 40;
    private const int Observations = 120;
    private const int Queries = 700;
    private const int ContainedQueries = 60;

    private static readonly string[] Names = ["Ana", "Añá", "Anabel", "José", "JOSE", "Zoë", "van Testperson", "Testperson", "O'Probe"];
    private static readonly string[] Codes = ["8480-6", "8462-4", "2339-0", "final"];
    private static readonly string[] Systems = ["http://loinc.org", "urn:other"];
    private static readonly string[] Dates = ["2025", "2025-12", "2026", "2026-01", "2026-01-31", "2026-02-01", "2026-02-01T10:00:00Z", "2026-02-01T10:00:00+02:00", "2026-03-15T23:30:00-05:00"];
    private static readonly string[] Prefixes = ["", "", "eq", "ne", "gt", "lt", "ge", "le", "sa", "eb"];
    private static readonly string[] Numbers = ["5", "5.4", "5.40", "5.45", "100", "0.9", "0.95"];
    private static readonly string[] Units = ["mg/dL", "mmHg"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(20261122)]
    public async Task A_search_finds_what_the_specification_says(int seed)
    {
        var random = new Random(seed);
        await using var server = new FhirServer(engine);
        var resources = await FillAsync(server, random);
        var naive = new NaiveSearch(resources);
        var found = 0;
        for (var number = 0; number < Queries; number++)
        {
            var type = random.Next(3) == 0 ? "Patient" : "Observation";
            Wish[] wishes = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => AWish(type, random, 0))];
            var sort = Pick(random, type == "Patient" ? ["", "", "family", "-birthdate", "gender,-_id", "_lastUpdated"] : ["", "", "-date", "date", "code", "-value-quantity,_id", "subject"]);
            var query = string.Join("&", wishes.Select(wish => $"{wish.Written.Name}={Uri.EscapeDataString(wish.Written.Value)}"));
            var expected = naive.Find(type, wishes).Order(StringComparer.Ordinal).ToList();
            var got = await AllPagesAsync(server, $"{type}?{query}&_count={random.Next(1, 30)}{(sort.Length > 0 ? "&_sort=" + sort : "")}");
            Assert.True(got.Count == got.Distinct().Count(), $"repeated in {type}?{query} sorted by {sort}");
            Assert.True(expected.SequenceEqual(got.Order(StringComparer.Ordinal)), $"{type}?{query} sorted by {sort}: expected {string.Join(",", expected)}, got {string.Join(",", got.Order())}");
            found += expected.Count;
            if (number % 10 == 0)
                Assert.Equal(expected.Count, server.Search.Count(type, query, AccessScope.System).Value);
        }

        Assert.True(found > Queries, "the searches find too little to prove anything");
        await TryContainedAsync(server, resources, random);
    }

    /// <summary>Contained resources are found as if each lay on its own (R4 3.1.1.5.5), in whatever order, alone or with others, by themselves or by the resources around.</summary>
    private static async Task TryContainedAsync(FhirServer server, Dictionary<string, FhirNode> resources, Random random)
    {
        var naive = new NaiveSearch(Apart(resources));
        var found = 0;
        for (var number = 0; number < ContainedQueries; number++)
        {
            Wish[] wishes = [.. Enumerable.Range(0, random.Next(1, 3)).Select(_ => AWish("Patient", random, 0))];
            var (sort, mode, isAlone) = (Pick(random, ["", "family", "-birthdate,family", "gender,-_id", "-_lastUpdated"]), Pick(random, ["true", "both"]), random.Next(2) == 0);
            var query = $"Patient?{string.Join("&", wishes.Select(wish => $"{wish.Written.Name}={Uri.EscapeDataString(wish.Written.Value)}"))}&_contained={mode}"
                + (isAlone ? "&_containedType=contained" : "") + (sort.Length > 0 ? "&_sort=" + sort : "");
            var expected = naive.Find("Patient", wishes).Where(reference => mode == "both" || reference.Contains('.', StringComparison.Ordinal))
                .Select(reference => reference.Contains('.', StringComparison.Ordinal) ? $"Observation/{reference[8..].Replace(".p", isAlone ? "#p" : "", StringComparison.Ordinal)}" : reference).Order(StringComparer.Ordinal).ToList();
            var got = await AllPagesAsync(server, $"{query}&_count={random.Next(1, 15)}");
            Assert.True(expected.SequenceEqual(got.Order(StringComparer.Ordinal)), $"{query}: expected {string.Join(",", expected)}, got {string.Join(",", got.Order())}");
            found += expected.Count;
        }

        Assert.True(found > ContainedQueries, "the searches for contained resources find too little to prove anything");
    }

    /// <summary>The same resources with what they contain beside them: <c>#p</c> of o7 as Patient/o7.p.</summary>
    private static Dictionary<string, FhirNode> Apart(Dictionary<string, FhirNode> resources)
    {
        var apart = new Dictionary<string, FhirNode>(StringComparer.Ordinal);
        foreach (var (reference, node) in resources)
        {
            var id = reference.Split('/')[1];
            apart[reference] = RecordFixture.Json(System.Text.Encoding.UTF8.GetString(node.Raw).Replace("\"#p\"", $"\"Patient/{id}.p\"", StringComparison.Ordinal));
            foreach (var one in node["contained"u8].Items.AsEnumerable().Where(one => one["resourceType"u8].Is("Patient"u8)))
                apart[$"Patient/{id}.p"] = RecordFixture.Json(System.Text.Encoding.UTF8.GetString(one.Raw));
        }

        return apart;
    }

    private static async Task<List<string>> AllPagesAsync(FhirServer server, string query)
    {
        var got = new List<string>();
        for (var next = query; next is not null;)
        {
            var page = await server.GetAsync(next);
            Assert.True(page.Status == HttpStatusCode.OK, $"{query}: {page.Text}");
            got.AddRange(page.Json["entry"u8].Items.AsEnumerable().Select(entry => entry["fullUrl"u8].Text!.Split("/fhir/")[1]));
            next = page.Link("next");
        }

        return got;
    }

    private static Wish AWish(string type, Random random, int depth)
    {
        var way = random.Next(depth < 2 ? 12 : 9);
        if (type == "Patient")
        {
            return way switch
            {
                0 => new("gender", Pick(random, ["", "not"]), Some(random, ["male", "female", "other"])),
                1 => new("birthdate", "", Some(random, [.. Dates[..6].Select(date => Pick(random, Prefixes) + date)])),
                2 => new("name", Pick(random, ["", "contains", "exact"]), Some(random, ["an", "Jose", "test", "José", "o'p", "Ana", "zo"])),
                3 => new("family", Pick(random, ["", "exact"]), Some(random, [.. Names])),
                4 => new("identifier", "", Some(random, ["1", "urn:a|1", "|2", "urn:b|", "urn:a|3"])),
                5 => new("active", "", [Flag(random)]),
                6 => new("birthdate", "missing", [Flag(random)]),
                7 => new("identifier", "not", Some(random, ["1", "urn:b|2"])),
                8 => new("address-city", "", Some(random, ["mad", "Milwaukee"])),
                _ => new("subject", "", [], HasType: "Observation", Inner: AWish("Observation", random, depth + 1)),
            };
        }

        return way switch
        {
            0 or 1 => new("code", Pick(random, ["", "", "not"]), Some(random, [.. Codes, .. Codes.Select(code => $"{Systems[0]}|{code}"), "urn:other|"])),
            2 or 3 => new("date", "", Some(random, [.. Dates.Select(date => Pick(random, Prefixes) + date)])),
            4 or 5 => new("value-quantity", "", Some(random, [.. Numbers.Select(number => Pick(random, Prefixes) + number + Pick(random, ["", "", "||mg/dL", "|http://unitsofmeasure.org|mmHg"]))])),
            6 => new("subject", "", Some(random, [.. Enumerable.Range(0, 6).Select(id => (random.Next(2) == 0 ? "Patient/" : "") + $"p{id}")])),
            7 => new(Pick(random, ["date", "value-quantity", "subject", "code"]), "missing", [Flag(random)]),
            8 => new("combo-code", Pick(random, ["", "not"]), Some(random, Codes)),
            _ => new("subject", "", [], ChainType: "Patient", Inner: AWish("Patient", random, depth + 1)),
        };
    }

    private static async Task<Dictionary<string, FhirNode>> FillAsync(FhirServer server, Random random)
    {
        var resources = new Dictionary<string, FhirNode>(StringComparer.Ordinal);
        for (var number = 0; number < Patients; number++)
            await PutAsync($"Patient/p{number}", APatient(random));
        for (var number = 0; number < Observations; number++)
            await PutAsync($"Observation/o{number}", AnObservation(random));
        return resources;

        async Task PutAsync(string reference, string members)
        {
            var json = $$"""{"resourceType":"{{reference.Split('/')[0]}}","id":"{{reference.Split('/')[1]}}"{{members}}}""";
            var answer = await server.PutAsync(reference, json);
            Assert.True((int)answer.Status < 300, answer.Text + json);
            resources[reference] = RecordFixture.Json(json);
        }
    }

    private static string APatient(Random random) =>
        Maybe(random, $",\"gender\":\"{Pick(random, ["male", "female", "other"])}\"")
        + Maybe(random, $",\"active\":{Flag(random)}")
        + Maybe(random, $",\"birthDate\":\"{Pick(random, Dates[..6])}\"")
        + Maybe(random, $",\"address\":[{{\"city\":\"{Pick(random, ["Madison", "MÁDISON", "Milwaukee"])}\"}}]")
        + Maybe(random, $",\"name\":[{{\"family\":\"{Pick(random, Names)}\",\"given\":[\"{Pick(random, Names)}\",\"{Pick(random, Names)}\"]}},{{\"text\":\"{Pick(random, Names)}\"}}]")
        + Maybe(random, $",\"identifier\":[{{\"system\":\"{Pick(random, ["urn:a", "urn:b"])}\",\"value\":\"{random.Next(1, 4)}\"}},{{\"value\":\"{random.Next(1, 4)}\"}}]");

    private static string AnObservation(Random random)
    {
        var date = random.Next(3) switch
        {
            0 => $",\"effectivePeriod\":{{{string.Join(",", new[] { $"\"start\":\"{Pick(random, Dates[..5])}\"", $"\"end\":\"{Pick(random, ["2026-02-01", "2026-06", "2027"])}\"" }.Where((_, at) => random.Next(3) > 0 || at == 0))}}}",
            1 => $",\"effectiveDateTime\":\"{Pick(random, Dates)}\"",
            _ => "",
        };
        return $",\"status\":\"final\",\"code\":{{\"coding\":[{Coding(random)}{(random.Next(3) == 0 ? "," + Coding(random) : "")}]}}" + date
            + (random.Next(5) == 0
                ? $",\"subject\":{{\"reference\":\"#p\"}},\"contained\":[{{\"resourceType\":\"Practitioner\",\"id\":\"q\"}},{{\"resourceType\":\"Patient\",\"id\":\"p\"{APatient(random)}}}]"
                : Maybe(random, $",\"subject\":{{\"reference\":\"Patient/p{random.Next(Patients)}\"}}"))
            + Maybe(random, $",\"valueQuantity\":{Quantity(random)}")
            + Maybe(random, $",\"component\":[{{\"code\":{{\"coding\":[{Coding(random)}]}}}},{{\"code\":{{\"coding\":[{Coding(random)}]}}}}]");
    }

    private static string Coding(Random random) => $"{{\"system\":\"{Pick(random, Systems)}\",\"code\":\"{Pick(random, Codes)}\"}}";

    private static string Quantity(Random random)
    {
        var unit = Pick(random, Units);
        return $"{{\"value\":{Pick(random, Numbers)},\"unit\":\"{unit}\",\"system\":\"http://unitsofmeasure.org\",\"code\":\"{unit}\"}}";
    }

    private static string Maybe(Random random, string members) => random.Next(4) == 0 ? "" : members;

    private static string Flag(Random random) => random.Next(2) == 0 ? "true" : "false";

    private static string Pick(Random random, IReadOnlyList<string> from) => from[random.Next(from.Count)];

    private static List<string> Some(Random random, IReadOnlyList<string> from) => [.. Enumerable.Range(0, random.Next(1, 3)).Select(_ => Pick(random, from)).Distinct()];
}
