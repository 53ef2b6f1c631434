using Tandem.Fhir.Search;
using Tandem.Kernel.Outcomes;

namespace Tandem.Record.Search;

/// <summary>The logical id (R4 3.1.1.4.1).</summary>
internal static class IdCondition
{
    internal static Outcome<Condition> Of(string type, ParameterClause clause, SearchContext context)
    {
        var isNot = clause.Modifier == SearchModifier.Not;
        if ((!isNot && clause.Modifier != SearchModifier.None) || clause.Values.Any(value => value is not TokenOperand { Match: TokenMatch.Code }))
            return Conditions.NotOffered(clause.Parameter, "this form");
        var ids = string.Join(", ", clause.Values.Select(value => context.Of((TokenOperand)value, static one => one.Code)));
        var where = $"x.type = {context.Fixed(type)} AND x.id IN ({ids}) AND x.deleted = 0";
        var filter = $"d.rid {(isNot ? "NOT IN" : "IN")} (SELECT x.rid FROM resources x WHERE {where})";
        return isNot
            ? Condition.FilterOnly(filter)
            : new Condition(0, new Drive([LedJoin.Whole(context.Engine, "resources", where.Replace("x.", "d.", StringComparison.Ordinal))]), filter);
    }
}
