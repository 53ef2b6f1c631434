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

        if (clause.Modifier == SearchModifier.Below && SearchIndexValues.IsCanonical(clause.Parameter) && clause.Values.All(value => value is ReferenceOperand { Address: { } address } && !address.Contains('|', StringComparison.Ordinal)))
            return Of(type, clause with { Modifier = SearchModifier.None }, context); // every version of the address, as without :below
        if (clause.Modifier is SearchModifier.Above or SearchModifier.Below)
            return HierarchyCondition.Of(type, clause, context);
        if (clause.Modifier == SearchModifier.NotEqual)
            return Condition.FilterOnly(NotEqual(type, clause.Parameter, (ReferenceOperand)clause.Values[0], context));
        if (clause.Modifier != SearchModifier.None)
            return Conditions.NotOffered(clause.Parameter, $"the modifier :{clause.Modifier.ToString().ToLowerInvariant()}");
        var each = clause.Values.SelectMany(value => Forms((ReferenceOperand)value, context)).Select(operand => (Operand: operand, Type: TypeOf(operand, clause.Parameter)))
            .GroupBy(value => value.Type is { } target ? SearchTables.ReferenceNumber(type, clause.Parameter, target) : SearchTables.ParameterNumber(type, clause.Parameter))
            .Select(values => (Param: context.Fixed(values.Key), Tests: values.Select(value => (Text: Target(value.Operand, value.Type, context), IsWhole: value is { Operand.Address: null, Type: not null })).ToList())).ToList();
        return new Condition(
            100,
            new Drive([.. each.SelectMany(one => one.Tests.Select(test => new Arm("search_references d", RangeCondition.On($"t.param = {one.Param} AND {test.Text}")) { IsOfEachOnce = test.IsWhole }))]),
            Condition.Exists("search_references t", $"t.rid = d.rid AND {AnyOf(each.Select(one => $"t.param = {one.Param} AND {AnyOf(one.Tests.Select(test => test.Text))}"))}"));
    }

    /// <summary>
    /// Another reference is there (R4 3.1.3, ne). One that names a version has two rows, with it and without, of which one is always another: where there is one reference at most, none of its rows is the one asked for. Where
    /// there may be several, the row without the version that is asked for tells of another reference only where the one with it is not there.
    /// </summary>
    private static string NotEqual(string type, SearchParameter parameter, ReferenceOperand operand, SearchContext context)
    {
        var (rows, target) = ($"t.rid = d.rid AND {NarrowedReferences.Rows(type, parameter, context)}", Target(operand, context));
        var other = Condition.Exists("search_references t", $"{rows} AND NOT {target}");
        var isThere = Condition.Exists("search_references t", $"{rows} AND {target}");
        if (SearchIndexValues.IsSingle(parameter))
            return $"({other} AND NOT ({isThere}))";
        if (WithoutVersion(Relative(operand, context.Addresses)) is not { } unversioned)
            return other;
        var bare = Target(unversioned, context);
        return $"({Condition.Exists("search_references t", $"{rows} AND NOT {target} AND NOT {bare}")} OR ({Condition.Exists("search_references t", $"{rows} AND {bare}")} AND NOT ({isThere})))";
    }

    /// <summary>The same reference to any version; null for one that names none.</summary>
    private static ReferenceOperand? WithoutVersion(ReferenceOperand operand) => operand switch
    {
        { Version: not null } => operand with { Version = null },
        { Address: { } address } when address.IndexOf("/_history/", StringComparison.Ordinal) is var end and > 0 => operand with { Address = address[..end] },
        { Address: { } address } when address.LastIndexOf('|') is var end and > 0 => operand with { Address = address[..end] },
        _ => null,
    };

    private static string AnyOf(IEnumerable<string> tests) => $"({string.Join(" OR ", tests)})";

    /// <summary>An id without a type is of the only type that a narrowed parameter points to.</summary>
    private static string? TypeOf(ReferenceOperand reference, SearchParameter parameter) =>
        reference is { Address: null, Type: null } && NarrowedReferences.Of(parameter) is not null ? parameter.PointsTo[0] : reference.Type;

    /// <summary>A reference within this record as a relative one; as it is written too, for an address that the index may not know as the record's own.</summary>
    private static IEnumerable<ReferenceOperand> Forms(ReferenceOperand operand, SearchContext context)
    {
        var relative = Relative(operand, context.Addresses);
        return relative == operand ? [operand] : [relative, operand];
    }

    /// <summary>One value, on <c>t.target</c> and <c>t.type</c>.</summary>
    internal static string Target(ReferenceOperand operand, SearchContext context)
    {
        var reference = Relative(operand, context.Addresses);
        return Target(reference, reference.Type, context);
    }

    private static string Target(ReferenceOperand reference, string? type, SearchContext context)
    {
        if (reference.Address is { } address)
            return $"(t.target = {context.Add(StableHash.Of(address))} AND t.type IN ({context.Fixed(TargetKey.Address)}, {context.Fixed(TargetKey.WithoutVersion)}))";
        var target = $"t.target = {context.Of(reference, static one => one.IdKey)}";
        return type is null ? $"({target} AND t.type <> {context.Fixed(0)})" : $"({target} AND t.type = {context.Fixed(StableHash.Of(type))})";
    }

    /// <summary>An address within this record is a reference within it.</summary>
    internal static ReferenceOperand Relative(ReferenceOperand operand, IReadOnlyList<string> own)
    {
        if (operand.Address is null || own.FirstOrDefault(one => operand.Address.StartsWith(one + "/", StringComparison.Ordinal)) is not { } address)
            return operand;
        var parts = operand.Address[(address.Length + 1)..].Split('/');
        return parts.Length >= 2 && R4.IsResourceType(parts[0]) ? new(parts[0], parts[1], null, parts is [_, _, "_history", var version] ? version : null) : operand;
    }
}
