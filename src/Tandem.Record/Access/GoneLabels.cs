using Tandem.Fhir.Search;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Record.Search;

namespace Tandem.Record.Access;

/// <summary>
/// Keeps which labels a resource bore when it was deleted, by itself and by what it pointed to, for the rows that said so go with it: who was not shown the resource is not told of its deletion either. What
/// comes to be under the same id again bears its own labels.
/// </summary>
public sealed class GoneLabels : IWriteRule
{
    /// <summary>The deleted resource <c>rid</c> bore a label; the holder is that of what was labelled (empty when none is known), see <see cref="AccessTables.Labels"/>.</summary>
    internal static readonly Table Table = new(
        "access_gone", TableKind.Rows, [new("rid", DbKind.Integer), new("label", DbKind.Text), new("holder", DbKind.Text)], [], []);

    /// <summary>Labels of the resource $1, of what it points to, and of what a task points to that it points to ($2 and $3: the type Task in references and in resources).</summary>
    internal const string ReadBorne =
        """
        SELECT b.label, b.holder FROM access_labels b WHERE b.rid = $1
        UNION SELECT b.label, b.holder FROM search_references f CROSS JOIN access_labels b WHERE f.rid = $1 AND b.target = f.target AND b.type = f.type
        UNION SELECT b.label, b.holder FROM search_references f CROSS JOIN search_resources s CROSS JOIN search_references g CROSS JOIN access_labels b
          WHERE f.rid = $1 AND f.type = $2 AND s.type = $3 AND s.id_hash = f.target AND g.rid = s.rid AND b.target = g.target AND b.type = g.type
        """;

    internal const string ReadKept = "SELECT label, holder FROM access_gone WHERE rid = $1";

    private static readonly long TaskName = StableHash.Of("Task");
    private static readonly long TaskNumber = SearchTables.TypeNumber("Task");

    /// <inheritdoc/>
    public bool Wants(string type) => true;

    /// <inheritdoc/>
    public Refusal? Refuse(WriteSession session, Change change)
    {
        var rid = change.After.Rid;
        if (change.After.Deleted)
        {
            foreach (var (label, holder) in session.Query(ReadBorne, Row, rid, TaskName, TaskNumber))
                session.Write(Table, rid, label, holder);
        }
        else if (change.Before is null && change.After.Version > 1)
        {
            foreach (var (label, holder) in session.Query(ReadKept, Row, rid))
                session.Remove(Table, rid, label, holder);
        }

        return null;
    }

    private static (string Label, string Holder) Row(DbRow row) => (row.Text(0), row.Text(1));
}
