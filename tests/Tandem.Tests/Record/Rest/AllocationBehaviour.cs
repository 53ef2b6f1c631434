using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Tests.Record.Log;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Rest;

/// <summary>What counts or holds up the whole process runs while nothing else runs in it.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class CountedAlone
{
    internal const string Name = "counted alone";
}

[Collection(CountedAlone.Name)]
public sealed class SqliteAllocationTests() : AllocationBehaviour(Engine.Sqlite, read: 3, store: 1, page: 50);

[Collection(CountedAlone.Name)]
public sealed class PostgresAllocationTests() : AllocationBehaviour(Engine.Postgres, read: 6, store: 4, page: 55);

/// <summary>
/// How much memory an answer takes, in the store and over HTTP: a count of the whole process, of which the least of several rounds is held against a limit, so that what
/// else goes on in it for a moment does not count.
/// </summary>
/// <param name="engine">The engine.</param>
/// <param name="read">Most kilobytes of a read over HTTP.</param>
/// <param name="store">Most kilobytes of a read from the store.</param>
/// <param name="page">Most kilobytes of a page with twenty hits over HTTP.</param>
public abstract class AllocationBehaviour(Engine engine, int read, int store, int page)
{
    private const int Rounds = 8;
    private const int Each = 100;

    [Fact]
    public async Task Reads_and_pages_take_little_memory_beside_the_bytes_they_give()
    {
        await using var server = new FhirServer(engine);
        for (var number = 0; number < 20; number++)
        {
            var observation = WriteCountTests.Observation(number).Replace($"Patient/p{number}", "Patient/p", StringComparison.Ordinal).Replace("{\"resourceType", $"{{\"id\":\"o{number}\",\"resourceType", StringComparison.Ordinal);
            Assert.Equal(System.Net.HttpStatusCode.Created, (await server.PutAsync($"Observation/o{number}", observation)).Status);
        }

        using var peer = new PlainPeer(server.Client.BaseAddress!);
        var ofStore = Least(() => server.Store.ReadAsync("Observation", "o7", AccessScope.System).AsTask().GetAwaiter().GetResult());
        var ofRead = Least(() => peer.Ask("Observation/o7"));
        var ofPage = Least(() => peer.Ask("Observation?patient=p&_count=20"));

        TestContext.Current.TestOutputHelper!.WriteLine(string.Create(CultureInfo.InvariantCulture, $"store {ofStore:N0}, read {ofRead:N0}, page {ofPage:N0} bytes"));
        Assert.Contains("\"o7\"", peer.Get("Observation/o7"), StringComparison.Ordinal);
        Assert.Equal(20, peer.Get("Observation?patient=p&_count=20").Split("\"fullUrl\"").Length - 1);
        Assert.InRange(ofStore, 50, store * 1024);
        Assert.InRange(ofRead, 500, read * 1024);
        Assert.InRange(ofPage, 500, page * 1024);
    }

    private static long Least(Action work)
    {
        var least = long.MaxValue;
        for (var round = 0; round < Rounds; round++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            for (var i = 0; i < Each; i++)
                work();
            least = Math.Min(least, (GC.GetTotalAllocatedBytes(precise: true) - before) / Each);
        }

        return least;
    }

    /// <summary>One connection on which answers are read into one buffer, so that asking takes no memory.</summary>
    private sealed class PlainPeer : IDisposable
    {
        private readonly Dictionary<string, byte[]> requests = [];
        private readonly byte[] buffer = new byte[256 * 1024];
        private readonly Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 60_000 };
        private int length;

        internal PlainPeer(Uri address)
        {
            socket.Connect(address.Host, address.Port);
        }

        public void Dispose() => socket.Dispose();

        /// <summary>Asks, and waits until the whole answer is there.</summary>
        internal string Get(string path)
        {
            Ask(path);
            return Encoding.UTF8.GetString(buffer, 0, length);
        }

        internal void Ask(string path)
        {
            if (!requests.TryGetValue(path, out var request))
                requests[path] = request = Encoding.ASCII.GetBytes($"GET /fhir/{path} HTTP/1.1\r\nHost: localhost\r\nAccept: application/fhir+json\r\n\r\n");
            socket.Send(request);
            for (length = 0; !IsWhole();)
            {
                var more = socket.Receive(buffer.AsSpan(length));
                Assert.NotEqual(0, more);
                length += more;
            }
        }

        private bool IsWhole()
        {
            var answer = buffer.AsSpan(0, length);
            if (answer.IndexOf("\r\n\r\n"u8) is not (var head and >= 0))
                return false;
            if (answer.IndexOf("Content-Length: "u8) is var at and >= 0 && at < head)
                return System.Buffers.Text.Utf8Parser.TryParse(answer[(at + 16)..], out int body, out _) && length >= head + 4 + body;
            return answer.EndsWith("0\r\n\r\n"u8);
        }
    }
}
