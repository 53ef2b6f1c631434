using Tandem.Fhir.Definitions;
using Tandem.Fhir.Search;
using Tandem.Kernel.Outcomes;

namespace Tandem.Record.Search;

/// <summary>References: an id, Type/id, an address, and :identifier (R4 3.1.1.4.12).</summary>
internal static class ReferenceCondition
{
    internal static Outcome<Condition> Of(string type, ParameterClause clause, SearchContext context)
    {
        var param = context.Parameter(type, clause.Parameter);
        if (clause.Modifier == SearchModifier.Identifier)
        {
            var tokens = TokenCondition.Any(clause.Values, "t", context);
            return new Condition(
                10,
                new Drive(TokenCondition.Arms(param, clause.Values, context)),
                Condition.Exists("search_tokens t", $"t.param = {param} AND t.rid = d.rid AND {tokens}"));
        }

        if (clause.Modifier is SearchModifier.Above or SearchModifier.Below)
            return HierarchyCondition.Of(type, clause, context);
        if (clause.Modifier == SearchModifier.NotEqual)
            return Condition.FilterOnly(Condition.Exists("search_references t", $"t.param = {param} AND t.rid = d.rid AND NOT {Target((ReferenceOperand)clause.Values[0], context)}"));
        if (clause.Modifier != SearchModifier.None)
            return Conditions.NotOffered(clause.Parameter, $"the modifier :{clause.Modifier.ToString().ToLowerInvariant()}");
        var each = clause.Values.Select(value => Target((ReferenceOperand)value, context)).ToList();
        return new Condition(
            100,
            new Drive([.. each.Select(one => new Arm("search_references d", RangeCondition.On($"t.param = {param} AND {one}")))]),
            Condition.Exists("search_references t", $"t.param = {param} AND t.rid = d.rid AND ({string.Join(" OR ", each)})"));
    }

    /// <summary>One value, on <c>t.target</c> and <c>t.type</c>.</summary>
    internal static string Target(ReferenceOperand operand, SearchContext context)
    {
        var reference = Relative(operand, context.Address);
        if (reference.Address is { } address)
            return $"(t.target = {context.Add(StableHash.Of(address))} AND t.type = {context.Add(0)})";
        var target = $"t.target = {context.Add(reference.IdKey)}";
        return reference.Type is null ? $"({target} AND t.type <> {context.Add(0)})" : $"({target} AND t.type = {context.Add(StableHash.Of(reference.Type))})";
    }

    /// <summary>An address within this record is a reference within it.</summary>
    internal static ReferenceOperand Relative(ReferenceOperand operand, string? own)
    {
        if (operand.Address is null || own is null || !operand.Address.StartsWith(own + "/", StringComparison.Ordinal))
            return operand;
        var parts = operand.Address[(own.Length + 1)..].Split('/');
        return parts.Length >= 2 && R4.IsResourceType(parts[0]) ? new(parts[0], parts[1], null, parts is [_, _, "_history", var version] ? version : null) : operand;
    }
}
