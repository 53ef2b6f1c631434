using Tandem.Kernel.Data;

namespace Tandem.Tests.Support;

/// <summary>A server that the tests of a class use one after the other as long as they only read: who comes after one that wrote, or moved the clock, gets a new one, filled as the first was.</summary>
public sealed class SharedServer : IAsyncDisposable
{
    private FhirServer? server;
    private (long Seq, DateTimeOffset Now, int People)? filled;

    /// <summary>The server.</summary>
    /// <param name="engine">Of its database.</param>
    /// <param name="fill">Writes what the tests find.</param>
    internal ValueTask<FhirServer> OfAsync(Engine engine, Func<FhirServer, Task> fill) => OfAsync(() => new FhirServer(engine), fill);

    /// <summary>As the other, of a kind of its own.</summary>
    internal async ValueTask<FhirServer> OfAsync(Func<FhirServer> make, Func<FhirServer, Task> fill)
    {
        if (server is not null && filled == State(server))
            return server;
        await DisposeAsync();
        server = make();
        await fill(server);
        filled = State(server);
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        if (server is { } last)
            await last.DisposeAsync();
        (server, filled) = (null, null);
    }

    private static (long Seq, DateTimeOffset Now, int People) State(FhirServer server) => (server.Store.ReadLastSeq(), server.Clock.GetUtcNow(), server.People.Count);
}
