namespace Tandem.Kernel.Data;

/// <summary>
/// Hears when any process has appended to the log. A notice may be lost with the connection, so whoever follows reads the log after opening it and now and
/// then besides. For one follower; not thread-safe.
/// </summary>
public abstract class LogNotices : IDisposable
{
    /// <summary>Waits for the next notice.</summary>
    /// <param name="atMost">How long.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>The newest place in the log that was heard of, or null when none was in this time.</returns>
    /// <exception cref="DatabaseUnavailableException">The connection is lost: open another.</exception>
    public abstract Task<long?> WaitAsync(TimeSpan atMost, CancellationToken cancel);

    /// <inheritdoc/>
    public void Dispose()
    {
        Close();
        GC.SuppressFinalize(this);
    }

    /// <summary>Ends the connection.</summary>
    protected abstract void Close();
}
