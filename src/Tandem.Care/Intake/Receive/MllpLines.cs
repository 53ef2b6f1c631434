using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace Tandem.Care.Intake;

/// <summary>The lines that are open. Thread-safe.</summary>
public sealed class MllpLines(IntakeOptions options)
{
    private int open;

    /// <summary>How many are open now.</summary>
    public int Open => Volatile.Read(ref open);

    internal bool TryOpen()
    {
        if (Interlocked.Increment(ref open) <= options.MostConnections)
            return true;
        Interlocked.Decrement(ref open);
        return false;
    }

    internal void Close() => Interlocked.Decrement(ref open);

    internal static void Ended(EndPoint? remote, Exception e, ILogger log)
    {
        var why = e switch
        {
            OperationCanceledException => "it was silent or too slow, or the hub is stopping",
            ConnectionAbortedException or ConnectionResetException => "the peer reset it",
            _ => e.Message,
        };
        log.LogInformation("The line from {Remote} was ended: {Why}.", remote, why);
    }
}
