using Tandem.Kernel.Data;

namespace Tandem.Tests.Support;

/// <summary>Passes everything on to another session and keeps what was asked.</summary>
internal sealed class CountedSession(DbSession inner, IList<string>? asked = null) : DbSession
{
    internal IList<string> Asked { get; } = asked ?? [];

    internal DbSession Inner => inner;

    public override bool IsFarAway => inner.IsFarAway;

    public override void ForEach(string sql, Action<DbRow> read, params ReadOnlySpan<DbValue> arguments)
    {
        Asked.Add(sql);
        inner.ForEach(sql, read, arguments);
    }

    public override int Execute(string sql, params ReadOnlySpan<DbValue> arguments)
    {
        Asked.Add(sql);
        return inner.Execute(sql, arguments);
    }

    public override void Write(Table table, IReadOnlyList<DbValue[]> rows)
    {
        Asked.Add("write " + table.Name);
        inner.Write(table, rows);
    }

    public override void Delete(Table table, IReadOnlyList<DbValue[]> keys)
    {
        Asked.Add("delete " + table.Name);
        inner.Delete(table, keys);
    }

    public override void Prepare(string sql) => inner.Prepare(sql);

    public override void Begin() => inner.Begin();

    public override void Commit() => inner.Commit();

    public override LogFlush? CommitAhead(IReadOnlyList<TableChange> changes, long? seq, bool isLast)
    {
        Apply(changes);
        return inner.CommitAhead([], seq, isLast);
    }

    public override void Rollback() => inner.Rollback();

    public override void ExecuteScript(string sql) => inner.ExecuteScript(sql);

    protected override void Close() => inner.Dispose();
}
