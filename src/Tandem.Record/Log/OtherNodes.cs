using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tandem.Kernel.Data;

namespace Tandem.Record.Log;

/// <summary>
/// Hears of what other nodes have appended, reads it from the log and tells it here, as if it had been committed here a moment ago. The notice says only that
/// there is something: what was missed while the connection was gone is found in the log, and once a second it is looked for without a notice.
/// </summary>
internal sealed partial class OtherNodes(RecordStore record, TimeProvider clock, ILogger<OtherNodes> log) : BackgroundService
{
    private const int MostAtOnce = 256;

    private const string ReadNext = $"SELECT {LogTables.Columns} FROM log l WHERE l.seq > $1 ORDER BY l.seq LIMIT $2";

    /// <summary>The versions that were replaced by the places of the log after $1 up to $2.</summary>
    private const string ReadBefore =
        $"SELECT {LogTables.Columns} FROM log n JOIN log l ON l.seq = n.previous WHERE n.seq > $1 AND n.seq <= $2 AND n.previous > 0 ORDER BY n.seq";

    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan InAMoment = TimeSpan.FromMilliseconds(10);

    private int atOnce = MostAtOnce; // fewer behind large resources

    /// <summary>What is told at once ends with the entry, or the version that it replaced, that makes them as large as this.</summary>
    internal long MostBytes { get; init; } = TakenVersions.UsualBytes;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                using var notices = record.Database.OpenNotices();
                if (notices is null)
                    return;
                await FollowAsync(notices, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                LogLost(log, e);
                await Task.WhenAny(Task.Delay(LookAgain, clock, stoppingToken));
            }
        }
    }

    private async Task FollowAsync(LogNotices notices, CancellationToken cancel)
    {
        var last = record.ReadLastSeq();
        while (true)
        {
            TellUpTo(last, cancel);
            var isCommitting = record.Signal.ToldSeq < last; // this process is about to tell of its own part, and then there may be more
            last = Math.Max(last, await notices.WaitAsync(isCommitting ? InAMoment : LookAgain, cancel) ?? LookUp());
        }
    }

    /// <summary>Where the log stands without a notice: what is there may have been committed ahead of the disk by a node that did not come to say so.</summary>
    private long LookUp()
    {
        var last = record.ReadLastSeq();
        if (record.Signal.Gap(last) is not null)
            record.Database.MakeDurable();
        return last;
    }

    private void TellUpTo(long last, CancellationToken cancel)
    {
        while (record.Signal.Gap(last) is var (after, until))
        {
            cancel.ThrowIfCancellationRequested();
            var asked = (int)Math.Min(atOnce, until - after);
            var taken = record.Database.Read(session => TakenVersions.Read(session, MostBytes, ReadNext, after, asked));
            if (taken.All.Count == 0)
                return;
            var earlier = record.Database.Read(session => TakenVersions.Read(session, MostBytes, ReadBefore, after, taken.All[^1].Seq));
            var entries = earlier.IsCut ? taken.All[..(taken.All.FindIndex(entry => entry.Previous == earlier.All[^1].Seq) + 1)] : taken.All;
            var replaced = earlier.All.ToDictionary(version => version.Seq);
            atOnce = earlier.IsCut ? entries.Count : taken.NextCount(atOnce, MostAtOnce);
            record.Signal.Pass(after, [.. entries.Select(entry => new Change(
                entry.Previous > 0 && replaced.GetValueOrDefault(entry.Previous) is { Deleted: false } before ? before : null, entry))]);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "What other nodes write cannot be heard; trying again. Nothing is missed.")]
    private static partial void LogLost(ILogger logger, Exception fault);
}
