using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Projections;

namespace Tandem.Record.Log;

/// <summary>The writes that share one transaction and one flush.</summary>
internal sealed class CommitGroup(DbSession session, ProjectionSet projections, IReadOnlyList<IWriteRule> rules, long lastSeq, DateTimeOffset now)
{
    private readonly Dictionary<(string Type, string Id), ResourceVersion> heads = [];
    private readonly StagedRows rows = new();
    private readonly List<Change> changes = [];
    private GroupReading? reading;

    internal long LastSeq { get; private set; } = lastSeq;

    internal DateTimeOffset Now => now;

    internal IReadOnlyList<Change> Changes => changes;

    internal long Bytes { get; private set; }

    internal ResourceVersion? Find(string type, string id) =>
        heads.TryGetValue((type, id), out var head) ? head : session.First(LogTables.ReadCurrent, LogTables.Read, type, id);

    /// <summary>Reads what earlier writes of the group left.</summary>
    internal DbSession Reading => reading ??= new GroupReading(this);

    /// <summary>The transaction's session with what earlier writes staged: everything, or the tables that a text names.</summary>
    internal DbSession WithStaged(string? named = null)
    {
        rows.Flush(session, named);
        return session;
    }

    /// <summary>Writes what search needs to find resources that are not there yet, reads, and undoes it.</summary>
    internal T Trying<T>(IReadOnlyList<ResourceVersion> there, Func<T> read)
    {
        var tried = new StagedRows();
        foreach (var version in there)
        {
            tried.Put(LogTables.Log, LogTables.LogRow(version));
            tried.Put(LogTables.Resources, LogTables.ResourceRow(version));
            projections.Provisional("search", Find(version.Type, version.Id), version, tried);
        }

        WithStaged().Execute("SAVEPOINT tried"); // nothing is left that could be brought there inside it and undone with it
        try
        {
            tried.Flush(session);
            return read();
        }
        finally
        {
            session.Execute("ROLLBACK TO SAVEPOINT tried");
            session.Execute("RELEASE SAVEPOINT tried");
        }
    }

    /// <summary>Why a rule does not let a write pass; null when all do.</summary>
    internal Refusal? Refused(WriteSession write)
    {
        foreach (var change in write.Changes)
        {
            foreach (var rule in rules)
            {
                if (rule.Wants(change.After.Type) && rule.Refuse(write, change) is { } refusal)
                    return refusal;
            }
        }

        return null;
    }

    /// <summary>Takes over what a successful write staged.</summary>
    internal void Accept(WriteSession write)
    {
        foreach (var change in write.Changes)
        {
            var after = change.After;
            heads[(after.Type, after.Id)] = after;
            rows.Put(LogTables.Log, LogTables.LogRow(after));
            rows.Put(LogTables.Resources, LogTables.ResourceRow(after));
            projections.Apply(change.Before, after.Deleted ? null : after, rows);
            changes.Add(change);
            Bytes += after.Bytes.Length;
        }

        rows.Absorb(write.Rows);
        LastSeq = write.LastSeq;
    }

    /// <summary>Brings all rows to the transaction.</summary>
    internal void Flush() => rows.Flush(session);
}
