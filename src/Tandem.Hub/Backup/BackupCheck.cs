using Tandem.Kernel.Data;
using Tandem.Kernel.Data.Sqlite;
using Tandem.Trust.Audit;

namespace Tandem.Hub.Backup;

/// <summary>What is found in a restored copy.</summary>
/// <param name="Entries">Entries of the record's log.</param>
/// <param name="Events">Events of the audit.</param>
/// <param name="Problems">What is wrong, as sentences; empty when nothing is.</param>
internal sealed record BackupVerdict(long Entries, long Events, IReadOnlyList<string> Problems);

/// <summary>Looks into unpacked databases: whether they are sound, whole and, as for the audit, as they were written.</summary>
internal static class BackupCheck
{
    internal const string CountEntries = "SELECT COUNT(*) FROM log";

    internal static BackupVerdict Sqlite(string folder)
    {
        var problems = new List<string>();
        foreach (var file in Directory.EnumerateFiles(folder, "*.db").Order(StringComparer.Ordinal))
        {
            using var database = new SqliteDatabase(file);
            var said = database.Read(session => session.First("PRAGMA integrity_check", row => row.Text(0)));
            if (said != "ok")
                problems.Add($"{Path.GetFileName(file)}: {said}");
        }

        using var record = new SqliteDatabase(Path.Combine(folder, "tandem.db"));
        var entries = record.Read(session => session.First(CountEntries, row => row.Integer(0)));
        var audit = SqliteDatabase.FileBeside(Path.Combine(folder, "tandem.db"), "audit");
        if (!File.Exists(audit))
            return new BackupVerdict(entries, 0, problems);
        using var kept = new SqliteDatabase(audit);
        return Audited(kept, folder, entries, problems);
    }

    /// <summary>The same for a database that was restored.</summary>
    internal static BackupVerdict Restored(Database database, string folder) =>
        Audited(database, folder, database.Read(session => session.First(CountEntries, row => row.Integer(0))), []);

    private static BackupVerdict Audited(Database database, string folder, long entries, List<string> problems)
    {
        var options = new AuditOptions { KeyFile = Path.Combine(folder, "keys", "audit.pem"), RootFolder = Path.Combine(folder, "audit-roots") };
        if (!File.Exists(options.KeyFile))
        {
            problems.Add("The audit's key is not in the data folder, so its events cannot be verified here. Run ./tandem audit verify with the key after a restore.");
            return new BackupVerdict(entries, 0, problems);
        }

        // The audit is copied before its second place, which may have been signed further since; only what lies within is held against it.
        var verdict = AuditCommands.Verify(database, options);
        problems.AddRange(verdict.Findings.Where(finding => finding.Kind is "changed" or "added" or "moved").Select(finding => finding.Text));
        return new BackupVerdict(entries, verdict.Events, problems);
    }
}
