using Tandem.Fhir.Search;
using Tandem.Kernel.Outcomes;

namespace Tandem.Record.Search;

/// <summary>Tokens: code, system|code, |code, system|, and :not (R4 3.1.1.4.10).</summary>
internal static class TokenCondition
{
    private const int MostArms = 8;

    /// <summary>So many different tokens that it takes milliseconds to ask whether a resource has any of them.</summary>
    internal const int FewTokens = 5000;

    /// <summary>Parameters that many resources share one value of: never the best place to begin.</summary>
    private static readonly HashSet<string> Common = new(StringComparer.Ordinal)
    {
        "status", "gender", "active", "category", "class", "intent", "priority", "type", "clinical-status", "verification-status", "deceased", "use",
        "_tag", "_security", "language", "address-use", "business-status",
    };

    internal static Outcome<Condition> Of(string type, ParameterClause clause, SearchContext context)
    {
        if (clause.Modifier == SearchModifier.Text)
            return StringCondition.Of(type, clause, context);
        if (!TokenCodes.Of(clause, context).Succeeded(out var values, out var refusal))
            return refusal;
        var param = context.Parameter(type, clause.Parameter);
        if (values.Count == 0)
            return Condition.FilterOnly(clause.Modifier == SearchModifier.NotIn ? "1 = 1" : "1 = 0");
        var any = Any(values, "t", context);
        if (clause.Modifier == SearchModifier.NotEqual)
            return Condition.FilterOnly(AnyToken.Filter(type, clause.Parameter, $"t.system <> {context.Fixed(SearchValue.OfType)} AND NOT ({any})", FewTokens, context));
        var filter = $"t.param = {param} AND t.rid = d.rid AND {any}";
        if (clause.Modifier is SearchModifier.Not or SearchModifier.NotIn)
            return Condition.FilterOnly(Condition.NotExists("search_tokens t", filter));
        return new Condition(RankOf(clause), new Drive(Arms(param, values, context)), Condition.Exists("search_tokens t", filter));
    }

    /// <summary>A walk for each value; all values in one when they are many.</summary>
    internal static IReadOnlyList<Arm> Arms(string param, IReadOnlyList<SearchOperand> values, SearchContext context) => values.Count > MostArms
        ? [new("search_tokens d", $"d.param = {param} AND {Any(values, "d", context)}")]
        : [.. values.Select(value => new Arm("search_tokens d", $"d.param = {param} AND {One(value, "d", context)}") { IsOfEachOnce = IsWhole(value) })];

    /// <summary>True when a value is all of a row's key but the resource: a code with its system and no type, or with its type.</summary>
    private static bool IsWhole(SearchOperand value) => value is OfTypeOperand or TokenOperand { Match: TokenMatch.SystemAndCode };

    /// <summary>Any of the values, on rows named <paramref name="row"/>.</summary>
    internal static string Any(IReadOnlyList<SearchOperand> values, string row, SearchContext context)
    {
        if (values.All(value => value is TokenOperand { Match: TokenMatch.Code }))
            return $"{row}.code IN ({string.Join(", ", values.Select(value => Code((TokenOperand)value, context)))})";
        return $"({string.Join(" OR ", Grouped(values, row, context))})";
    }

    /// <summary>One value, on rows named <paramref name="row"/>.</summary>
    internal static string One(SearchOperand operand, string row, SearchContext context) => operand switch
    {
        OfTypeOperand ofType => $"({row}.code = {context.Of(ofType, static one => one.ValueKey)} AND {row}.system = {context.Fixed(SearchValue.OfType)} AND {row}.typed = {context.Of(ofType, static one => one.TypeKey)})",
        TokenOperand { Match: TokenMatch.SystemAndCode } token => $"{Pair(token, row, context)} AND {row}.typed = 0",
        _ => Pair((TokenOperand)operand, row, context),
    };

    /// <summary>Many codes of one system are one test.</summary>
    private static IEnumerable<string> Grouped(IReadOnlyList<SearchOperand> values, string row, SearchContext context)
    {
        var whole = values.OfType<TokenOperand>().Where(token => token.Match == TokenMatch.SystemAndCode).GroupBy(token => token.System!);
        foreach (var system in whole)
        {
            var codes = string.Join(", ", system.Select(token => Code(token, context)));
            yield return $"({row}.code IN ({codes}) AND {row}.system = {System(system.First(), context)} AND {row}.typed = 0)";
        }

        foreach (var other in values.Where(value => value is not TokenOperand { Match: TokenMatch.SystemAndCode }))
            yield return One(other, row, context);
    }

    /// <summary>A token on rows that tell code and system and no type.</summary>
    internal static string Pair(TokenOperand token, string row, SearchContext context) => token.Match switch
    {
        TokenMatch.Code => $"{row}.code = {Code(token, context)}",
        TokenMatch.System => $"{row}.system = {System(token, context)}",
        _ => $"({row}.code = {Code(token, context)} AND {row}.system = {System(token, context)})",
    };

    private static string Code(TokenOperand token, SearchContext context) => context.Of(token, static one => StableHash.Of(one.Code!));

    /// <summary>No system is 0.</summary>
    internal static string System(TokenOperand token, SearchContext context) => context.Of(token, static one => one.System!.Length == 0 ? 0 : StableHash.Of(one.System));

    private static int RankOf(ParameterClause clause) => clause.Values.Any(value => value is TokenOperand { Match: TokenMatch.System }) ? 900
        : clause.Parameter.Code is "identifier" or "email" or "phone" or "telecom" ? 10
        : Common.Contains(clause.Parameter.Code) ? 800
        : 300;
}
