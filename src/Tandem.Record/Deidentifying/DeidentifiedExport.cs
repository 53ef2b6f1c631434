using System.Security.Cryptography;
using System.Text;
using Tandem.Record.Log;

namespace Tandem.Record.Deidentifying;

/// <summary>
/// The whole record without identities, for research (45 CFR 164.514(b)(2)): one NDJSON file for each type, ordered by ids that tell nothing. The secret of the ids is made for the export and forgotten, so two exports cannot be
/// joined by them.
/// </summary>
public sealed class DeidentifiedExport(RecordStore record, TimeProvider clock)
{
    internal const string ReadIds = "SELECT id FROM resources WHERE type = $1 AND deleted = 0";

    /// <param name="folder">An empty or new folder.</param>
    /// <param name="cancel">Stops; what was written stays.</param>
    /// <returns>How many resources of each type.</returns>
    /// <exception cref="InvalidOperationException">The folder holds something already.</exception>
    public IReadOnlyList<(string Type, long Count)> Run(string folder, CancellationToken cancel)
    {
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
            throw new InvalidOperationException($"{folder} is not empty. Name a new folder for each export.");
        Directory.CreateDirectory(folder);
        var without = new DeidentifiedResource(RandomNumberGenerator.GetBytes(32), clock.GetUtcNow().Year);
        return [.. SafeHarbor.Types.Select(type => (type, Write(type, Path.Combine(folder, type + ".ndjson"), without, cancel))).Where(done => done.Item2 > 0)];
    }

    private long Write(string type, string path, DeidentifiedResource without, CancellationToken cancel)
    {
        var ids = record.Database.Read(session => session.Query(ReadIds, row => row.Text(0), type));
        if (ids.Count == 0)
            return 0;
        var count = 0L;
        using var file = new StreamWriter(path, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        foreach (var some in ids.OrderBy(id => without.IdOf(type, id), StringComparer.Ordinal).Chunk(LogTables.CurrentAtOnce))
        {
            cancel.ThrowIfCancellationRequested();
            var found = record.Database.Read(session => LogTables.ReadMany(session, [.. some.Select(id => (type, id))]));
            foreach (var id in some)
            {
                if (found.TryGetValue((type, id), out var version) && !version.Deleted)
                {
                    file.WriteLine(without.Of(type, id, version.Root));
                    count++;
                }
            }
        }

        return count;
    }
}
