namespace Tandem.Kernel.Data;

/// <summary>Makes durable what a writer has committed ahead of the disk (<see cref="DbSession.CommitAhead"/>), on another thread, while the writer goes on. One flush at a time.</summary>
public abstract class LogFlush
{
    /// <summary>Makes durable all that was committed ahead with this flush before the call.</summary>
    /// <param name="seq">The newest place in the log among it, of which all processes hear with it (<see cref="Database.OpenNotices"/>); null when the log did not grow, or nobody else has it open.</param>
    /// <exception cref="CommitUnknownException">Nobody knows what of it is durable; what the writer commits from now on has another flush.</exception>
    /// <exception cref="DatabaseException">Nobody knows what of it is durable, and whatever follows is no better.</exception>
    public abstract void Run(long? seq);
}
