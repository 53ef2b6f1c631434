namespace Tandem.Kernel.Data;

/// <summary>The database refused a statement: a fault of the program or of the set-up.</summary>
public class DatabaseException : Exception
{
    public DatabaseException(string message)
        : base(message)
    {
    }

    public DatabaseException(string message, Exception inner)
        : base(message, inner)
    {
    }
}

/// <summary>
/// The database cannot do it now (disk full, unreachable, read-only); nothing was kept, and a later try may succeed. What goes on by itself from the place that it has kept (reactions, jobs) throws it also when
/// that is not known: it reads the place before it goes on.
/// </summary>
public class DatabaseUnavailableException : DatabaseException
{
    public DatabaseUnavailableException(string message)
        : base(message)
    {
    }

    public DatabaseUnavailableException(string message, Exception inner)
        : base(message, inner)
    {
    }
}

/// <summary>The statements of a read took longer than its <see cref="ReadLimit"/> allows and were ended.</summary>
public sealed class ReadTooLongException(Exception? inner) : DatabaseException("The statements of a read took too long and were ended.", inner!);

/// <summary>The database was lost before it confirmed a commit: what was written may be kept or not, so it is neither told to be gone nor written once more before somebody has looked.</summary>
public sealed class CommitUnknownException(Exception inner)
    : DatabaseException("The database was lost before it confirmed what was written. Look whether it was kept before you send it again.", inner);

/// <summary>Another process has the log for itself, see <see cref="Database.TryOwnLog"/>, or does not end its turn at it; a later try will succeed.</summary>
public sealed class LogOwnedElsewhereException(Exception inner)
    : DatabaseUnavailableException("Another process has this database for itself: it rebuilds rows, or does not answer. Nothing was kept; try again in a moment.", inner);
