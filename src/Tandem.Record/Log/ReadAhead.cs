using Tandem.Kernel.Data;

namespace Tandem.Record.Log;

/// <summary>
/// What a write wants to know of other tables than the log, read before its turn together with what the writes beside it want: where each question takes
/// a way, many go it at once. An answer holds for a group of writes, and within it only while no earlier write touched its rows; see <see cref="WriteSession.Holds"/>.
/// </summary>
public abstract class ReadAhead
{
    /// <summary>The tables that the answers come from, and how many leading columns of their keys name one answer.</summary>
    public abstract IReadOnlyList<(Table Table, int Keys)> Sources { get; }

    /// <summary>Reads the answers of all, this one's among them. On the writer's thread.</summary>
    /// <param name="session">Sees all earlier writes.</param>
    /// <param name="isThere">True for a resource (type, id) that there is or was.</param>
    /// <param name="all">This one and others of its type.</param>
    public abstract void Read(DbSession session, Func<string, string, bool> isThere, IReadOnlyList<ReadAhead> all);
}
