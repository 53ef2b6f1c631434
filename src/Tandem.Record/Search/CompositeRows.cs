using Tandem.Fhir.Definitions;
using Tandem.Fhir.Search;
using Tandem.Record.Projections;

namespace Tandem.Record.Search;

/// <summary>The rows of composites (R4 3.1.1.4.14): within each repetition every value of one part with every value of the others.</summary>
internal static class CompositeRows
{
    /// <summary>Adds the rows of all groups among the values; a group that lacks a part gives none.</summary>
    /// <param name="rows">Where they go.</param>
    /// <param name="type">Number of the resource type.</param>
    /// <param name="rid">Number of the resource.</param>
    /// <param name="values">All values of the resource.</param>
    /// <param name="site">The site's own parameters.</param>
    /// <param name="isContained">True for a contained resource, whose parameters are all numbered by its type.</param>
    internal static void Add(RowSink rows, long type, long rid, ReadOnlySpan<SearchValue> values, SiteSearchParameters site, bool isContained = false)
    {
        for (var at = 0; at < values.Length;)
        {
            var end = at + 1;
            if (values[at].Group > 0)
            {
                while (end < values.Length && values[end].Group == values[at].Group && values[end].ParameterId == values[at].ParameterId)
                    end++;
                var id = values[at].ParameterId;
                if (SiteSearchParameter.Owns(id))
                    AddGroup(rows, (type << 16) | id, site.PartsOf(id), rid, values[at..end]);
                else if (KeptParameters.Has(id))
                    AddGroup(rows, isContained ? (type << 16) | id : id, R4.AllSearchParameters[id].Components.Count, rid, values[at..end]);
            }

            at = end;
        }
    }

    private static void AddGroup(RowSink rows, long param, int parts, long rid, ReadOnlySpan<SearchValue> group)
    {
        var number = (long)group[0].Group << 16;
        foreach (ref readonly var first in group)
        {
            if (first.Component != 0)
                continue;
            foreach (ref readonly var second in group)
            {
                if (second.Component != 1)
                    continue;
                if (parts == 2)
                {
                    rows.Add(SearchTables.Composites, Row(param, first, second, default, rid, number++));
                    continue;
                }

                foreach (ref readonly var third in group)
                {
                    if (third.Component == 2)
                        rows.Add(SearchTables.Composites, Row(param, first, second, third, rid, number++));
                }
            }
        }
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
