using System.Globalization;
using Tandem.Fhir.Definitions;
using Tandem.Fhir.Search;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;

namespace Tandem.Record.Search;

/// <summary>One key that hits are sorted by, as SQL on <c>d.rid</c>. What has no value comes last either way (R4 3.1.1.5.2).</summary>
internal sealed record SortColumn(string Expression, bool Descending, DbKind Kind)
{
    /// <summary>True for the time of the last change, which all resources have.</summary>
    internal bool IsLastUpdated { get; init; }

    private const string Last = "\U0010FFFF";

    internal static Outcome<SortColumn> Of(string type, Tandem.Fhir.Search.SortKey key, SearchContext context)
    {
        var (parameter, down) = (key.Parameter, key.Descending);
        if (Access.HiddenValues.Unsorted(parameter, context.Hidden) is { } refusal)
            return refusal;
        if (parameter.Code == "_lastUpdated")
        {
            var number = context.Fixed(SearchTables.TypeNumber(type));
            return new SortColumn($"(SELECT s.at FROM search_resources s WHERE s.type = {number} AND s.rid = d.rid)", down, DbKind.Integer) { IsLastUpdated = true };
        }

        if (parameter.Code == "_id")
            return new SortColumn("(SELECT x.id FROM resources x WHERE x.rid = d.rid)", down, DbKind.Text);
        DbValue none;
        switch (parameter.Type)
        {
            case SearchType.Date:
                none = down ? long.MinValue : long.MaxValue;
                return new SortColumn(Extreme("search_dates", "low"), down, DbKind.Integer);
            case SearchType.String:
                none = down ? "" : Last;
                return new SortColumn(Extreme("search_strings", "text"), down, DbKind.Text);
            case SearchType.Number or SearchType.Quantity:
                none = down ? double.NegativeInfinity : double.PositiveInfinity;
                return new SortColumn(Extreme("search_numbers", "low"), down, DbKind.Real);
            case SearchType.Token or SearchType.Reference or SearchType.Uri:
                return new SortColumn("NULL", down, DbKind.Null); // by SortInMemory
            default:
                return Conditions.NotOffered(parameter, "sorting by this parameter");
        }

        string Extreme(string table, string column) =>
            $"COALESCE((SELECT {(down ? "MAX" : "MIN")}(t.{column}) FROM {table} t WHERE t.rid = d.rid AND t.param IN ({string.Join(", ", KeptParameters.Of(parameter).Select(part => context.Parameter(type, part)))})), {context.Fixed(none)})";
    }

    /// <summary>The value of a row, as text for a link.</summary>
    internal string Read(DbRow row, int column) => Kind switch
    {
        DbKind.Integer => row.Integer(column).ToString(CultureInfo.InvariantCulture),
        DbKind.Real => row.Real(column).ToString("R", CultureInfo.InvariantCulture),
        _ => row.Text(column),
    };

    /// <summary>The value out of a link.</summary>
    internal DbValue Value(string text) => Kind switch
    {
        DbKind.Integer => long.Parse(text, CultureInfo.InvariantCulture),
        DbKind.Real => double.Parse(text, CultureInfo.InvariantCulture),
        _ => text,
    };
}
