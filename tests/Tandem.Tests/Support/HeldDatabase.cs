using Tandem.Kernel.Data;

namespace Tandem.Tests.Support;

/// <summary>Passes everything on to another database. While it is held, whoever reads one state of the data asks it statement after statement, and has no answer before it is let go; while it is lost, they find no database.</summary>
internal sealed class HeldDatabase(Database inner) : Database
{
    private readonly ManualResetEventSlim free = new(initialState: true);
    private int busy;

    public override Engine Engine => inner.Engine;

    /// <summary>How many sessions work for who has no answer.</summary>
    internal int Busy => Volatile.Read(ref busy);

    /// <summary>True while who reads one state of the data cannot reach it; who writes can.</summary>
    internal bool IsLost { get; set; }

    internal void Hold() => free.Reset();

    internal void LetGo() => free.Set();

    public override DbSession OpenWriter() => inner.OpenWriter();

    public override DbSession OpenLogWriter() => inner.OpenLogWriter();

    public override Database Beside(string name) => inner.Beside(name);

    public override T Snapshot<T>(Func<DbSession, T> read, ReadLimit? limit = null) => inner.Snapshot(session => Held(session, read), limit);

    public override T SnapshotAsWritten<T>(Func<DbSession, T> read, ReadLimit? limit = null) => inner.SnapshotAsWritten(session => Held(session, read), limit);

    public override void AskTogether(IReadOnlyList<DbQuestion> questions, ReadLimit? limit = null) => inner.AskTogether(questions, limit);

    public override void LockLog(DbSession writer) => inner.LockLog(writer);

    public override bool TryOwnLog(DbSession writer) => inner.TryOwnLog(writer);

    public override bool OwnsLog(DbSession writer) => inner.OwnsLog(writer);

    public override void ShareLog(DbSession writer) => inner.ShareLog(writer);

    public override bool TryTake(DbSession writer, string work) => inner.TryTake(writer, work);

    public override bool Has(DbSession writer, string work) => inner.Has(writer, work);

    public override void GiveBack(DbSession writer, string work) => inner.GiveBack(writer, work);

    public override void MakeDurable() => inner.MakeDurable();

    public override LogNotices? OpenNotices() => inner.OpenNotices();

    public override bool IsLogOpen() => inner.IsLogOpen();

    public override void Maintain() => inner.Maintain();

    internal override void LockSchema(DbSession writer) => inner.LockSchema(writer);

    internal override bool HasColumn(DbSession session, string table, string? column) => inner.HasColumn(session, table, column);

    protected internal override int InTurn => inner.InTurn;

    protected override DbSession Rent() => OpenWriter();

    protected override void Return(DbSession session) => session.Dispose();

    protected override void Close()
    {
        free.Set();
        inner.Dispose();
    }

    private T Held<T>(DbSession session, Func<DbSession, T> read)
    {
        if (IsLost)
            throw new DatabaseUnavailableException("The connection is lost.");
        Interlocked.Increment(ref busy);
        try
        {
            while (!free.Wait(5))
                session.First("SELECT 1", row => row.Integer(0));
        }
        finally
        {
            Interlocked.Decrement(ref busy);
        }

        return read(session);
    }
}
