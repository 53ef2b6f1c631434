using Tandem.Fhir.Definitions;
using Tandem.Fhir.Search;
using Tandem.Kernel.Outcomes;

namespace Tandem.Record.Search;

/// <summary>Addresses, compared as sent; <c>:below</c> what begins with one, <c>:above</c> what one begins with (R4 3.1.1.4.13).</summary>
internal static class UriCondition
{
    private const string Highest = "\U0010FFFF";

    /// <summary>Each segment of an address that is looked for with <c>:above</c> stands for two addresses more.</summary>
    private const int MostSegments = 64;

    internal static Outcome<Condition> Of(string type, ParameterClause clause, SearchContext context)
    {
        var param = context.Parameter(type, clause.Parameter);
        var texts = clause.Values.Select(value => ((UriOperand)value).Text).ToList();
        string codes;
        switch (clause.Modifier)
        {
            case SearchModifier.None when clause.Parameter.Code == "url" && texts.Exists(text => text.Contains('|', StringComparison.Ordinal)) && VersionOf(type) is { } version:
                return Versioned(param, version, context.Parameter(type, version), texts, context);
            case SearchModifier.None:
                codes = Named(clause, param, texts, context);
                break;
            case SearchModifier.NotEqual:
                return Condition.FilterOnly(AnyToken.Filter(type, clause.Parameter, $"t.code NOT IN ({Named(clause, param, texts, context)})", TokenCondition.FewTokens, context));
            case SearchModifier.Above:
                if (texts.Exists(text => text.AsSpan().Count('/') > MostSegments))
                    return SearchLimits.Costly($"An address that is looked for with :above has at most {MostSegments} slashes.");
                codes = string.Join(", ", texts.SelectMany(Above).Distinct().Select(hash => context.Add(hash)));
                break;
            case SearchModifier.Below:
                codes = Words(param, texts.Select(text => Below(text, context)));
                break;
            default:
                return Conditions.NotOffered(clause.Parameter, $"the modifier :{clause.Modifier.ToString().ToLowerInvariant()}");
        }

        var rank = clause.Parameter.Code is "_profile" or "_source" ? 700 : clause.Modifier == SearchModifier.Below ? 600 : 20;
        return new Condition(
            rank,
            Drive.One("search_tokens d", $"d.param = {param} AND d.code IN ({codes})"),
            Condition.Exists("search_tokens t", $"t.param = {param} AND t.code IN ({codes}) AND t.rid = d.rid"));
    }

    private static SearchParameter? VersionOf(string type) => R4.SearchParameters(ContainedTypes.Plain(type)).Find("version") is { Type: SearchType.Token } version ? version : null;

    /// <summary>Definitions by address and version, <c>address|version</c>, or by the address alone (R4 3.1.1.4.9).</summary>
    private static Condition Versioned(string param, SearchParameter versions, string version, List<string> texts, SearchContext context)
    {
        var named = texts.ConvertAll(text => text.Split('|', 2)).ConvertAll(parts => (Code: context.Add(StableHash.Of(parts[0])), Version: parts is [_, { Length: > 0 } of] ? context.Add(StableHash.Of(SearchIndexValues.AsCompared(versions, of))) : null));
        var codes = string.Join(", ", named.Select(one => one.Code));
        string Any(string row) => string.Join(" OR ", named.Select(one => one.Version is null
            ? $"{row}.code = {one.Code}"
            : $"({row}.code = {one.Code} AND {Condition.Exists("search_tokens v", $"v.param = {version} AND v.code = {one.Version} AND v.rid = {row}.rid")})"));
        return new Condition(
            20,
            Drive.One("search_tokens d", $"d.param = {param} AND d.code IN ({codes}) AND ({Any("d")})"),
            Condition.Exists("search_tokens t", $"t.param = {param} AND t.code IN ({codes}) AND t.rid = d.rid AND ({Any("t")})"));
    }

    /// <summary>The codes of the addresses; of a profile's without a version those of all its versions too (R4 3.1.1.4.13, canonical addresses).</summary>
    private static string Named(ParameterClause clause, string param, List<string> texts, SearchContext context) =>
        clause.Parameter.Code != "_profile" || texts.TrueForAll(text => text.Contains('|', StringComparison.Ordinal))
            ? Hashes(texts, context)
            : Words(param, texts.Select(text => text.Contains('|', StringComparison.Ordinal) ? $"w.text = {context.Add(text)}" : InAnyVersion(text, context)));

    private static string Words(string param, IEnumerable<string> any)
    {
        var wanted = string.Join(" OR ", any);
        return $"SELECT w.hash FROM search_words w WHERE w.list = {param} AND ({wanted})";
    }

    private static string InAnyVersion(string address, SearchContext context) =>
        $"w.text = {context.Add(address)} OR (w.text >= {context.Add(address + "|")} AND w.text < {context.Add(address + "|" + Highest)})";

    private static string Hashes(IReadOnlyList<string> texts, SearchContext context) =>
        string.Join(", ", texts.Select(text => context.Add(StableHash.Of(text))));

    /// <summary>The address itself and all that continue it after a slash (R4 3.1.1.4.13: by the segments of its path).</summary>
    private static string Below(string text, SearchContext context)
    {
        var folder = text.TrimEnd('/') + "/";
        return $"{InAnyVersion(text, context)} OR w.text = {context.Add(text.TrimEnd('/'))} OR (w.text >= {context.Add(folder)} AND w.text < {context.Add(folder + Highest)})";
    }

    /// <summary>The address itself and every address it continues, with and without a slash at the end, as hashes: an address may be as long as a request.</summary>
    private static IEnumerable<long> Above(string text)
    {
        yield return StableHash.Of(text);
        var path = text.IndexOf("://", StringComparison.Ordinal) is var scheme and >= 0 ? scheme + 3 : 0;
        for (var slash = text.LastIndexOf('/'); slash > path; slash = text.LastIndexOf('/', slash - 1))
        {
            yield return StableHash.Of(text.AsSpan(0, slash));
            yield return StableHash.Of(text.AsSpan(0, slash + 1));
        }
    }
}
