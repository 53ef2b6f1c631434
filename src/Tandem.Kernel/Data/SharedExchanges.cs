namespace Tandem.Kernel.Data;

/// <summary>
/// Questions of many who ask a server that each exchange takes a way to: who comes while as many exchanges are under way as are good waits, and then all who wait go together.
/// Who comes alone asks at once, on its own thread. What is answered was asked after its asker came, so it sees all that was acknowledged before. After a fault each who shared it is asked
/// for alone, so that it reaches only whose question it is; a connection that was lost is told to all. An exchange is ended when all who share it have gone, and when it takes half of the time that
/// they have: the other half is for asking each alone. Thread-safe.
/// </summary>
/// <typeparam name="TQuestion">What is asked; takes its own answer, the last when it is asked several times.</typeparam>
/// <param name="ask">Asks some in one exchange that ends with a limit; blocks.</param>
/// <param name="atOnce">How many exchanges may be under way.</param>
/// <param name="most">How many questions one takes.</param>
public sealed class SharedExchanges<TQuestion>(Action<IReadOnlyList<TQuestion>, ReadLimit> ask, int atOnce, int most)
{
    private readonly Lock gate = new();
    private readonly Queue<Asker> waiting = new();
    private int underWay;

    /// <summary>Completes when the question has its answer.</summary>
    /// <param name="question">What is asked.</param>
    /// <param name="limit">Who has gone waits no more: the question is left out of the next exchange, and one under way goes on for the others.</param>
    public Task AskAsync(TQuestion question, ReadLimit limit)
    {
        lock (gate)
        {
            if (underWay == atOnce)
            {
                var asker = new Asker(question, limit);
                waiting.Enqueue(asker);
                return asker.Answer;
            }

            underWay++;
        }

        try
        {
            ask([question], limit);
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
                if (!one.Limit.HasGone)
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
            fault = together is [var only] ? Try(together, only.Limit) : TryTogether(together);
            if (together.Count > 1 && fault is not (null or DatabaseUnavailableException or ReadTooLongException or OperationCanceledException))
            {
                foreach (var one in together)
                    AskAlone(one);
                return;
            }
        }
        finally
        {
            GoOn();
        }

        foreach (var one in together)
        {
            if (together.Count > 1 && fault is ReadTooLongException)
                ThreadPool.UnsafeQueueUserWorkItem(AskAlone, one, preferLocal: false); // beside the exchanges: nobody waits for the one that takes long
            else
                one.End(fault);
        }
    }

    private void AskAlone(Asker one) => one.End(Try([one], one.Limit));

    private Exception? TryTogether(List<Asker> together)
    {
        var since = Environment.TickCount64;
        var fault = Try(together, new SharedLimit(together));
        var taken = Environment.TickCount64 - since;
        foreach (var one in together)
            one.Limit.Spend(taken);
        return fault;
    }

    /// <returns>What went wrong, or null.</returns>
    private Exception? Try(List<Asker> askers, ReadLimit limit)
    {
        try
        {
            ask(askers.ConvertAll(one => one.Question), limit);
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }

    private sealed class Asker(TQuestion question, ReadLimit limit)
    {
        private readonly TaskCompletionSource answered = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal TQuestion Question => question;

        internal ReadLimit Limit => limit;

        internal Task Answer => answered.Task.WaitAsync(limit.Gone);

        internal void End(Exception? fault)
        {
            if (fault is null)
                answered.SetResult();
            else if (limit.HasGone)
                answered.SetCanceled(limit.Gone); // nobody waits for it
            else
                answered.SetException(fault);
        }
    }

    /// <summary>Of several who share an exchange.</summary>
    private sealed class SharedLimit(List<Asker> askers) : ReadLimit(TimeSpan.FromMilliseconds(askers.Max(one => one.Limit.Left) / 2), CancellationToken.None)
    {
        internal override bool HasGone => askers.TrueForAll(static one => one.Limit.HasGone);
    }
}
