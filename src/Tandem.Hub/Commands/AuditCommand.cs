using System.CommandLine;
using Tandem.Hub.Hosting;
using Tandem.Kernel.Data;
using Tandem.Kernel.Data.Postgres;
using Tandem.Kernel.Data.Sqlite;
using Tandem.Record.Retention;
using Tandem.Trust;
using Tandem.Trust.Audit;

namespace Tandem.Hub.Commands;

/// <summary>Verifies, exports and, after their time, removes the events of the audit. On SQLite it looks at a copy while a hub serves the folder.</summary>
internal static class AuditCommand
{
    private const string ReadPatient = "SELECT CAST(1 AS BIGINT) FROM resources WHERE type = 'Patient' AND id = $1";

    internal static Command Command(IEnumerable<Option> settingsOptions, Func<ParseResult, Dictionary<string, string?>> settings)
    {
        var command = new Command("audit", "The access log: verify, export, purge, legal holds.");
        var options = settingsOptions.Where(option => option.Name is "--data" or "--postgres").ToList();
        foreach (var part in new[] { Verify(settings), Export(settings), Purge(settings), Hold(settings), Holds(settings) })
        {
            foreach (var option in options)
                part.Options.Add(option);
            command.Subcommands.Add(part);
        }

        return command;
    }

    private static Command Verify(Func<ParseResult, Dictionary<string, string?>> settings)
    {
        var command = new Command("verify", "Finds every event or root that was changed, removed, added or moved.");
        command.SetAction((parsed, _) => RunAsync(settings(parsed), isChange: false, (database, options) =>
        {
            var verdict = AuditCommands.Verify(database, options);
            Console.WriteLine($"{verdict.Events} events, {verdict.Roots} signed roots.");
            foreach (var finding in verdict.Findings)
                Console.WriteLine($"  {finding.Text}");
            Console.WriteLine(verdict.IsSound ? "The audit is as it was written." : "The audit is not as it was written.");
            return verdict.IsSound ? 0 : 1;
        }));
        return command;
    }

    private static Command Export(Func<ParseResult, Dictionary<string, string?>> settings)
    {
        var from = new Option<DateTimeOffset?>("--from") { Description = "not before this time" };
        var to = new Option<DateTimeOffset?>("--to") { Description = "before this time" };
        var patient = new Option<string?>("--patient") { Description = "only of this patient, by id" };
        var actor = new Option<string?>("--actor") { Description = "only by this person, such as Practitioner/ana" };
        var file = new Option<string?>("--out") { Description = "the file; the output stream without it" };
        var command = new Command("export", "Writes events as FHIR AuditEvents, one on each line.") { from, to, patient, actor, file };
        command.SetAction((parsed, _) => RunAsync(settings(parsed), isChange: false, (database, options) =>
        {
            using var into = parsed.GetValue(file) is { } path ? File.Create(path) : Console.OpenStandardOutput();
            var selection = new AuditSelection(parsed.GetValue(from), parsed.GetValue(to), parsed.GetValue(patient), parsed.GetValue(actor));
            Console.Error.WriteLine($"{AuditCommands.Export(database, selection, into)} events written.");
            return 0;
        }));
        return command;
    }

    private static Command Purge(Func<ParseResult, Dictionary<string, string?>> settings)
    {
        var before = new Option<DateOnly>("--before") { Description = "the first day whose events stay", Required = true };
        var command = new Command("purge", "Removes events that were kept for their time; a signed root says that it was done. Export them first.") { before };
        command.SetAction((parsed, _) => RunAsync(settings(parsed), isChange: true, (database, options, all) =>
        {
            if (!AuditCommands.Purge(database, options, DaysKept(all, database), parsed.GetValue(before), TimeProvider.System).Succeeded(out var done, out var refusal))
            {
                Console.Error.WriteLine(refusal.Text);
                return 1;
            }

            Console.WriteLine(done);
            return 0;
        }));
        return command;
    }

