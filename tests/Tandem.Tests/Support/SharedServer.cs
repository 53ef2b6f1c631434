using Tandem.Kernel.Data;

namespace Tandem.Tests.Support;

/// <summary>A server for tests of a class that read and never write: made and filled by the first of them.</summary>
public sealed class SharedServer : IAsyncDisposable
{
    private FhirServer? server;

    /// <summary>The server.</summary>
    /// <param name="engine">Of its database.</param>
    /// <param name="fill">Writes what the tests read.</param>
    internal async ValueTask<FhirServer> OfAsync(Engine engine, Func<FhirServer, Task> fill)
    {
        if (server is not null)
            return server;
        var made = new FhirServer(engine);
        await fill(made);
        return server = made;
    }

    public ValueTask DisposeAsync() => server?.DisposeAsync() ?? ValueTask.CompletedTask;
}
