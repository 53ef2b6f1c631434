using Tandem.Fhir.Search;
using Tandem.Kernel.Outcomes;

namespace Tandem.Record.Search;

/// <summary>Tokens: code, system|code, |code, system|, and :not (R4 3.1.1.4.10).</summary>
internal static class TokenCondition
{
    /// <summary>Parameters that many resources share one value of: never the best place to begin.</summary>
    private static readonly HashSet<string> Common = new(StringComparer.Ordinal)
    {
        "status", "gender", "active", "category", "class", "intent", "priority", "type", "clinical-status", "verification-status", "deceased", "use",
        "_tag", "_security", "language", "address-use", "business-status",
    };

    internal static Outcome<Condition> Of(string type, ParameterClause clause, SearchContext context)
    {
        if (clause.Modifier is not (SearchModifier.None or SearchModifier.Not))
            return Conditions.NotOffered(clause.Parameter, $"the modifier :{clause.Modifier.ToString().ToLowerInvariant()}");
        var param = context.Parameter(type, clause.Parameter);
        var any = Any(clause.Values, "t", context);
        var filter = $"t.param = {param} AND t.rid = d.rid AND {any}";
        if (clause.Modifier == SearchModifier.Not)
            return Condition.FilterOnly(Condition.NotExists("search_tokens t", filter));
        return new Condition(
            RankOf(clause), "search_tokens d", $"d.param = {param} AND {any.Replace("t.", "d.", StringComparison.Ordinal)}", Condition.Exists("search_tokens t", filter));
    }

    /// <summary>Any of the values, on rows named <paramref name="row"/>.</summary>
    internal static string Any(IReadOnlyList<SearchOperand> values, string row, SearchContext context)
    {
        if (values.All(value => value is TokenOperand { Match: TokenMatch.Code }))
            return $"{row}.code IN ({string.Join(", ", values.Select(value => context.Add(CodeOf((TokenOperand)value))))})";
        return $"({string.Join(" OR ", values.Select(value => One((TokenOperand)value, row, context)))})";
    }

    private static string One(TokenOperand token, string row, SearchContext context) => token.Match switch
    {
        TokenMatch.Code => $"{row}.code = {context.Add(CodeOf(token))}",
        TokenMatch.System => $"{row}.system = {context.Add(StableHash.Of(token.System!))}",
        _ => $"({row}.code = {context.Add(CodeOf(token))} AND {row}.system = {context.Add(token.System!.Length == 0 ? 0 : StableHash.Of(token.System))})",
    };

    private static long CodeOf(TokenOperand token) => StableHash.Of(token.Code!);

    private static int RankOf(ParameterClause clause) => clause.Values.Any(value => value is TokenOperand { Match: TokenMatch.System }) ? 900
        : clause.Parameter.Code is "identifier" or "email" or "phone" or "telecom" ? 10
        : Common.Contains(clause.Parameter.Code) ? 800
        : 300;
}
