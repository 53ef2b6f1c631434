namespace Tandem.Kernel.Data;

/// <summary>
/// Questions of many who ask a server that each exchange takes a way to: who comes while as many exchanges are under way as are good waits, and then all who wait go together.
/// Who comes alone asks at once, on its own thread. What is answered was asked after its asker came, so it sees all that was acknowledged before. Thread-safe.
/// </summary>
/// <typeparam name="TQuestion">What is asked; takes its own answer.</typeparam>
/// <param name="ask">Asks some in one exchange; blocks.</param>
/// <param name="atOnce">How many exchanges may be under way.</param>
/// <param name="most">How many questions one takes.</param>
public sealed class SharedExchanges<TQuestion>(Action<IReadOnlyList<TQuestion>> ask, int atOnce, int most)
{
    private readonly Lock gate = new();
    private readonly Queue<(TQuestion Question, TaskCompletionSource Answered)> waiting = new();
    private int underWay;

    /// <summary>Completes when the question has its answer. A fault of the exchange is told to each who shared it.</summary>
    public Task AskAsync(TQuestion question)
    {
        lock (gate)
        {
            if (underWay == atOnce)
            {
                var answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                waiting.Enqueue((question, answered));
                return answered.Task;
            }

            underWay++;
        }

        try
        {
            ask([question]);
            return Task.CompletedTask;
        }
        finally
        {
            GoOn();
        }
    }

    /// <summary>After an exchange: the next begins with all who came meanwhile.</summary>
    private void GoOn()
    {
        var together = new List<(TQuestion Question, TaskCompletionSource Answered)>();
        lock (gate)
        {
            while (together.Count < most && waiting.TryDequeue(out var one))
                together.Add(one);
            if (together.Count == 0)
                underWay--;
        }

        if (together.Count > 0)
            ThreadPool.UnsafeQueueUserWorkItem(AskTogether, together, preferLocal: false);
    }

    private void AskTogether(List<(TQuestion Question, TaskCompletionSource Answered)> together)
    {
        try
        {
            ask(together.ConvertAll(one => one.Question));
        }
        catch (Exception e)
        {
            foreach (var (_, answered) in together)
                answered.SetException(e);
            return;
        }
        finally
        {
            GoOn();
        }

        foreach (var (_, answered) in together)
            answered.SetResult();
    }
}
