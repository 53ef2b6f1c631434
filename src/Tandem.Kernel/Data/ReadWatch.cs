namespace Tandem.Kernel.Data;

/// <summary>
/// Ends what a session runs for a reading whose limit is over (<see cref="HeldThreads"/> looks). A reading is left only when no end is under way for it any more, so that none reaches who takes the session next.
/// </summary>
/// <param name="end">Ends the statement that runs, from another thread, and does not block. True when that goes on after the call, until <see cref="Ended"/>.</param>
internal sealed class ReadWatch(Func<bool> end)
{
    private const long Again = 100; // milliseconds: an end that comes between two statements, or before one has begun, ends nothing
    private readonly object gate = new();
    private ReadLimit? limit;
    private long since;
    private long next;
    private bool isEnding;
    private volatile bool isEnded;

    /// <summary>Reads within a limit.</summary>
    /// <exception cref="OperationCanceledException">Nobody waits for it any more.</exception>
    /// <exception cref="ReadTooLongException">It took too long.</exception>
    internal T Run<TSession, T>(TSession session, ReadLimit within, Func<TSession, T> read)
        where TSession : DbSession
    {
        if (within.IsOver(0))
            throw within.Ended(null);
        lock (gate)
            (limit, since, next) = (within, Environment.TickCount64, 0);
        var before = HeldThreads.Follow(this);
        try
        {
            return read(session);
        }
        catch (DatabaseException e) when (isEnded)
        {
            throw within.Ended(e);
        }
        finally
        {
            HeldThreads.Follow(before);
            Leave();
        }
    }

    /// <summary>Before each statement of the session: none begins after an end.</summary>
    internal void GoOn()
    {
        if (isEnded)
            throw new DatabaseException("The reading was ended.");
    }

    /// <summary>Ends what runs when its limit is over.</summary>
    /// <param name="now">Environment.TickCount64.</param>
    internal void EndIfOver(long now)
    {
        lock (gate)
        {
            if (limit is null || isEnding || now < next || !limit.IsOver(now - since))
                return;
            isEnded = true;
            next = now + Again;
            isEnding = end();
        }
    }

    /// <summary>An end that went on is over.</summary>
    internal void Ended()
    {
        lock (gate)
        {
            isEnding = false;
            Monitor.PulseAll(gate);
        }
    }

    private void Leave()
    {
        lock (gate)
        {
            limit!.Spend(Environment.TickCount64 - since);
            limit = null;
            while (isEnding)
                Monitor.Wait(gate);
            isEnded = false;
        }
    }
}
