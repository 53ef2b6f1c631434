using Tandem.Kernel.Data;

namespace Tandem.Record.Projections;

/// <summary>Makes the tables at start and knows which projections' rows are older than the program.</summary>
internal sealed class ProjectionTables(Database database, ProjectionSet projections, IReadOnlyList<Table> tables)
{
    internal static readonly Table States = new(
        "projections",
        TableKind.Rows,
        [new("name", DbKind.Text)],
        [new("version", DbKind.Integer), new("generation", DbKind.Integer), new("definition", DbKind.Text)],
        []);

    internal const string ReadStates = "SELECT name, version, generation, definition FROM projections";

    /// <summary>The version of tables that were made and whose rows were not: a start that is cut off before they are is followed by one that makes them.</summary>
    private const int NotMade = -1;

    private readonly List<IProjection> stale = [];

    internal IReadOnlyList<IProjection> Stale => stale;

    internal void Ensure()
    {
        using var session = database.OpenLogWriter();
        session.Begin();
        database.LockLog(session); // of several nodes that start at once one makes the tables
        session.ExecuteScript(Definition([States, RebuildRows.Table, .. tables]));

        var known = session.Query(ReadStates, row => (Name: row.Text(0), Version: row.Integer(1), Definition: row.Text(3))).ToDictionary(row => row.Name);
        var isEmpty = session.First("SELECT 1 FROM log LIMIT 1", row => row.Integer(0)) == 0;
        foreach (var projection in projections.All)
        {
            var isKnown = known.TryGetValue(projection.Name, out var state);
            var fits = isKnown && state.Definition == DefinitionOf(projection);
            if (fits && state.Version == projection.Version)
                continue;
            if (!isEmpty && !database.TryOwnLog(session))
                throw new DatabaseException(
                    $"The rows of {projection.Name} have to be rebuilt for this version of the program, or for this Site:Address, and another node serves this database. Give all nodes the same, stop them, start one, and the others when it serves.");
            session.Delete(RebuildRows.Table, [[projection.Name]]); // twins of another version that were never finished
            if (!fits || isEmpty)
                Create(session, projection, isEmpty ? projection.Version : NotMade);
            if (!isEmpty)
                stale.Add(projection);
        }

        session.Commit();
    }

    /// <summary>All tables of a projection as one text: what makes a rebuild necessary when it changes.</summary>
    internal string DefinitionOf(IProjection projection) => Definition(projection.Tables);

    private string Definition(IEnumerable<Table> all) => string.Concat(all.Select(table => table.Definition(database.Engine)));

    private void Create(DbSession session, IProjection projection, int version)
    {
        session.ExecuteScript(string.Concat(projection.Tables.Select(table => $"DROP TABLE IF EXISTS {table.Name}; ")) + DefinitionOf(projection));
        session.Write(States, [[projection.Name, version, 0, DefinitionOf(projection)]]);
    }
}
