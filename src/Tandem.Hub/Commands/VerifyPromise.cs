using System.CommandLine;
using Tandem.Care.Loops;
using Tandem.Care.Pathways;
using Tandem.Hub.Hosting;
using Tandem.Kernel.Data.Sqlite;
using Tandem.Record.Log;
using Tandem.Record.Reactions;

namespace Tandem.Hub.Commands;

/// <summary>
/// Checks the promise over the whole record: no fact that calls for a loop lacks one, no open loop lacks owner, clock or ladder, no change
/// waits because it could not be taken in. Changes nothing unless it is asked to repair. On SQLite it looks at a copy while a hub serves the folder.
/// </summary>
internal static class VerifyPromise
{
    private const int MostLines = 50;
    private const int MostParked = 1000;

    internal static Command Command(IEnumerable<Option> settingsOptions, Func<ParseResult, Dictionary<string, string?>> settings)
    {
        var command = new Command("verify", "Checks the promise: every fact has its loop, every open loop its owner, clock and ladder.");
        var repair = new Option<bool>("--repair") { Description = "opens the loops that are missing, such as those of a pathway that was activated after its facts arrived" };
        command.Options.Add(repair);
        foreach (var option in settingsOptions)
            command.Options.Add(option);
        command.SetAction((parsed, cancel) => RunAsync(settings(parsed), parsed.GetValue(repair), cancel));
        return command;
    }

    /// <returns>0 when the promise is kept, 1 when it is broken, 2 when it cannot be looked at.</returns>
    private static async Task<int> RunAsync(Dictionary<string, string?> settings, bool repairs, CancellationToken cancel)
    {
        if (!HubHost.TryReadSettings(settings, out var hub))
            return 2;
        if (hub.Postgres.Length > 0 || !SqliteDatabase.IsOpenElsewhere(hub.RecordFile))
            return await LookAsync(settings, repairs, cancel);
        if (repairs)
        {
            await Console.Error.WriteLineAsync("A hub serves this folder. Stop it before its promise is repaired; without --repair it can be checked while it serves.");
            return 2;
        }

        var copy = Directory.CreateTempSubdirectory("tandem-verify-").FullName;
        try
        {
            settings["Hub:data"] = copy;
            settings["Hub:FieldKeys"] = hub.FieldKeysFile; // the copy opens with the keys of what it is a copy of
            SqliteDatabase.Copy(hub.RecordFile, new HubSettings { Data = copy }.RecordFile);
            return await LookAsync(settings, repairs: false, cancel);
        }
        finally
        {
            Directory.Delete(copy, recursive: true);
        }
    }

    private static async Task<int> LookAsync(Dictionary<string, string?> settings, bool repairs, CancellationToken cancel)
    {
        if (!HubHost.TryBuild(settings, out var app))
            return 2;
        await using (app)
        {
            if (repairs)
                Console.WriteLine($"{await app.Services.GetRequiredService<PathwayVerification>().RepairAsync(cancel)} patients were repaired.");
            var promise = app.Services.GetRequiredService<PathwayVerification>().Verify(cancel);
            var broken = LoopAudit.FindAll(app.Services.GetRequiredService<RecordStore>(), app.Services.GetRequiredService<TimeProvider>().GetUtcNow());
            var parked = app.Services.GetRequiredService<ReactionRunner>().Parked(MostParked);
            Console.WriteLine($"{promise.Patients} patients, {promise.Open} open loops that facts call for, {promise.Pending} patients with changes not yet taken in.");
            Write("Facts without their loop", promise.Missing);
            Write("Open loops that no fact calls for", promise.Extra);
            Write("Open loops without owner, clock, ladder or place on the worklist", [.. promise.Incomplete, .. broken.Select(loop => $"{loop.Loop}: {loop.Lacks}")]);
            Write("Facts whose conditions could not be answered", [.. promise.Undecided.Select(fact => fact.ToString())]);
            Write("Changes that could not be taken in (see /feeds)", [.. parked.Select(change => $"{change.Reaction} at {change.Seq} since {change.At:u}: {change.Fault}")]);
            var isKept = promise.IsKept && broken.Count + parked.Count == 0;
            Console.WriteLine(isKept ? "The promise is kept." : "The promise is broken.");
            return isKept ? 0 : 1;
        }
    }

    private static void Write(string title, IReadOnlyList<string> found)
    {
        if (found.Count == 0)
            return;
        Console.WriteLine($"{title}: {found.Count}");
        foreach (var line in found.Take(MostLines))
            Console.WriteLine($"  {line}");
    }
}
