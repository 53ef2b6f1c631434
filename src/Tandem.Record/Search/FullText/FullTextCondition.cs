using Tandem.Fhir.Search;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;

namespace Tandem.Record.Search.FullText;

/// <summary>Words in the narrative (<c>_text</c>) or anywhere (<c>_content</c>), R4 3.1.1.4.19 and 20.</summary>
internal static class FullTextCondition
{
    /// <summary>True for the two parameters that are about words.</summary>
    internal static bool IsOf(Tandem.Fhir.Definitions.SearchParameter parameter) => parameter.Code is "_text" or "_content";

    /// <summary>True when a clause asks for words, itself or along a chain.</summary>
    internal static bool IsAsked(SearchClause clause) => clause switch
    {
        ParameterClause plain => IsOf(plain.Parameter),
        ChainClause chain => chain.Targets.Any(target => IsAsked(target.Clause)),
        HasClause has => IsAsked(has.Clause),
        _ => false,
    };

    internal static Outcome<Condition> Of(string type, ParameterClause clause, SearchContext context)
    {
        if (clause.Modifier != SearchModifier.None)
            return Conditions.NotOffered(clause.Parameter, $"the modifier :{clause.Modifier.ToString().ToLowerInvariant()}");
        var any = new List<FullTextQuery>();
        foreach (var value in clause.Values)
        {
            if (FullTextQuery.Parse(((StringOperand)value).Text, out var reason) is not { } query)
                return Refusal.Invalid("", new RefusalDetail("value", $"{clause.Parameter.Code}: {reason}"));
            any.Add(query);
        }

        var column = clause.Parameter.Code == "_text" ? "narrative" : "content";
        var asked = any.Count == 1 ? any[0] : new FullTextQuery.Any(any);
        var found = FullTextTables.Find(context.Engine, column, context.Add(context.Engine == Engine.Sqlite ? asked.ToFts(column) : asked.ToTsQuery()));
        var ofType = $"SELECT s.rid FROM ({found}) w {context.Join("search_resources s", $"s.type = {context.Add(SearchTables.TypeNumber(type))} AND s.rid = w.rid")}";
        return new Condition(400, Drive.One($"({ofType} ORDER BY s.rid) d", "1 = 1") with { IsWhole = true }, $"d.rid IN ({found})");
    }
}
