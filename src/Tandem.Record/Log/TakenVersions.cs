using Tandem.Kernel.Data;

namespace Tandem.Record.Log;

/// <summary>
/// Versions as a statement finds them, until they have so many bytes: one may be as large as thousands of others, so a number of rows says nothing of memory. The first is always taken.
/// </summary>
internal sealed class TakenVersions
{
    /// <summary>Bytes with which work on many versions ends its part, unless it is said otherwise.</summary>
    internal const long UsualBytes = 16 * 1024 * 1024;

    /// <summary>Those that were taken, in the order of the statement.</summary>
    internal List<ResourceVersion> All { get; } = [];

    /// <summary>How large they are together.</summary>
    internal long Bytes { get; private set; }

    /// <summary>True when the statement found more than was taken.</summary>
    internal bool IsCut { get; private set; }

    /// <summary>Reads what a statement finds, with the columns of <see cref="LogTables.Columns"/>; nothing is taken once there are so many bytes.</summary>
    internal static TakenVersions Read(DbSession session, long mostBytes, string sql, params ReadOnlySpan<DbValue> arguments)
    {
        var taken = new TakenVersions();
        session.ForEach(sql, row => taken.Take(row, mostBytes), arguments);
        return taken;
    }

    /// <summary>How many to ask for the next time: what was not taken is read by the engine all the same, again and again.</summary>
    /// <param name="asked">How many were to be asked for this time.</param>
    /// <param name="most">How many may be.</param>
    internal int NextCount(int asked, int most) => IsCut ? All.Count : Math.Min(most, asked * 2);

    private void Take(DbRow row, long mostBytes)
    {
        IsCut = All.Count > 0 && Bytes >= mostBytes;
        if (IsCut)
            return;
        var version = LogTables.Read(row);
        Bytes += version.Bytes.Length;
        All.Add(version);
    }
}
