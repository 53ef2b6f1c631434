using Tandem.Fhir.Definitions;
using Tandem.Fhir.Search;

namespace Tandem.Record.Search;

/// <summary>
/// Two bounds of one date (<c>date=ge2023-05&amp;date=lt2023-06</c>) are walked as one window: either alone would go on to the end of the index when the
/// window holds little. A narrow row is the resource's only date of its parameter, so it lies in both bounds; of several dates each bound may
/// hold for another one (R4 3.1.1.3), so wide rows are found by the first and held against the second.
/// </summary>
internal static class DateWindow
{
    private const string Rows = "search_dates";

    /// <summary>True when the two clauses are the beginning and the end of one window, in either order.</summary>
    internal static bool Is(SearchClause one, SearchClause other) =>
        Bound(one) is var (parameter, isLower) && Bound(other) is var (second, isLowerToo) && parameter.Id == second.Id && isLower != isLowerToo;

    /// <summary>Both conditions as one.</summary>
    internal static Condition Of(string type, SearchClause one, SearchClause other, Condition first, Condition second, SearchContext context)
    {
        var isLower = Bound(one)!.Value.IsLower;
        var (from, to) = isLower ? (one, other) : (other, one);
        var (lower, upper) = (Test(from, context), Test(to, context));
        var parameter = ((ParameterClause)from).Parameter;
        var param = context.Parameter(type, parameter);
        var narrow = new RangeTest($"({lower.Test}) AND ({upper.Test})", lower.From, upper.To);
        var drive = (isLower ? first : second).Drive!;
        return first with
        {
            Drive = drive with
            {
                Arms =
                [
                    new($"{Rows} d", RangeCondition.On($"t.param = {param} AND t.wide = 0 AND {RangeCondition.Narrow(narrow, "low")}")),
                    new($"{Rows} d", $"{RangeCondition.On($"t.param = {param} AND t.wide = 1 AND ({lower.Test})")} AND {(isLower ? second : first).Filter}"),
                ],
            },
            Filter = $"{first.Filter} AND {second.Filter}",
            ShortDate = (parameter.Id, narrow),
        };
    }

    private static (SearchParameter Parameter, bool IsLower)? Bound(SearchClause clause) =>
        clause is ParameterClause { Modifier: SearchModifier.None, Parameter: { Type: SearchType.Date, Code: not "_lastUpdated" } parameter, Values: [DateOperand { Prefix: var prefix }] }
            ? prefix switch
            {
                SearchPrefix.Greater or SearchPrefix.GreaterOrEqual or SearchPrefix.StartsAfter => (parameter, true),
                SearchPrefix.Less or SearchPrefix.LessOrEqual or SearchPrefix.EndsBefore => (parameter, false),
                _ => null,
            }
            : null;

    private static RangeTest Test(SearchClause clause, SearchContext context) => DateCondition.Test((DateOperand)((ParameterClause)clause).Values[0], context);
}
