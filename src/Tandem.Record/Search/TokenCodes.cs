using Tandem.Fhir.Search;
using Tandem.Kernel.Outcomes;

namespace Tandem.Record.Search;

/// <summary>The codes a token clause stands for: those written, those of a value set (<c>:in</c>, <c>:not-in</c>), or those above or below one (R4 3.1.1.4.10).</summary>
internal static class TokenCodes
{
    private const int Most = 5000;

    internal static Outcome<List<SearchOperand>> Of(ParameterClause clause, SearchContext context) => clause.Modifier switch
    {
        SearchModifier.None or SearchModifier.Not or SearchModifier.NotEqual or SearchModifier.OfType => clause.Values.ToList(),
        SearchModifier.In or SearchModifier.NotIn => All(clause, value => context.Terminology.ValueSet(((UriOperand)value).Text, context.Addresses)),
        SearchModifier.Above or SearchModifier.Below => All(clause, value => Related((TokenOperand)value, clause.Modifier, context)),
        _ => Conditions.NotOffered(clause.Parameter, $"the modifier :{clause.Modifier.ToString().ToLowerInvariant()}"),
    };

    private static Outcome<SearchCode[]> Related(TokenOperand token, SearchModifier modifier, SearchContext context) =>
        token is { System.Length: > 0, Code: not null }
            ? context.Terminology.Hierarchy(new SearchCode(token.System, token.Code), modifier == SearchModifier.Above)
            : Refusal.Invalid("", new RefusalDetail("value", "Above and below a code need its system: system|code."));

    private static Outcome<List<SearchOperand>> All(ParameterClause clause, Func<SearchOperand, Outcome<SearchCode[]>> expand)
    {
        var all = new List<SearchOperand>();
        foreach (var value in clause.Values)
        {
            if (!expand(value).Succeeded(out var codes, out var refusal))
                return refusal;
            all.AddRange(codes.Select(code => new TokenOperand(code.System, code.Code)));
        }

        return all.Count <= Most ? all : Refusal.Invalid("", new RefusalDetail("too-costly", $"{clause.Parameter.Code}: more than {Most} codes are meant."));
    }
}
