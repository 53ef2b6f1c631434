using Tandem.Fhir.Search;
using Tandem.Kernel.Outcomes;

namespace Tandem.Record.Search;

/// <summary>A filter expression: its parts by and, or, not (R4 3.1.3).</summary>
internal static class FilterCondition
{
    internal static Outcome<Condition> Of(string type, FilterClause clause, SearchContext context) => Conditions.Each(type, clause.Parts, context).Then<Condition>(parts => clause.Word switch
    {
        FilterWord.Not => Condition.FilterOnly($"NOT ({parts[0].Filter})"),
        FilterWord.Or => Condition.Any(parts),
        _ => All(parts),
    });

    /// <summary>The part that finds least drives, the others are held against what it finds.</summary>
    private static Condition All(List<Condition> parts)
    {
        var first = parts.MinBy(part => part.Drive is null ? Condition.NoDriver : part.Rank)!;
        var others = string.Join(" AND ", parts.Where(part => part != first).Select(part => $"({part.Filter})"));
        return others.Length == 0 ? first : (first with { Filter = $"({first.Filter})", Probe = null }).And(others);
    }
}
