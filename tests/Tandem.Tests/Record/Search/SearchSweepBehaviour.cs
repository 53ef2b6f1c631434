using Tandem.Fhir.Definitions;
using Tandem.Fhir.Json;
using Tandem.Fhir.Search;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Rest;
using Tandem.Record.Search;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Search;

public sealed class SqliteSearchSweepTests() : SearchSweepBehaviour(Engine.Sqlite, 1);

/// <summary>Every 29th type: the statements hang on the type of the parameter and not on that of the resource.</summary>
public sealed class PostgresSearchSweepTests() : SearchSweepBehaviour(Engine.Postgres, 29);

/// <summary>
/// Every parameter of every type with every modifier and prefix there is finds what the specification says, or is refused by a sentence that names what
/// is refused: nothing is left out unsaid.
/// </summary>
public abstract class SearchSweepBehaviour(Engine engine, int step)
{
    private const int Variants = 4;
    private const int MostValues = 8;
    private const int AskedOverHttp = 50;

    private static readonly string[] Modifiers =
        ["exact", "contains", "text", "not", "in", "not-in", "above", "below", "of-type", "identifier", "Patient", "nothing", "eq", "iterate"];

    private static readonly string[] Prefixes = ["", "eq", "ne", "gt", "lt", "ge", "le", "sa", "eb"];

    private static readonly HashSet<(SearchType, string)> Known =
    [
        (SearchType.String, "exact"), (SearchType.String, "contains"), (SearchType.Token, "text"), (SearchType.Token, "not"), (SearchType.Token, "in"), (SearchType.Token, "not-in"),
        (SearchType.Token, "above"), (SearchType.Token, "below"), (SearchType.Token, "of-type"), (SearchType.Reference, "identifier"), (SearchType.Reference, "above"), (SearchType.Reference, "below"),
        (SearchType.Reference, "Patient"), (SearchType.Uri, "above"), (SearchType.Uri, "below"),
    ];

    private readonly List<string> wrong = [];
    private int compared;
    private int refused;
    private readonly List<(string Type, string Query, string Expected)> asked = [];
    private readonly Dictionary<string, int> byKind = new(StringComparer.Ordinal) { ["composite"] = 0, ["text"] = 0, ["of-type"] = 0, ["http"] = 0, ["contained"] = 0 };

    [Fact]
    public async Task Every_combination_finds_what_it_says_or_is_refused_by_name()
    {
        await using var server = new FhirServer(engine);
        foreach (var type in R4.ResourceTypes.Where((type, at) => at % step == 0 && type is not ("SearchParameter" or "Subscription"))) // which are refused when they make no sense
            await TryTypeAsync(server, type);
        foreach (var type in R4.ResourceTypes.Where((type, at) => at % (step == 1 ? 8 : 50) == 0))
            await TryContainedAsync(server, type);

        Assert.True(wrong.Count == 0, $"{wrong.Count} wrong:\n" + string.Join("\n", wrong.Take(40)));
        Assert.True(compared > 5_000 / step && refused > 5_000 / step, $"Only {compared} were compared and {refused} refused.");
        Assert.All(byKind, kind => Assert.True(kind.Value > 100 / step, $"{kind.Key}: only {kind.Value}"));
    }

    private async Task TryTypeAsync(FhirServer server, string type)
    {
        var resources = Enumerable.Range(0, Variants).ToDictionary(variant => $"{type}/v{variant}", variant => SampleResource.Of(type, variant), StringComparer.Ordinal);
        if (R4.SearchParameters(type).Any(parameter => parameter.Type == SearchType.Composite))
            resources[$"{type}/pairs"] = SampleResource.Pairs(type, 0, 1); // what is said in one repetition is not said with what is said in another
        resources[$"{type}/none"] = RecordFixture.Json($$"""{"resourceType":"{{type}}"}""");
        var kept = await server.Store.WriteAsync<bool>(
            AccessScope.System,
            session =>
            {
                foreach (var (reference, resource) in resources)
                    session.Put(type, reference.Split('/')[1], resource);
                return true;
            },
            TestContext.Current.CancellationToken);
        Assert.Null(kept.Refusal);
        var naive = new NaiveSearch(resources);
        foreach (var parameter in SearchOffer.Of(type).Where(parameter => !parameter.Code.StartsWith('_') && parameter.Code != "phonetic" && parameter.Type != SearchType.Special))
            TryParameter(server, naive, type, parameter, resources);
        await AskAsync(server);
    }

    /// <summary>A part of what was compared once more as a client asks it: by GET and by a form (R4 3.1.0.10.1, 3.1.0.10.2).</summary>
    private async Task AskAsync(FhirServer server)
    {
        foreach (var (type, query, expected) in asked)
        {
            var byGet = await server.GetAsync($"{type}?{query}");
            var byForm = await server.PostAsync($"{type}/_search", query, ("Content-Type", "application/x-www-form-urlencoded"));
            foreach (var answer in (FhirAnswer[])[byGet, byForm])
            {
                byKind["http"]++;
                var got = string.Join(',', answer.Ids.Split(',').Order(StringComparer.Ordinal));
                if (expected != got)
                    wrong.Add($"{type}?{query} over HTTP: expected {expected}, got {(int)answer.Status} {got}");
            }
        }

        asked.Clear();
    }

