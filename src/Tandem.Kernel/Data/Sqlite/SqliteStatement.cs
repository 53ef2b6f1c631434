using System.Globalization;
using System.Text;
using SQLitePCL;

namespace Tandem.Kernel.Data.Sqlite;

/// <summary>A prepared statement. Parameters <c>$1</c> … may stand in any order and more than once.</summary>
internal sealed class SqliteStatement : IDisposable
{
    private readonly sqlite3 connection;
    private readonly sqlite3_stmt statement;
    private readonly string sql;
    private readonly int[] slots;
    private readonly int needed;
    private readonly SqliteRow row;

    internal SqliteStatement(sqlite3 connection, string sql)
    {
        this.connection = connection;
        this.sql = sql;
        if (raw.sqlite3_prepare_v3(connection, sql, raw.SQLITE_PREPARE_PERSISTENT, out statement) != raw.SQLITE_OK)
            throw new DatabaseException($"{raw.sqlite3_errmsg(connection).utf8_to_string()} in: {sql}");
        slots = new int[raw.sqlite3_bind_parameter_count(statement)];
        for (var i = 0; i < slots.Length; i++)
        {
            var name = raw.sqlite3_bind_parameter_name(statement, i + 1).utf8_to_string();
            slots[i] = int.Parse(name.AsSpan(1), CultureInfo.InvariantCulture) - 1;
        }

        needed = slots.Length == 0 ? 0 : slots.Max() + 1;
        row = new SqliteRow(statement);
    }

    /// <summary>True while its rows are being read.</summary>
    internal bool InUse { get; private set; }

    internal void Bind(ReadOnlySpan<DbValue> arguments)
    {
        if (arguments.Length < needed)
            throw new DatabaseException($"{needed} arguments are needed, {arguments.Length} were given in: {sql}");
        for (var i = 0; i < slots.Length; i++)
        {
            ref readonly var value = ref arguments[slots[i]];
            var code = value.Kind switch
            {
                DbKind.Integer => raw.sqlite3_bind_int64(statement, i + 1, value.Integer),
                DbKind.Real => raw.sqlite3_bind_double(statement, i + 1, value.Real),
                DbKind.Text => BindText(i + 1, value.Text),
                DbKind.Bytes => raw.sqlite3_bind_blob(statement, i + 1, value.Bytes.Span),
                _ => raw.sqlite3_bind_null(statement, i + 1),
            };
            Check(code);
        }
    }

    /// <summary>Runs to the end without reading rows.</summary>
    internal void Run()
    {
        int code;
        do
            code = raw.sqlite3_step(statement);
        while (code == raw.SQLITE_ROW);
        raw.sqlite3_reset(statement);
        Check(code);
    }

    internal void ForEach(Action<DbRow> read)
    {
        InUse = true;
        try
        {
            int code;
            while ((code = raw.sqlite3_step(statement)) == raw.SQLITE_ROW)
                read(row);
            Check(code);
        }
        finally
        {
            raw.sqlite3_reset(statement);
            InUse = false;
        }
    }

    public void Dispose() => statement.Dispose();

    private int BindText(int slot, string text)
    {
        Span<byte> small = stackalloc byte[256];
        if (text.Length * 3 > small.Length)
            return raw.sqlite3_bind_text(statement, slot, Encoding.UTF8.GetBytes(text));
        return raw.sqlite3_bind_text(statement, slot, small[..Encoding.UTF8.GetBytes(text, small)]);
    }

    private void Check(int code)
    {
        if (code is raw.SQLITE_OK or raw.SQLITE_DONE)
            return;
        throw Fault(code, raw.sqlite3_errmsg(connection).utf8_to_string());
    }

    /// <summary>What a code means to who asked: a full disk, one that takes nothing and too many open files pass; the rest does not.</summary>
    internal static DatabaseException Fault(int code, string what) =>
        (code & 0xff) is raw.SQLITE_FULL or raw.SQLITE_IOERR or raw.SQLITE_READONLY or raw.SQLITE_BUSY or raw.SQLITE_CANTOPEN
            ? new DatabaseUnavailableException(what)
            : new DatabaseException(what);
}

/// <summary>The row a statement stands on.</summary>
internal sealed class SqliteRow(sqlite3_stmt statement) : DbRow
{
    public override bool IsNull(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;

    public override long Integer(int column) => raw.sqlite3_column_int64(statement, column);

    public override double Real(int column) => raw.sqlite3_column_double(statement, column);

    public override string Text(int column) => raw.sqlite3_column_text(statement, column).utf8_to_string();

    public override byte[] Bytes(int column) => raw.sqlite3_column_blob(statement, column).ToArray();
}
