using Tandem.Fhir.Definitions;
using Tandem.Fhir.Search;
using Tandem.Record.Projections;

namespace Tandem.Record.Search;

/// <summary>The rows of composites (R4 3.1.1.4.14): within each repetition every value of one part with every value of the others.</summary>
internal static class CompositeRows
{
    /// <summary>How many rows a parameter has of a resource, beyond one for each value of its parts: what repeats as a whole is never cut, however long.</summary>
    internal const int MostBeyond = 10_000;

    /// <summary>As <see cref="MostBeyond"/>, of each resource that another contains: there may be very many.</summary>
    internal const int MostBeyondContained = 100;

    /// <summary>Rows of a repetition: they are numbered within it.</summary>
    private const int MostOfGroup = 1 << 16;

    private static readonly SearchValue[] NoThird = [default];

    /// <summary>Adds the rows of all groups among the values; a group that lacks a part gives none.</summary>
    /// <param name="rows">Where they go.</param>
    /// <param name="type">Number of the resource type.</param>
    /// <param name="rid">Number of the resource.</param>
    /// <param name="values">All values of the resource: those of a parameter side by side, its groups and their parts in order.</param>
    /// <param name="site">The site's own parameters.</param>
    /// <param name="isContained">True for a contained resource, whose parameters are all numbered by its type.</param>
    internal static void Add(RowSink rows, long type, long rid, ReadOnlySpan<SearchValue> values, SiteSearchParameters site, bool isContained = false)
    {
        for (var at = 0; at < values.Length;)
        {
            var end = at + 1;
            if (values[at].Group > 0)
            {
                while (end < values.Length && values[end].Group > 0 && values[end].ParameterId == values[at].ParameterId)
                    end++;
                var id = values[at].ParameterId;
                var beyond = isContained ? MostBeyondContained : MostBeyond;
                if (SiteSearchParameter.Owns(id))
                    AddGroups(rows, (type << 16) | id, site.PartsOf(id), rid, values[at..end], beyond);
                else if (KeptParameters.Has(id))
                    AddGroups(rows, isContained ? (type << 16) | id : id, R4.AllSearchParameters[id].Components.Count, rid, values[at..end], beyond);
            }

            at = end;
        }
    }

    private static void AddGroups(RowSink rows, long param, int parts, long rid, ReadOnlySpan<SearchValue> groups, int beyond)
    {
        for (var at = 0; at < groups.Length;)
        {
            var end = at + 1;
            while (end < groups.Length && groups[end].Group == groups[at].Group)
                end++;
            var added = AddGroup(rows, param, parts, rid, groups[at..end], Math.Min(end - at + beyond, MostOfGroup));
            beyond -= Math.Max(0, added - (end - at)); // however many one group has, those behind it have one for each value
            at = end;
        }
    }

    /// <summary>Adds at most so many rows; the number of those it did.</summary>
    private static int AddGroup(RowSink rows, long param, int parts, long rid, ReadOnlySpan<SearchValue> group, int most)
    {
        var firsts = Part(group, 0);
        var seconds = Part(group, 1);
        var thirds = parts == 2 ? NoThird : Part(group, 2);
        if (thirds.IsEmpty)
            return 0;
        var added = 0;
        foreach (ref readonly var first in firsts)
        {
            foreach (ref readonly var second in seconds)
            {
                foreach (ref readonly var third in thirds)
                {
                    if (added == most)
                        return added;
                    rows.Add(SearchTables.Composites, Row(param, first, second, third, rid, ((long)group[0].Group << 16) + added++));
                }
            }
        }

        return added;
    }

    private static ReadOnlySpan<SearchValue> Part(ReadOnlySpan<SearchValue> group, int part)
    {
        var from = 0;
        while (from < group.Length && group[from].Component < part)
            from++;
        var end = from;
        while (end < group.Length && group[end].Component == part)
            end++;
        return group[from..end];
    }

    private static Kernel.Data.DbValue[] Row(long param, in SearchValue first, in SearchValue second, in SearchValue third, long rid, long number)
    {
        var (low, high, isWide) = Ends(second);
        var (low3, high3, _) = Ends(third);
        return
        [
            rid, param, number, CodeOf(first), first.SystemHash, CodeOf(second), second.SystemHash, isWide, low, high,
            second.Kind == SearchType.String ? second.Text : null, low3, high3,
        ];
    }

    private static long CodeOf(in SearchValue value) => value.Kind switch
    {
        SearchType.Reference when value.SystemHash == 0 => value.Hash,
        SearchType.Uri or SearchType.String => value.Hash,
        _ => value.CodeHash,
    };

    /// <summary>Milliseconds fit a double exactly for any year there is.</summary>
    private static (double Low, double High, bool IsWide) Ends(in SearchValue value) => value.Kind switch
    {
        SearchType.Date => (Time(value.Low), Time(value.High), SearchProjection.IsWide(value.Low, value.High)),
        SearchType.Number or SearchType.Quantity => (value.NumberLow, value.NumberHigh, value.NumberLow < value.NumberHigh),
        _ => (0, 0, false),
    };

    internal static double Time(long at) => at == long.MinValue ? double.NegativeInfinity : at == long.MaxValue ? double.PositiveInfinity : at;
}
