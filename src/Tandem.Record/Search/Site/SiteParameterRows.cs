using Tandem.Fhir.Definitions;
using Tandem.Fhir.Search;
using Tandem.Kernel.Data;
using Tandem.Record.Log;

namespace Tandem.Record.Search.Site;

/// <summary>Removes what a parameter that is no longer in force left in the index, a bounded piece at a time.</summary>
internal static class SiteParameterRows
{
    private const int PerTurn = 2000;
    private const string Between = "param = $1 AND rid > $2 AND rid <= $3";
    private const long ResourcesPerTurn = 20_000;

    /// <summary>Removes a piece. What a composite was made of may be gone already.</summary>
    /// <returns>How far it is now.</returns>
    internal static SiteParameterProgress Remove(WriteSession session, SiteParameterProgress progress, SearchType kind, IReadOnlyList<string> bases)
    {
        var numbers = bases.SelectMany(type => (string[])[type, ContainedTypes.Of(type)]).Select(type => SearchTables.ParameterNumber(type, progress.Number)).ToList();
        foreach (var table in TablesOf(kind))
        {
            foreach (var number in numbers)
            {
                if (RemoveSome(session, table, $"param = $1 LIMIT {PerTurn}", number) > 0)
                    return progress;
            }
        }

        return kind == SearchType.Reference ? RemoveReferences(session, progress, numbers) : progress with { State = SiteParameterState.Gone };
    }

    /// <summary>References are found by target or by resource only, so all resources are passed once, and what they contain.</summary>
    private static SiteParameterProgress RemoveReferences(WriteSession session, SiteParameterProgress progress, List<long> numbers)
    {
        if (progress.Rid >= session.LastSeq)
            return progress with { State = SiteParameterState.Gone };
        var upTo = progress.Rid + ResourcesPerTurn;
        foreach (var number in numbers)
        {
            RemoveSome(session, SearchTables.References, Between, number, progress.Rid, upTo);
            RemoveSome(session, SearchTables.References, Between, number, ContainedTypes.Number(upTo + 1, 0), ContainedTypes.Number(progress.Rid + 1, 0));
        }

        return progress with { Rid = upTo };
    }

    private static int RemoveSome(WriteSession session, Table table, string where, params ReadOnlySpan<DbValue> arguments)
    {
        var keys = session.Query($"SELECT {string.Join(", ", table.Key.Select(column => column.Name))} FROM {table.Name} WHERE {where}", row => KeyOf(table, row), arguments);
        foreach (var key in keys)
            session.Remove(table, key);
        return keys.Count;
    }

    private static DbValue[] KeyOf(Table table, DbRow row) =>
    [
        .. table.Key.Select((column, at) => column.Kind switch
        {
            DbKind.Integer => (DbValue)row.Integer(at),
            DbKind.Real => row.Real(at),
            _ => row.Text(at),
        }),
    ];

    private static Table[] TablesOf(SearchType type) => type switch
    {
        SearchType.Token => [SearchTables.Tokens, SearchTables.Strings],
        SearchType.Uri or SearchType.Reference => [SearchTables.Tokens],
        SearchType.String => [SearchTables.Strings],
        SearchType.Date => [SearchTables.Dates],
        SearchType.Composite => [SearchTables.Composites],
        SearchType.Special => [SearchTables.Places],
        _ => [SearchTables.Numbers],
    };
}
