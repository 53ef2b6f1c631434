using Microsoft.Extensions.Logging;

namespace Tandem.Tests.Support;

/// <summary>Counts the exceptions that were logged.</summary>
internal sealed class FaultLog<T> : ILogger<T>
{
    private int count;

    internal int Count => Volatile.Read(ref count);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (exception is not null)
            Interlocked.Increment(ref count);
    }
}
