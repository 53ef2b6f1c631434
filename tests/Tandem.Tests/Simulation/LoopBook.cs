using Tandem.Care.Loops;
using Tandem.Kernel.Actors;
using Tandem.Record.Log;

namespace Tandem.Tests.Simulation;

/// <summary>
/// Which loops there are and which of them are open, kept from the log alone, step by step: what is on a clock, on the worklist or in the record is held
/// against it after each step, also where nothing was written.
/// </summary>
internal sealed class LoopBook
{
    private const string ReadChanged = "SELECT DISTINCT id FROM log WHERE seq > $1 AND seq <= $2 AND type = 'Task' ORDER BY id";
    private readonly Dictionary<string, bool> isOpen = new(StringComparer.Ordinal);
    private long position;

    /// <summary>Takes in what was written since the last call.</summary>
    /// <returns>The loops that changed, as they now are.</returns>
    internal List<Loop> TakeIn(RecordStore record)
    {
        var (last, changed) = record.Database.Snapshot(session =>
        {
            var reach = session.First("SELECT MAX(seq) FROM log", row => row.IntegerOrNull(0)) ?? 0; // not the signal: it knows only what this start has written
            return (reach, session.Query(ReadChanged, row => row.Text(0), position, reach));
        });
        position = last;
        var loops = new List<Loop>();
        foreach (var id in changed)
        {
            if (FindPatientLoops.One(record, id, AccessScope.System) is not { } loop)
            {
                isOpen.Remove(id); // deleted: whether that was right, the facts tell
                continue;
            }

            isOpen[id] = loop.IsOpen;
            loops.Add(loop);
        }

        return loops;
    }

    /// <summary>Where record, clocks and worklist differ from the book.</summary>
    internal List<string> Differences(RecordStore record) => record.Database.Snapshot(session => (List<string>)
    [
        .. Compare("the record", isOpen.Keys, session.Query("SELECT id FROM resources WHERE type = 'Task' AND deleted = 0", row => row.Text(0))),
        .. Compare("a clock", Open, session.Query("SELECT id FROM loops_clock", row => row.Text(0))),
        .. Compare("the worklist", Open, session.Query("SELECT id FROM loops_worklist WHERE list IN ('all', 'snoozed')", row => row.Text(0))),
    ]);

    private IEnumerable<string> Open => isOpen.Where(loop => loop.Value).Select(loop => loop.Key);

    private static IEnumerable<string> Compare(string place, IEnumerable<string> expected, List<string> found)
    {
        var missing = expected.ToHashSet(StringComparer.Ordinal);
        foreach (var id in found)
        {
            if (!missing.Remove(id))
                yield return $"{id} is in or on {place} and should not be there, or is there twice";
        }

        foreach (var id in missing)
            yield return $"{id} is gone from {place}";
    }
}
