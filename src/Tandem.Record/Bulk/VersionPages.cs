using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Access;
using Tandem.Record.Log;

namespace Tandem.Record.Bulk;

/// <summary>Reads versions in the order of the log, page by page. A page ends by its number of versions or by their size, as one may be as large as thousands of others.</summary>
/// <param name="sql">Takes the type, the place behind which to begin, the last place, and how many.</param>
/// <param name="type">Of this type.</param>
/// <param name="after">Behind this place.</param>
/// <param name="last">Up to this place.</param>
internal sealed class VersionPages(string sql, string type, long after, long last)
{
    private const int Most = 500;
    private int rows = Most;

    /// <summary>A page ends with the version that makes it as large as this.</summary>
    internal long MostBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>True once there is no page more.</summary>
    internal bool IsAtEnd { get; private set; }

    /// <summary>The next page of what a scope reaches; empty at the end.</summary>
    internal List<ResourceVersion> Next(DbSession session, AccessScope scope)
    {
        var bytes = 0L;
        var read = session.QueryWithin(scope, sql, row => bytes >= MostBytes ? null : Counted(LogTables.Read(row)), type, after, last, rows);
        List<ResourceVersion> page = [.. read.OfType<ResourceVersion>()];
        var isCut = page.Count < read.Count;
        IsAtEnd = !isCut && read.Count < rows;
        after = page.Count > 0 ? page[^1].Seq : after;
        rows = isCut ? page.Count : Math.Min(Most, rows * 2); // what does not fit is not asked for again and again
        return page;

        ResourceVersion Counted(ResourceVersion version)
        {
            bytes += version.Bytes.Length;
            return version;
        }
    }
}
