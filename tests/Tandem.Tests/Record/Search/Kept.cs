using Tandem.Kernel.Data;
using Tandem.Record.Log;

namespace Tandem.Tests.Record.Search;

/// <summary>Entries of the log in memory.</summary>
internal static class Kept
{
    /// <summary>As when nearly everything that was asked for lately was there, so that searches ask for places; nothing of the record is.</summary>
    internal static KeptEntries Nearly(Database database)
    {
        var entries = new KeptEntries(database);
        var one = new ResourceVersion { Seq = -1, Rid = -1, Type = "Basic", Id = "none", Version = 1, At = default, Actor = "", Lane = 0, Bytes = "{}"u8.ToArray() };
        for (var turn = 0; turn < 300; turn++)
            entries.Keep([one], entries.Connections);
        return entries;
    }
}
