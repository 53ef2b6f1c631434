using System.Collections.Concurrent;
using Tandem.Kernel.Data;

namespace Tandem.Benchmarks.Limits;

/// <summary>One thread that writes for all callers that wait, in one commit.</summary>
internal sealed class GroupedWriter<T> : IDisposable
{
    private readonly BlockingCollection<(T What, TaskCompletionSource Done)> queue = new(4096);
    private readonly Database database;
    private readonly Action<DbSession, List<T>> write;
    private readonly Thread thread;

    /// <param name="database">Where to.</param>
    /// <param name="write">Writes and commits what the callers gave.</param>
    internal GroupedWriter(Database database, Action<DbSession, List<T>> write)
    {
        (this.database, this.write) = (database, write);
        thread = new Thread(Run) { IsBackground = true };
        thread.Start();
    }

    internal Task WriteAsync(T what)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        queue.Add((what, done));
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
        var group = new List<(T What, TaskCompletionSource Done)>();
        foreach (var first in queue.GetConsumingEnumerable())
        {
            group.Clear();
            group.Add(first);
            while (group.Count < 512 && queue.TryTake(out var next))
                group.Add(next);
            write(session, group.ConvertAll(one => one.What));
            foreach (var (_, done) in group)
                done.SetResult();
        }
    }
}
