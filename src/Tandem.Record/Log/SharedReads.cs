using Tandem.Kernel.Data;

namespace Tandem.Record.Log;

/// <summary>Current versions for many readers of a server that each question takes a way to, see <see cref="SharedExchanges{TQuestion}"/>. Thread-safe.</summary>
/// <param name="read">Asks for some, within a limit; blocks; what there never was is not among the answers.</param>
/// <param name="atOnce">How many exchanges may be under way.</param>
internal sealed class SharedReads(Func<IReadOnlyList<(string Type, string Id)>, ReadLimit, Dictionary<(string Type, string Id), ResourceVersion>> read, int atOnce)
{
    private readonly SharedExchanges<Reader> exchanges = new(
        (readers, limit) =>
        {
            var found = read([.. readers.Select(reader => reader.Resource)], limit);
            foreach (var reader in readers)
                reader.Found = found.GetValueOrDefault(reader.Resource);
        },
        atOnce,
        LogTables.CurrentAtOnce);

    /// <summary>The current version, or null. A lost connection is told to each who shared the exchange.</summary>
    internal async Task<ResourceVersion?> FindAsync(string type, string id, ReadLimit limit)
    {
        var reader = new Reader((type, id));
        await exchanges.AskAsync(reader, limit);
        return reader.Found;
    }

    private sealed class Reader((string Type, string Id) resource)
    {
        internal (string Type, string Id) Resource => resource;

        internal ResourceVersion? Found { get; set; }
    }
}
