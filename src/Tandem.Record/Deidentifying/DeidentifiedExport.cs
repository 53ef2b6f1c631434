using System.Security.Cryptography;
using System.Text;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Pages;
using Tandem.Record.Access;
using Tandem.Record.Log;

namespace Tandem.Record.Deidentifying;

/// <summary>
/// The whole record without identities, for research (45 CFR 164.514(b)(2)): one NDJSON file for each type, ordered by ids that tell nothing. The secret of the ids is made for the export and forgotten, so two exports cannot be
/// joined by them. What patients refused for research, and sensitive records whose use for it nobody permitted, are not in it.
/// </summary>
public sealed class DeidentifiedExport(RecordStore record, SiteSettings site, TimeProvider clock)
{
    internal const string ReadIds = "SELECT id FROM resources WHERE type = $1 AND deleted = 0";

    /// <param name="folder">An empty or new folder.</param>
    /// <param name="recipients">Who will use it (FHIR references): consents that name somebody count when they name one of them.</param>
    /// <param name="cancel">Stops; what was written stays.</param>
    /// <returns>How many resources of each type, and how many were left out.</returns>
    /// <exception cref="InvalidOperationException">The folder holds something already, or rows of labels and consents are not made yet for this version of the program.</exception>
    public DeidentifiedFiles Run(string folder, IReadOnlyList<string> recipients, CancellationToken cancel)
    {
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
            throw new InvalidOperationException($"{folder} is not empty. Name a new folder for each export.");
        if (record.IsStale)
            throw new InvalidOperationException("Rows that say who refused what are not made yet for this version of the program. Run ./tandem rebuild, then try again.");
        Directory.CreateDirectory(folder);
        var now = site.At(clock.GetUtcNow());
        var without = new DeidentifiedResource(RandomNumberGenerator.GetBytes(32), now.Year);
        var scope = ResearchReach.At(record.Database, recipients, now);
        var done = SafeHarbor.Types.Select(type => (Type: type, Counts: Write(type, Path.Combine(folder, type + ".ndjson"), without, scope, cancel))).ToList();
        return new([.. done.Where(one => one.Counts.Written > 0).Select(one => (one.Type, one.Counts.Written))], done.Sum(one => one.Counts.LeftOut));
    }

    private (long Written, long LeftOut) Write(string type, string path, DeidentifiedResource without, AccessScope scope, CancellationToken cancel)
    {
        var ids = record.Database.Read(session => session.Query(ReadIds, row => row.Text(0), type));
        if (ids.Count == 0)
            return (0, 0);
        var (count, leftOut) = (0L, 0L);
        using var file = new StreamWriter(path, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        foreach (var some in ids.OrderBy(id => without.IdOf(type, id), StringComparer.Ordinal).Chunk(LogTables.CurrentAtOnce))
        {
            cancel.ThrowIfCancellationRequested();
            var found = record.Database.Read(session => LogTables.ReadMany(session, [.. some.Select(id => (type, id))])
                .ToDictionary(one => one.Key, one => (Version: one.Value, IsReached: scope.Reaches(session, one.Value))));
            foreach (var id in some)
            {
                if (!found.TryGetValue((type, id), out var one) || one.Version.Deleted)
                    continue;
                if (!one.IsReached)
                {
                    leftOut++;
                    continue;
                }

                file.WriteLine(without.Of(type, id, one.Version.Root));
                count++;
            }
        }

        return (count, leftOut);
    }
}

/// <summary>What an export wrote.</summary>
/// <param name="Counts">How many resources of each type.</param>
/// <param name="LeftOut">How many were left out for a consent or a label.</param>
public sealed record DeidentifiedFiles(IReadOnlyList<(string Type, long Count)> Counts, long LeftOut);