    private static Command Hold(Func<ParseResult, Dictionary<string, string?>> settings)
    {
        var patient = new Argument<string>("patient") { Description = "the patient's id, or * for the whole hub" };
        var reason = new Option<string?>("--reason") { Description = "why, such as the number of a case; no health information" };
        var ends = new Option<bool>("--end") { Description = "ends the hold" };
        var command = new Command("hold", "Keeps what is kept of a patient, or everything, from being removed, or no longer.") { patient, reason, ends };
        command.SetAction((parsed, _) => RunAsync(settings(parsed), isChange: true, (database, options, all) =>
        {
            var (who, why) = (parsed.GetValue(patient)!, parsed.GetValue(reason));
            if (!parsed.GetValue(ends) && string.IsNullOrWhiteSpace(why))
            {
                Console.Error.WriteLine("Say why with --reason.");
                return 2;
            }

            var outcome = parsed.GetValue(ends)
                ? AuditCommands.EndHold(database, options, who, TimeProvider.System)
                : AuditCommands.Hold(database, options, who, why!, id => IsInRecord(all.Hub, database, id), TimeProvider.System);
            var isDone = outcome.Succeeded(out var done, out var refusal);
            (isDone ? Console.Out : Console.Error).WriteLine(isDone ? done : refusal!.Text);
            return isDone ? 0 : 1;
        }));
        return command;
    }

    private static bool IsInRecord(HubSettings hub, Database audit, string id) =>
        InRecord(hub, audit, record => record.Read(session => session.First(ReadPatient, row => row.Integer(0), id)) > 0, without: false);

    /// <summary>How many days the rule in force today keeps the access log; rules are in the record.</summary>
    private static int DaysKept(InstallationSettings all, Database audit) => InRecord(
        all.Hub, audit, record => new RetentionRules(record, all.Retention, all.Site).DaysOf(TrustRetention.AccessLog, TimeProvider.System.GetUtcNow()), without: all.Retention.DaysOf(TrustRetention.AccessLog));

    private static T InRecord<T>(HubSettings hub, Database audit, Func<Database, T> look, T without)
    {
        if (hub.Postgres.Length > 0)
            return look(audit); // the record's own, too
        if (!File.Exists(hub.RecordFile))
            return without;
        using var record = new SqliteDatabase(hub.RecordFile);
        return look(record);
    }

    private static Command Holds(Func<ParseResult, Dictionary<string, string?>> settings)
    {
        var command = new Command("holds", "Lists the patients on hold.");
        command.SetAction((parsed, _) => RunAsync(settings(parsed), isChange: false, (database, _) =>
        {
            foreach (var hold in LegalHolds.All(database))
                Console.WriteLine($"{hold.Patient}  since {hold.At:u}  {hold.Reason}");
            return 0;
        }));
        return command;
    }

    private static Task<int> RunAsync(Dictionary<string, string?> settings, bool isChange, Func<Database, AuditOptions, int> run) =>
        RunAsync(settings, isChange, (database, options, _) => run(database, options));

    /// <returns>What <paramref name="run"/> gives; 2 when the audit cannot be looked at.</returns>
    private static async Task<int> RunAsync(Dictionary<string, string?> settings, bool isChange, Func<Database, AuditOptions, InstallationSettings, int> run)
    {
        if (!HubHost.TryReadSettings(settings, out var hub, out var all))
            return 2;
        var options = all.Audit;
        try
        {
            if (hub.Postgres.Length > 0)
            {
                using var shared = new PostgresDatabase(hub.Postgres);
                HubDatabase.Update(shared, TimeProvider.System);
                return run(shared, options, all);
            }

            var file = SqliteDatabase.FileBeside(hub.RecordFile, "audit");
            if (!File.Exists(file))
                return await StopAsync($"There is no audit in {hub.Data}.");
            if (!SqliteDatabase.IsOpenElsewhere(file))
            {
                using var own = new SqliteDatabase(file);
                HubDatabase.Update(own, TimeProvider.System);
                return run(own, options, all);
            }

            return isChange ? await StopAsync("A hub serves this folder. Stop it before events are removed.") : OnCopy(file, copy => run(copy, options, all));
        }
        catch (Exception e) when (e is InvalidOperationException or DatabaseException)
        {
            return await StopAsync(e.Message);
        }
    }

    private static int OnCopy(string file, Func<Database, int> run)
    {
        var folder = Directory.CreateTempSubdirectory("tandem-audit-").FullName;
        try
        {
            var copy = Path.Combine(folder, "audit.db");
            SqliteDatabase.Copy(file, copy);
            using var database = new SqliteDatabase(copy);
            HubDatabase.Update(database, TimeProvider.System);
            return run(database);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<int> StopAsync(string why)
    {
        await Console.Error.WriteLineAsync(why);
        return 2;
    }
}
