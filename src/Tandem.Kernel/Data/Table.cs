using System.Globalization;
using System.Text;

namespace Tandem.Kernel.Data;

/// <summary>What writing a row means when its key is there already.</summary>
public enum TableKind
{
    /// <summary>The row is replaced.</summary>
    Rows,

    /// <summary>The row that is there stays.</summary>
    Append,

    /// <summary>A key that is there already is a fault: nothing of the whole write is kept.</summary>
    Ledger,

    /// <summary>The row's data columns, all integers, are added to those that are there.</summary>
    Counters,
}

/// <summary>A column and the kind of its values.</summary>
public sealed record Column(string Name, DbKind Kind, bool Nullable = false)
{
    /// <summary>What PostgreSQL is to make of an array of the values when its own type is none of <see cref="DbKind"/>; null for nothing.</summary>
    public string? Cast { get; init; }
}

/// <summary>An index beside the key.</summary>
/// <param name="Name">What it is for, without the table's name.</param>
/// <param name="Columns">Columns in order, such as <c>owner, due</c>.</param>
/// <param name="Where">Condition of a partial index, or null.</param>
public sealed record TableIndex(string Name, string Columns, string? Where = null);

/// <summary>A table declared once for both engines: its definition and its bulk statements follow from it.</summary>
/// <param name="Name">Module and noun, such as <c>loops_worklist</c>.</param>
/// <param name="Kind">What writing an existing row means.</param>
/// <param name="Key">Key columns, never null.</param>
/// <param name="Data">The other columns.</param>
/// <param name="Indexes">Further indexes.</param>
public sealed record Table(
    string Name, TableKind Kind, IReadOnlyList<Column> Key, IReadOnlyList<Column> Data, IReadOnlyList<TableIndex> Indexes)
{
    private readonly string insertSqlite = BulkSql.InsertOne(Name, Kind, Key, Data);
    private readonly string insertPostgres = BulkSql.InsertUnnest(Name, Kind, Key, Data);
    private readonly string addPostgres = BulkSql.InsertUnnest(Name, kind: null, Key, Data);
    private readonly string deleteSqlite = BulkSql.DeleteOne(Name, Key);
    private readonly string deletePostgres = BulkSql.DeleteUnnest(Name, Key);

    /// <summary>
    /// True when SQLite keeps the rows in the order of a single integer key beside large values (a log) instead of clustering
    /// them in the key's own tree.
    /// </summary>
    public bool Heap { get; init; }

    /// <summary>All columns: key, then data.</summary>
    public IReadOnlyList<Column> Columns { get; } = [.. Key, .. Data];

    /// <summary>The same table under another name.</summary>
    public Table Named(string name) => new(name, Kind, Key, Data, Indexes) { Heap = Heap };

    /// <summary>The statement that writes one row (SQLite; PostgreSQL understands it too) or all rows as arrays (PostgreSQL).</summary>
    public string InsertSql(Engine engine) => engine == Engine.Sqlite ? insertSqlite : insertPostgres;

    /// <summary>The statement that writes all rows as arrays whose keys are not there (PostgreSQL).</summary>
    internal string AddSql => addPostgres;

    /// <summary>The statement that deletes one key (SQLite; PostgreSQL understands it too) or all keys as arrays (PostgreSQL).</summary>
    public string DeleteSql(Engine engine) => engine == Engine.Sqlite ? deleteSqlite : deletePostgres;

    /// <summary>The definition of the table, its indexes named after <paramref name="generation"/> so that a rebuilt twin can stand beside it.</summary>
    public string Definition(Engine engine, int generation = 0)
    {
        var sql = new StringBuilder();
        sql.Append(CultureInfo.InvariantCulture, $"CREATE TABLE IF NOT EXISTS {Name} (");
        sql.AppendJoin(", ", Columns.Select(column => $"{column.Name} {TypeOf(column, engine)}{(column.Nullable ? "" : " NOT NULL")}"));
        sql.Append(CultureInfo.InvariantCulture, $", PRIMARY KEY ({string.Join(", ", Key.Select(column => column.Name))}))");
        sql.AppendLine(engine == Engine.Sqlite && !Heap ? " WITHOUT ROWID;" : ";");
        foreach (var index in Indexes)
        {
            sql.Append(CultureInfo.InvariantCulture, $"CREATE INDEX IF NOT EXISTS {Name}_{index.Name}_{generation} ON {Name} ({index.Columns})");
            sql.AppendLine(index.Where is null ? ";" : $" WHERE {index.Where};");
        }

        return sql.ToString();
    }

    private string TypeOf(Column column, Engine engine) => column.Kind switch
    {
        DbKind.Integer when engine == Engine.Sqlite && Heap => "INTEGER",
        DbKind.Integer => "BIGINT",
        DbKind.Real => "DOUBLE PRECISION",
        DbKind.Text => engine == Engine.Postgres ? "TEXT COLLATE \"C\"" : "TEXT",
        DbKind.Bytes => engine == Engine.Postgres ? "BYTEA" : "BLOB",
        _ => throw new InvalidOperationException($"The column {column.Name} has no kind."),
    };
}

