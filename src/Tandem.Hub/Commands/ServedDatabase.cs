using Tandem.Hub.Hosting;
using Tandem.Kernel.Data;
using Tandem.Kernel.Data.Postgres;
using Tandem.Kernel.Data.Sqlite;
using Tandem.Record.Projections;

namespace Tandem.Hub.Commands;

/// <summary>A hub's database as a command sees it that is no hub itself.</summary>
internal sealed class ServedDatabase : IDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30); // a hub that is started anew takes the request up
    private readonly Func<bool> isOpen;

    private ServedDatabase(Database database, Func<bool> isOpen) => (Database, this.isOpen) = (database, isOpen);

    internal Database Database { get; }

    /// <summary>True while a hub, or a command that writes, has it open.</summary>
    internal bool IsOpen => isOpen();

    internal static ServedDatabase Of(HubSettings hub)
    {
        if (hub.Postgres.Length == 0)
            return new(SqliteDatabase.AsGuest(hub.RecordFile), () => SqliteDatabase.IsOpenElsewhere(hub.RecordFile));
        var postgres = new PostgresDatabase(hub.Postgres);
        return new(postgres, postgres.IsLogOpen);
    }

    public void Dispose() => Database.Dispose();

    /// <summary>Waits for the end of a rebuild that was asked for, and says on the error stream how far it is.</summary>
    /// <returns>How it ended; null when nobody has the database open any more.</returns>
    internal async Task<RebuildProgress?> FollowAsync(string projection, CancellationToken cancel)
    {
        var (told, alone) = (0L, TimeSpan.Zero);
        while (alone < Patience)
        {
            if (RebuildRequests.Find(Database, projection) is { } progress)
            {
                if (progress.IsOver)
                    return progress;
                if (progress.Resources != told)
                    await Console.Error.WriteLineAsync($"{projection}: {told = progress.Resources} resources so far.");
            }

            alone = IsOpen ? TimeSpan.Zero : alone + Look;
            await Task.Delay(Look, cancel);
        }

        return null;
    }
}
