using Tandem.Kernel.Data;

namespace Tandem.Tests.Support;

/// <summary>Passes queries on to another session and keeps what was asked.</summary>
internal sealed class CountedSession(DbSession inner) : DbSession
{
    internal List<string> Asked { get; } = [];

    public override void ForEach(string sql, Action<DbRow> read, params ReadOnlySpan<DbValue> arguments)
    {
        Asked.Add(sql);
        inner.ForEach(sql, read, arguments);
    }

    public override int Execute(string sql, params ReadOnlySpan<DbValue> arguments) => throw new NotSupportedException();

    public override void Write(Table table, IReadOnlyList<DbValue[]> rows) => throw new NotSupportedException();

    public override void Delete(Table table, IReadOnlyList<DbValue[]> keys) => throw new NotSupportedException();

    public override void Prepare(string sql) => inner.Prepare(sql);

    public override void Begin() => throw new NotSupportedException();

    public override void Commit() => throw new NotSupportedException();

    public override void Rollback() => throw new NotSupportedException();

    public override void ExecuteScript(string sql) => throw new NotSupportedException();

    protected override void Close()
    {
    }
}
