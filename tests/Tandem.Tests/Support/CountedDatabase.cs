using Tandem.Kernel.Data;

namespace Tandem.Tests.Support;

/// <summary>Passes everything on to another database and keeps what was asked of it, while somebody wants to know.</summary>
internal sealed class CountedDatabase(Database inner) : Database
{
    private readonly AskedStatements asked = new();

    public override Engine Engine => inner.Engine;

    /// <summary>What is asked while something runs.</summary>
    internal async Task<IReadOnlyList<string>> WhileAsync(Func<Task> work)
    {
        asked.Begin();
        await work();
        return asked.End();
    }

    public override DbSession OpenWriter() => Counted(inner.OpenWriter());

    public override DbSession OpenLogWriter() => Counted(inner.OpenLogWriter());

    public override Database Beside(string name) => inner.Beside(name);

    public override T Snapshot<T>(Func<DbSession, T> read, ReadLimit? limit = null) => inner.Snapshot(session => read(Counted(session)), limit);

    public override T SnapshotAsWritten<T>(Func<DbSession, T> read, ReadLimit? limit = null) => inner.SnapshotAsWritten(session => read(Counted(session)), limit);

    public override void AskTogether(IReadOnlyList<DbQuestion> questions, ReadLimit? limit = null)
    {
        foreach (var question in questions)
            asked.Add(question.Sql);
        inner.AskTogether(questions, limit);
    }

    public override void LockLog(DbSession writer) => inner.LockLog(Plain(writer));

    public override bool TryOwnLog(DbSession writer) => inner.TryOwnLog(Plain(writer));

    public override bool OwnsLog(DbSession writer) => inner.OwnsLog(Plain(writer));

    public override void ShareLog(DbSession writer) => inner.ShareLog(Plain(writer));

    public override bool TryOwnRebuild(DbSession writer) => inner.TryOwnRebuild(Plain(writer));

    public override bool OwnsRebuild(DbSession writer) => inner.OwnsRebuild(Plain(writer));

    public override void EndRebuild(DbSession writer) => inner.EndRebuild(Plain(writer));

    public override bool TryTakeTables(DbSession session, IReadOnlyList<string> tables, TimeSpan longest) => inner.TryTakeTables(session, tables, longest);

    public override bool TryTake(DbSession writer, string work) => inner.TryTake(Plain(writer), work);

    public override bool Has(DbSession writer, string work) => inner.Has(Plain(writer), work);

    public override void GiveBack(DbSession writer, string work) => inner.GiveBack(Plain(writer), work);

    public override void MakeDurable() => inner.MakeDurable();

    public override LogNotices? OpenNotices() => inner.OpenNotices();

    public override bool IsLogOpen() => inner.IsLogOpen();

    public override void Maintain() => inner.Maintain();

    internal override void LockSchema(DbSession writer) => inner.LockSchema(Plain(writer));

    internal override bool HasColumn(DbSession session, string table, string? column) => inner.HasColumn(Plain(session), table, column);

    protected override DbSession Rent() => OpenWriter();

    protected override void Return(DbSession session) => session.Dispose();

    protected override void Close() => inner.Dispose();

    private CountedSession Counted(DbSession session) => new(session, asked);

    private static DbSession Plain(DbSession session) => session is CountedSession counted ? counted.Inner : session;

    /// <summary>Statements of several threads, noted between a beginning and an end.</summary>
    private sealed class AskedStatements : System.Collections.ObjectModel.Collection<string>
    {
        private readonly Lock gate = new();
        private List<string>? noted;

        internal void Begin()
        {
            lock (gate)
                noted = [];
        }

        internal IReadOnlyList<string> End()
        {
            lock (gate)
            {
                var all = noted!;
                noted = null;
                return all;
            }
        }

        protected override void InsertItem(int index, string item)
        {
            lock (gate)
                noted?.Add(item);
        }
    }
}
