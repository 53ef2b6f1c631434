using Tandem.Kernel.Data;

namespace Tandem.Benchmarks.Limits;

/// <summary>
/// The bound of any durable write here: one thread, one table, one row of the same bytes each, all waiting callers in one commit. No checks, no
/// versions, no index.
/// </summary>
internal sealed class BareWriter : IDisposable
{
    private static readonly Table Bare = new("bare", TableKind.Append, [new("seq", DbKind.Integer)], [new("body", DbKind.Bytes)], []) { Heap = true };
    private readonly GroupedWriter<byte[]> writer;
    private long seq;

    internal BareWriter(Database database)
    {
        using (var session = database.OpenWriter())
            session.ExecuteScript(Bare.Definition(database.Engine));
        writer = new(database, Write);
    }

    internal Task WriteAsync(byte[] body) => writer.WriteAsync(body);

    public void Dispose() => writer.Dispose();

    private void Write(DbSession session, List<byte[]> group)
    {
        session.Begin();
        session.Write(Bare, group.ConvertAll(body => new DbValue[] { ++seq, body }));
        session.Commit();
    }
}