    /// <summary>The same values in contained resources (R4 3.1.1.5.5): found as the oracle finds resources of their own.</summary>
    private async Task TryContainedAsync(FhirServer server, string type)
    {
        var resources = Enumerable.Range(0, 2).ToDictionary(variant => $"{type}/v{variant}", variant => SampleResource.Of(type, variant), StringComparer.Ordinal);
        var all = string.Join(",", resources.Select(pair => $"{{\"id\":\"{pair.Key.Split('/')[1]}\",{System.Text.Encoding.UTF8.GetString(pair.Value.Raw)[1..]}"));
        var kept = await server.Store.WriteAsync<bool>(
            AccessScope.System,
            session =>
            {
                session.Put("Basic", "around-" + type, RecordFixture.Json($$"""{"resourceType":"Basic","id":"around-{{type}}","code":{"text":"x"},"contained":[{{all}}]}"""));
                return true;
            },
            TestContext.Current.CancellationToken);
        Assert.Null(kept.Refusal);
        var naive = new NaiveSearch(resources);
        foreach (var parameter in SearchOffer.Of(type).Where(parameter => !parameter.Code.StartsWith('_') && parameter.Code != "phonetic" && parameter.Type is not (SearchType.Special or SearchType.Composite)))
        {
            var read = resources.Keys.SelectMany(reference => naive.Values(type, parameter.Code, reference)).Select(value => NaiveSearch.Written(parameter.Type, value).ToList()).ToList();
            if (read.Exists(written => written.Count == 0))
                continue;
            foreach (var wish in (Wish[])[new(parameter.Code, "missing", ["true"]), .. read.SelectMany(written => written).Distinct().Take(2).Select(value => new Wish(parameter.Code, "", [value]))])
            {
                byKind["contained"]++;
                var query = $"{wish.Written.Name}={Uri.EscapeDataString(wish.Written.Value)}&_contained=true&_containedType=contained&_count=100";
                var answer = await server.GetAsync($"{type}?{query}");
                var expected = string.Join(',', naive.Find(type, [wish]).Select(reference => reference.Split('/')[1]).Order(StringComparer.Ordinal));
                var got = string.Join(',', answer.Ids.Split(',').Order(StringComparer.Ordinal));
                if (expected != got)
                    wrong.Add($"{type}?{query}: expected {expected}, got {(int)answer.Status} {got}");
            }
        }
    }

    private void TryParameter(FhirServer server, NaiveSearch naive, string type, SearchParameter parameter, Dictionary<string, FhirNode> resources)
    {
        var read = resources.Keys.SelectMany(reference => naive.Values(type, parameter.Code, reference)).Select(value => NaiveSearch.Written(parameter.Type, value).ToList()).ToList();
        var values = read.SelectMany(written => written).Distinct().ToList();
        foreach (var modifier in Modifiers.Where(modifier => !Known.Contains((parameter.Type, modifier))))
            Refused(server, $"{parameter.Code}:{modifier}", type, values.FirstOrDefault() ?? "1", ":" + modifier);
        if (parameter.Type == SearchType.Composite)
        {
            TryComposite(server, naive, type, parameter, resources);
            return;
        }

        if (read.Exists(written => written.Count == 0))
            return; // of a range or of sampled data the plain search knows nothing
        if (parameter.Type == SearchType.Token)
            TryWords(server, naive, type, parameter, resources);
        Compare(server, naive, type, new Wish(parameter.Code, "missing", ["true"]));
        Compare(server, naive, type, new Wish(parameter.Code, "missing", ["false"]));
        foreach (var value in values.Take(MostValues))
        {
            foreach (var prefix in parameter.Type is SearchType.Date or SearchType.Number or SearchType.Quantity ? Prefixes : [""])
                Compare(server, naive, type, new Wish(parameter.Code, "", [prefix + value]));
            foreach (var modifier in parameter.Type switch { SearchType.String => ["exact", "contains"], SearchType.Token => ["not"], SearchType.Uri => ["below"], _ => (string[])[] })
                Compare(server, naive, type, new Wish(parameter.Code, modifier, [value]));
        }

        if (values.Count > 1)
            Compare(server, naive, type, new Wish(parameter.Code, "", [values[0], values[^1]]));
        if (parameter.Type is SearchType.Date or SearchType.Number or SearchType.Quantity)
            Refused(server, parameter.Code, type, "xx12", parameter.Type == SearchType.Date ? "date" : "number");
        if (parameter.Type == SearchType.Token)
            Refused(server, $"{parameter.Code}:in", type, "http://example.org/no-such-set", "http://example.org/no-such-set");
    }

