using Tandem.Kernel.Data;

namespace Tandem.Record.Log;

/// <summary>
/// What a write reads with, in the middle of its group: of what earlier writes staged only the tables that a query names are brought to
/// the transaction first; the others stay until the end, where each table is written once and in order.
/// </summary>
internal sealed class GroupReading(CommitGroup group) : DbSession
{
    public override bool IsFarAway => group.IsFarAway;

    public override void ForEach(string sql, Action<DbRow> read, params ReadOnlySpan<DbValue> arguments) =>
        group.WithStaged(sql).ForEach(sql, read, arguments);

    public override int Execute(string sql, params ReadOnlySpan<DbValue> arguments) => group.WithStaged(sql).Execute(sql, arguments);

    public override void ExecuteScript(string sql) => group.WithStaged().ExecuteScript(sql);

    public override void Prepare(string sql) => group.WithStaged().Prepare(sql);

    public override void Write(Table table, IReadOnlyList<DbValue[]> rows) => throw ReadOnly();

    public override void Delete(Table table, IReadOnlyList<DbValue[]> keys) => throw ReadOnly();

    public override void Begin() => throw ReadOnly();

    public override void Commit() => throw ReadOnly();

    public override void Rollback() => throw ReadOnly();

    protected override void Close()
    {
        // the session below is the writer's
    }

    private static InvalidOperationException ReadOnly() => new("A write stages rows by its own methods; the group commits them.");
}