/// <summary>The bulk statements of a table.</summary>
internal static class BulkSql
{
    internal static string InsertOne(string name, TableKind kind, IReadOnlyList<Column> key, IReadOnlyList<Column> data)
    {
        Column[] columns = [.. key, .. data];
        var values = string.Join(", ", columns.Select((_, i) => $"${i + 1}"));
        return $"INSERT INTO {name} ({Names(columns)}) VALUES ({values}) {OnConflict(name, kind, key, data)}";
    }

    /// <param name="name">The table.</param>
    /// <param name="kind">What happens to a row whose key is there; null: it is refused.</param>
    /// <param name="key">Its key.</param>
    /// <param name="data">Its other columns.</param>
    internal static string InsertUnnest(string name, TableKind? kind, IReadOnlyList<Column> key, IReadOnlyList<Column> data)
    {
        Column[] columns = [.. key, .. data];
        return $"INSERT INTO {name} ({Names(columns)}) SELECT * FROM unnest({Arrays(columns)}){(kind is { } known ? " " + OnConflict(name, known, key, data) : "")}";
    }

    internal static string DeleteOne(string name, IReadOnlyList<Column> key) =>
        $"DELETE FROM {name} WHERE {string.Join(" AND ", key.Select((column, i) => $"{column.Name} = ${i + 1}"))}";

    internal static string DeleteUnnest(string name, IReadOnlyList<Column> key) =>
        $"DELETE FROM {name} t USING unnest({Arrays(key)}) AS gone({Names(key)}) "
        + $"WHERE {string.Join(" AND ", key.Select(column => $"t.{column.Name} = gone.{column.Name}"))}";

    private static string OnConflict(string name, TableKind kind, IReadOnlyList<Column> key, IReadOnlyList<Column> data)
    {
        if (kind == TableKind.Ledger)
            return "";
        if (kind == TableKind.Append || data.Count == 0)
            return "ON CONFLICT DO NOTHING";
        var sets = data.Select(column => kind == TableKind.Counters
            ? $"{column.Name} = {name}.{column.Name} + excluded.{column.Name}"
            : $"{column.Name} = excluded.{column.Name}");
        return $"ON CONFLICT ({Names(key)}) DO UPDATE SET {string.Join(", ", sets)}";
    }

    private static string Names(IEnumerable<Column> columns) => string.Join(", ", columns.Select(column => column.Name));

    private static string Arrays(IEnumerable<Column> columns) =>
        string.Join(", ", columns.Select((column, i) => $"${i + 1}::{ArrayType(column.Kind)}{(column.Cast is { } cast ? $"::{cast}" : "")}"));

    private static string ArrayType(DbKind kind) => kind switch
    {
        DbKind.Integer => "bigint[]",
        DbKind.Real => "double precision[]",
        DbKind.Text => "text[]",
        _ => "bytea[]",
    };
}