    private void TryWords(FhirServer server, NaiveSearch naive, string type, SearchParameter parameter, Dictionary<string, FhirNode> resources)
    {
        var read = resources.Keys.SelectMany(reference => naive.Values(type, parameter.Code, reference)).ToList();
        foreach (var words in read.SelectMany(NaiveSearch.Words).Distinct().Take(MostValues))
        {
            byKind["text"]++;
            Compare(server, naive, type, new Wish(parameter.Code, "text", [words]));
            Compare(server, naive, type, new Wish(parameter.Code, "text", [words.ToUpperInvariant()[..^1]]));
        }

        foreach (var typed in read.SelectMany(NaiveSearch.Typed).Distinct().Take(MostValues))
        {
            byKind["of-type"]++;
            Compare(server, naive, type, new Wish(parameter.Code, "of-type", [typed]));
            Compare(server, naive, type, new Wish(parameter.Code, "of-type", [typed + "0"]));
        }
    }

    /// <summary>Values that stand in one repetition, and such as stand in two: the last part is taken from another one.</summary>
    private void TryComposite(FhirServer server, NaiveSearch naive, string type, SearchParameter composite, Dictionary<string, FhirNode> resources)
    {
        var kinds = NaiveSearch.Kinds(type, composite).ToList();
        var groups = resources.Keys.SelectMany(reference => naive.Groups(type, composite, reference))
            .Select(group => group.Select((part, at) => part.SelectMany(value => NaiveSearch.Written(kinds[at], value)).FirstOrDefault()).ToList())
            .Where(parts => parts.TrueForAll(part => part is not null)).ToList();
        foreach (var (group, other) in groups.Zip(groups.Skip(1).Append(groups.FirstOrDefault()!)).Take(MostValues))
        {
            foreach (var last in new[] { group[^1]!, other[^1]! }.Distinct())
            {
                foreach (var prefix in kinds[^1] is SearchType.Date or SearchType.Number or SearchType.Quantity ? Prefixes : [""])
                {
                    byKind["composite"]++;
                    Compare(server, naive, type, new Wish(composite.Code, "", [string.Join('$', [.. group[..^1], prefix + last])]));
                }
            }
        }
    }

    private void Compare(FhirServer server, NaiveSearch naive, string type, Wish wish)
    {
        var (name, value) = wish.Written;
        var query = $"{name}={Uri.EscapeDataString(value)}";
        if (!server.Search.Find(type, query, AccessScope.System, 100).Succeeded(out var found, out var refusal))
        {
            wrong.Add($"{type}?{query} is refused: {Text(refusal)}");
            return;
        }

        compared++;
        var expected = string.Join(',', naive.Find(type, [wish]).Select(reference => reference.Split('/')[1]).Order(StringComparer.Ordinal));
        var got = string.Join(',', found.Select(version => version.Id).Order(StringComparer.Ordinal));
        if (expected != got)
            wrong.Add($"{type}?{query}: expected {expected}, got {got}");
        else if (compared % AskedOverHttp == 0)
            asked.Add((type, query, expected));
    }

    private void Refused(FhirServer server, string name, string type, string value, string what)
    {
        var query = $"{name}={Uri.EscapeDataString(value)}";
        if (server.Search.Find(type, query, AccessScope.System, 100).Succeeded(out _, out var refusal))
            wrong.Add($"{type}?{query} is not refused");
        else if (refusal.Kind != RefusalKind.Invalid || !Text(refusal).Contains(what, StringComparison.Ordinal))
            wrong.Add($"{type}?{query} does not say that {what} is refused: {Text(refusal)}");
        else
            refused++;
        Lenient(type, query, what);
    }

    /// <summary>The same with <c>Prefer: handling=lenient</c> (R4 3.1.1.3.1): what is left out is told of by name, or refused all the same.</summary>
    private void Lenient(string type, string query, string what)
    {
        var parsed = SearchQuery.Parse(type, query);
        if (parsed.Problems.Count == 0)
            return; // it is understood, and refused for what the record does not have
        if (!SearchResources.Understood(parsed, isStrict: false).Succeeded(out var left, out var refusal))
        {
            if (!Text(refusal).Contains(what, StringComparison.Ordinal))
                wrong.Add($"{type}?{query}, lenient, does not say that {what} is refused: {Text(refusal)}");
            return;
        }

        if (left.Clauses.Count > 0 || !parsed.Problems.Any(problem => problem.IsUnknown && RecordSearch.Detail(problem).Text.Contains(what, StringComparison.Ordinal)))
            wrong.Add($"{type}?{query}, lenient, does not tell that {what} is left out: {string.Join(" ", parsed.Problems.Select(problem => problem.Reason))}");
    }

    private static string Text(Refusal refusal) => string.Join(" ", refusal.Details.Select(detail => detail.Text).Prepend(refusal.Text));
}
