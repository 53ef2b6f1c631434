namespace Tandem.Kernel.Data;

/// <summary>
/// Questions of many who ask a server that each exchange takes a way to: who comes while as many exchanges are under way as are good waits, and then all who wait go together.
/// Who comes alone asks at once, on its own thread. What is answered was asked after its asker came, so it sees all that was acknowledged before. After a fault each who shared it is asked
/// for alone, so that it reaches only whose question it is; a connection that was lost is told to all. Thread-safe.
/// </summary>
/// <typeparam name="TQuestion">What is asked; takes its own answer, the last when it is asked several times.</typeparam>
/// <param name="ask">Asks some in one exchange; blocks.</param>
/// <param name="atOnce">How many exchanges may be under way.</param>
/// <param name="most">How many questions one takes.</param>
public sealed class SharedExchanges<TQuestion>(Action<IReadOnlyList<TQuestion>> ask, int atOnce, int most)
{
    private readonly Lock gate = new();
    private readonly Queue<Asker> waiting = new();
    private int underWay;

    /// <summary>Completes when the question has its answer.</summary>
    /// <param name="question">What is asked.</param>
    /// <param name="cancel">Gives up while it waits: the question is left out of the next exchange.</param>
    public Task AskAsync(TQuestion question, CancellationToken cancel)
    {
        lock (gate)
        {
            if (underWay == atOnce)
            {
                var asker = new Asker(question, cancel);
                waiting.Enqueue(asker);
                return asker.Answer;
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
        var together = new List<Asker>();
        lock (gate)
        {
            while (together.Count < most && waiting.TryDequeue(out var one))
            {
                if (!one.HasGone)
                    together.Add(one);
            }

            if (together.Count == 0)
                underWay--;
        }

        if (together.Count > 0)
            ThreadPool.UnsafeQueueUserWorkItem(AskTogether, together, preferLocal: false);
    }

    private void AskTogether(List<Asker> together)
    {
        Exception? fault;
        try
        {
            fault = Try(together);
            if (together.Count > 1 && fault is not null and not DatabaseUnavailableException)
            {
                foreach (var one in together)
                    one.End(Try([one]));
                return;
            }
        }
        finally
        {
            GoOn();
        }

        foreach (var one in together)
            one.End(fault);
    }

    /// <returns>What went wrong, or null.</returns>
    private Exception? Try(List<Asker> together)
    {
        try
        {
            ask(together.ConvertAll(one => one.Question));
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }

    private sealed class Asker(TQuestion question, CancellationToken cancel)
    {
        private readonly TaskCompletionSource answered = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal TQuestion Question => question;

        internal bool HasGone => cancel.IsCancellationRequested;

        internal Task Answer => answered.Task.WaitAsync(cancel);

        internal void End(Exception? fault)
        {
            if (fault is null)
                answered.SetResult();
            else
                answered.SetException(fault);
        }
    }
}
