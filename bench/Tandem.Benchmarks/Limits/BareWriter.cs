using System.Collections.Concurrent;
using Tandem.Kernel.Data;

namespace Tandem.Benchmarks.Limits;

/// <summary>
/// The bound of any durable write here: one thread, one table, one row of the same bytes each, all waiting callers in one commit. No checks, no
/// versions, no index.
/// </summary>
internal sealed class BareWriter : IDisposable
{
    private static readonly Table Bare = new("bare", TableKind.Append, [new("seq", DbKind.Integer)], [new("body", DbKind.Bytes)], []) { Heap = true };
    private readonly BlockingCollection<(byte[] Body, TaskCompletionSource Done)> queue = new(4096);
    private readonly Database database;
    private readonly Thread thread;
    private long seq;

    internal BareWriter(Database database)
    {
        this.database = database;
        thread = new Thread(Run) { IsBackground = true };
        thread.Start();
    }

    internal Task WriteAsync(byte[] body)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        queue.Add((body, done));
        return done.Task;
    }

    public void Dispose()
    {
        queue.CompleteAdding();
        thread.Join();
        queue.Dispose();
    }

    private void Run()
    {
        using var session = database.OpenWriter();
        session.ExecuteScript(Bare.Definition(database.Engine));
        var group = new List<(byte[] Body, TaskCompletionSource Done)>();
        foreach (var first in queue.GetConsumingEnumerable())
        {
            group.Clear();
            group.Add(first);
            while (group.Count < 512 && queue.TryTake(out var next))
                group.Add(next);
            session.Begin();
            session.Write(Bare, [.. group.Select(one => new DbValue[] { ++seq, one.Body })]);
            session.Commit();
            foreach (var (_, done) in group)
                done.SetResult();
        }
    }
}
