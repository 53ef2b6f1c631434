using System.CommandLine;
using System.Diagnostics;
using Tandem.Hub.Backup;
using Tandem.Hub.Hosting;
using Tandem.Kernel.Data;
using Tandem.Kernel.Data.Postgres;

namespace Tandem.Hub.Commands;

/// <summary>Backs a hub up while it serves, restores a backup into an empty place, and rehearses a restore.</summary>
internal static class BackupCommand
{
    internal static IEnumerable<Command> All(IEnumerable<Option> settingsOptions, Func<ParseResult, Dictionary<string, string?>> settings)
    {
        var options = settingsOptions.Where(option => option.Name is "--data" or "--postgres").ToList();
        foreach (var (name, text, run) in new (string, string, Func<HubSettings, string, string, Task<int>>)[]
        {
            ("backup", "Writes everything a hub keeps to one encrypted file, also while it serves.", WriteAsync),
            ("restore", "Restores a backup into an empty folder (and an empty PostgreSQL database).", RestoreAsync),
            ("verify-backup", "Rehearses a restore: opens the backup, checks every part, the databases and the audit.", VerifyAsync),
        })
        {
            var file = new Argument<string>("file") { Description = "the backup" };
            var key = new Option<string>("--key") { Description = "the file of the key; backup makes it when there is none", Required = true };
            var command = new Command(name, text) { file, key };
            foreach (var option in options)
                command.Options.Add(option);
            command.SetAction((parsed, _) => RunAsync(settings(parsed), parsed.GetValue(file)!, parsed.GetValue(key)!, run));
            yield return command;
        }
    }

    internal static Task<int> WriteAsync(HubSettings hub, string file, string keyFile)
    {
        var watch = Stopwatch.StartNew();
        if (File.Exists(file))
            throw new BackupException($"{file} is there already. Give every backup a name of its own.");
        var (secret, isNew) = BackupKey.OpenOrMake(keyFile);
        if (isNew)
            Console.WriteLine($"A key was made: {keyFile}. Keep a copy apart from the hub and from the backups; without it no backup can be opened.");
        InFolder(folder =>
        {
            DataCopy.Out(hub, folder);
            var manifest = BackupFile.Write(file, folder, DataCopy.EngineOf(hub), TimeProvider.System.GetUtcNow(), secret);
            Console.WriteLine($"{manifest.Parts.Count} parts, {manifest.Parts.Sum(part => part.Bytes):N0} bytes, in {watch.Elapsed.TotalSeconds:0.0} s: {file} ({new FileInfo(file).Length:N0} bytes).");
        });
        return Task.FromResult(0);
    }

    internal static Task<int> RestoreAsync(HubSettings hub, string file, string keyFile)
    {
        var watch = Stopwatch.StartNew();
        var secret = BackupKey.Open(keyFile);
        DataCopy.MustBeEmpty(hub);
        InFolder(folder =>
        {
            DataCopy.Back(hub, folder, BackupFile.Read(file, folder, secret));
            Console.WriteLine($"Restored into {hub.Data} in {watch.Elapsed.TotalSeconds:0.0} s. Run ./tandem audit verify and ./tandem verify, then serve.");
        });
        return Task.FromResult(0);
    }

    internal static Task<int> VerifyAsync(HubSettings hub, string file, string keyFile)
    {
        var secret = BackupKey.Open(keyFile);
        var isSound = true;
        InFolder(folder =>
        {
            var manifest = BackupFile.Read(file, folder, secret);
            Console.WriteLine($"Made {manifest.MadeAt:u} of {manifest.Engine}: {manifest.Parts.Count} parts, each as it was written.");
            if (manifest.Engine == "postgres" && hub.Postgres.Length == 0)
            {
                Console.WriteLine("To rehearse the restore too, name an empty database with --postgres.");
                return;
            }

            var verdict = manifest.Engine == "sqlite" ? BackupCheck.Sqlite(folder) : Rehearse(hub, folder, manifest);
            foreach (var problem in verdict.Problems)
                Console.WriteLine($"  {problem}");
            isSound = verdict.Problems.Count == 0;
            Console.WriteLine($"{verdict.Entries:N0} entries of the record, {verdict.Events:N0} events of the audit. {(isSound ? "The backup can be restored." : "Something is wrong with the backup.")}");
        });
        return Task.FromResult(isSound ? 0 : 1);
    }

    private static BackupVerdict Rehearse(HubSettings hub, string folder, BackupManifest manifest)
    {
        var rehearsal = new HubSettings { Data = Path.Combine(folder, "rehearsal"), Postgres = hub.Postgres };
        DataCopy.MustBeEmpty(rehearsal);
        DataCopy.Back(rehearsal, folder, manifest);
        using var database = new PostgresDatabase(hub.Postgres);
        return BackupCheck.Restored(database, folder);
    }

    private static async Task<int> RunAsync(Dictionary<string, string?> settings, string file, string key, Func<HubSettings, string, string, Task<int>> run)
    {
        if (!HubHost.TryReadSettings(settings, out var hub))
            return 2;
        try
        {
            return await run(hub, file, key);
        }
        catch (Exception e) when (e is BackupException or DatabaseException or IOException or UnauthorizedAccessException or Npgsql.NpgsqlException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 2;
        }
    }

    /// <summary>Works in a folder that only this user can read and that is gone afterwards.</summary>
    private static void InFolder(Action<string> work)
    {
        var folder = Directory.CreateTempSubdirectory("tandem-backup-").FullName;
        try
        {
            work(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
