using Tandem.Fhir.Definitions;
using Tandem.Fhir.Search;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Access;

namespace Tandem.Record.Search;

/// <summary>
/// References into a hierarchy: <c>location:below=Location/42</c> finds what is at 42 or at a part of it, <c>:above</c> at 42 or at what
/// it is part of (R4 3.1.1.4.12). A hierarchy is a parameter of the type pointed to that points to its own type as a part.
/// </summary>
internal static class HierarchyCondition
{
    private static readonly string[] Parts = ["partof", "part-of", "part-of-care-plan"];

    internal static Outcome<Condition> Of(string type, ParameterClause clause, SearchContext context)
    {
        var found = new List<string>();
        foreach (var value in clause.Values)
        {
            var operand = ReferenceCondition.Relative((ReferenceOperand)value, context.Addresses);
            var target = operand.Type ?? Only(clause.Parameter);
            if (operand.Id is null || target is null)
                return Conditions.NotOffered(clause.Parameter, $"the modifier :{clause.Modifier.ToString().ToLowerInvariant()} with a value other than Type/id");
            if (Parts.Select(R4.SearchParameters(target).Find).FirstOrDefault(part => part is not null) is not { } part)
                return Conditions.NotOffered(clause.Parameter, $"the modifier :{clause.Modifier.ToString().ToLowerInvariant()}, as {target} has no hierarchy,");
            found.Add(Tree(target, operand.Id, part, clause.Modifier == SearchModifier.Below, context)
                + "SELECT f.rid FROM tree " + context.Join(
                    "search_references f", $"f.param = {context.Reference(type, clause.Parameter, target)} AND f.target = tree.id AND f.type = {context.Add(StableHash.Of(target))}"));
        }

        var all = string.Join(" UNION ALL ", found.Select(one => $"SELECT a.rid FROM ({one}) a"));
        return new Condition(350, Drive.One($"({all}) d", "1 = 1") with { IsWhole = true }, $"d.rid IN ({all})");
    }

    /// <summary>The hashes of the ids above or below one, itself among them. What is not reached leads no further.</summary>
    private static string Tree(string type, string id, SearchParameter part, bool below, SearchContext context)
    {
        var number = context.Add(SearchTables.TypeNumber(type));
        var param = context.Reference(type, part, type);
        var name = context.Add(StableHash.Of(type));
        var reached = ReachCondition.OnNumber(Interactions.Search, type, context, "s.rid") is { } condition ? $" AND {condition}" : "";
        var next = below
            ? $"SELECT s.id_hash FROM tree {context.Join("search_references f", $"f.param = {param} AND f.target = tree.id AND f.type = {name}")} "
                + context.Join("search_resources s", $"s.type = {number} AND s.rid = f.rid{reached}")
            : $"SELECT f.target FROM tree {context.Join("search_resources s", $"s.type = {number} AND s.id_hash = tree.id{reached}")} "
                + context.Join("search_references f", $"f.rid = s.rid AND f.param = {param} AND f.type = {name}");
        return $"WITH RECURSIVE tree(id) AS (SELECT {context.Add(StableHash.Of(id))} UNION {next}) ";
    }

    private static string? Only(SearchParameter parameter) => parameter.PointsTo is [var one] ? one : null;
}
