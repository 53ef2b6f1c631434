namespace Tandem.Record.Log;

/// <summary>
/// Current versions for many readers of a server that each question takes a way to: who comes while as many exchanges are under way as are good waits, and then all
/// who wait are asked for in one. A reader who comes alone asks at once, on its own thread. What is answered was asked for after the reader came, so it sees all
/// that was acknowledged before. Thread-safe.
/// </summary>
/// <param name="read">Asks for some; blocks; what there never was is not among the answers.</param>
/// <param name="atOnce">How many exchanges may be under way.</param>
internal sealed class SharedReads(Func<IReadOnlyList<(string Type, string Id)>, Dictionary<(string Type, string Id), ResourceVersion>> read, int atOnce)
{
    private readonly Lock gate = new();
    private readonly Queue<Reader> waiting = new();
    private int underWay;

    /// <summary>The current version, or null. A fault of the exchange is told to each who waited for it.</summary>
    internal Task<ResourceVersion?> FindAsync(string type, string id)
    {
        lock (gate)
        {
            if (underWay == atOnce)
            {
                var reader = new Reader((type, id));
                waiting.Enqueue(reader);
                return reader.Answer.Task;
            }

            underWay++;
        }

        try
        {
            return Task.FromResult(read([(type, id)]).GetValueOrDefault((type, id)));
        }
        finally
        {
            GoOn();
        }
    }

    /// <summary>After an exchange: the next begins with all who came meanwhile.</summary>
    private void GoOn()
    {
        var together = new List<Reader>();
        lock (gate)
        {
            while (together.Count < LogTables.CurrentAtOnce && waiting.TryDequeue(out var reader))
                together.Add(reader);
            if (together.Count == 0)
                underWay--;
        }

        if (together.Count > 0)
            ThreadPool.UnsafeQueueUserWorkItem(ReadTogether, together, preferLocal: false);
    }

    private void ReadTogether(List<Reader> readers)
    {
        Dictionary<(string Type, string Id), ResourceVersion> found;
        try
        {
            found = read(readers.ConvertAll(reader => reader.Resource));
        }
        catch (Exception e)
        {
            foreach (var reader in readers)
                reader.Answer.SetException(e);
            return;
        }
        finally
        {
            GoOn();
        }

        foreach (var reader in readers)
            reader.Answer.SetResult(found.GetValueOrDefault(reader.Resource));
    }

    private sealed class Reader((string Type, string Id) resource)
    {
        internal (string Type, string Id) Resource => resource;

        internal TaskCompletionSource<ResourceVersion?> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
