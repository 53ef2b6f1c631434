using System.Diagnostics;
using System.Globalization;
using Tandem.Benchmarks.Cost;
using Tandem.Benchmarks.Fhir;
using Tandem.Benchmarks.Search;
using Tandem.Hub.Backup;
using Tandem.Kernel.Sealing;

namespace Tandem.Benchmarks.Backup;

/// <summary>
/// <c>backup</c> while the hub serves, <c>verify-backup</c> and <c>restore</c> with a thousand Synthea patients (TANDEM_BENCH_PATIENTS for another number), each as a process of its own as
/// an operator runs it, beside reading, sealing (or opening) and writing the same bytes.
/// </summary>
internal static class BackupBench
{
    private const int Patients = 1000;
    private const double MostSeconds = 300;
    private const int MostPatients = 10_000;
    private const double Megabyte = 1e6;

    internal static async Task RunAsync(ResultTable table)
    {
        if (!SyntheaBundles.AreThere)
        {
            table.Fact("nothing was measured: the Synthea patients are not beside the checkout (TANDEM_DATA)");
            return;
        }

        table.Fact($"rates are megabytes a second of what the backup holds, as it lies in the databases; the goal is {MostSeconds:0} seconds for each with {MostPatients:N0} patients; each act ran once");
        foreach (var (engine, postgres) in Engines.All())
        {
            var folder = Directory.CreateTempSubdirectory("tandem-bench-backup-").FullName;
            try
            {
                await RunAsync(table, engine, postgres, folder);
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    private static async Task RunAsync(ResultTable table, string engine, string? postgres, string folder)
    {
        var database = Engines.Fresh(postgres);
        await using var hub = await BenchHub.StartAsync(database);
        var copies = new PatientCopies(perPatient: 60);
        await SearchBench.FillAsync(hub, copies, Pace.Count(int.Parse(Environment.GetEnvironmentVariable("TANDEM_BENCH_PATIENTS") ?? $"{Patients}", CultureInfo.InvariantCulture)));
        var bytes = database is null ? SizeOf(hub.Folder) : Engines.SizeOf(database);
        table.Fact(string.Create(CultureInfo.InvariantCulture, $"{engine}: {copies.All.Count:N0} patients, {copies.Resources:N0} resources, {bytes / Megabyte:N0} MB"));

        var (file, key) = (Path.Combine(folder, "backup.tdb"), Path.Combine(folder, "backup.key"));
        var source = new List<string> { "--data", hub.Folder };
        if (database is not null)
            source.AddRange(["--postgres", database]);
        var sealing = Limit(folder, bytes, opens: false);
        Row("backup", await ActAsync("backup", file, key, source), sealing, "read, sealed and written");
        table.Fact(string.Create(CultureInfo.InvariantCulture, $"{engine}: the backup has {new FileInfo(file).Length / Megabyte:N0} MB"));
        var opening = Limit(folder, bytes, opens: true);
        Row("verify-backup", await ActAsync("verify-backup", file, key, To("verified")), opening, "read, opened and written");
        Row("restore", await ActAsync("restore", file, key, To("restored")), opening, "read, opened and written");

        List<string> To(string name) => postgres is null ? ["--data", Path.Combine(folder, name)] : ["--data", Path.Combine(folder, name), "--postgres", Engines.Fresh(postgres)!];

        void Row(string act, (double Seconds, double Processor) took, double limit, string what)
        {
            var all = took.Seconds * MostPatients / copies.All.Count;
            table.Row(
                $"{engine}: {act}", bytes / Megabyte / took.Seconds, bytes / Megabyte / limit, "the same bytes " + what,
                string.Create(CultureInfo.InvariantCulture, $"≤ {MostSeconds:0} s for {MostPatients:N0}: took {took.Seconds:0.0} s ({took.Processor:0.0} s of processor){(copies.All.Count == MostPatients ? "" : $", so {all:0} s")}"));
        }
    }

    /// <summary>Runs a command of the hub.</summary>
    /// <returns>Seconds by the clock, and of the processor (with those of the tools of PostgreSQL, without those of its server).</returns>
    private static async Task<(double Seconds, double Processor)> ActAsync(string act, string file, string key, IEnumerable<string> settings)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet") { RedirectStandardOutput = true };
        foreach (var argument in new[] { Path.Combine(AppContext.BaseDirectory, "Tandem.Hub.dll"), act, file, "--key", key }.Concat(settings))
            start.ArgumentList.Add(argument);
        var (watch, before) = (Stopwatch.StartNew(), Spent.OfChildren());
        using var process = Process.Start(start) ?? throw new InvalidOperationException("dotnet does not start.");
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? (watch.Elapsed.TotalSeconds, (Spent.OfChildren() - before) / 1e6) : throw new InvalidOperationException($"{act} failed: {said}");
    }

    /// <summary>So many bytes that do not compress, through the cipher of backups from a file to another, until they are on the disk.</summary>
    /// <returns>Seconds.</returns>
    private static double Limit(string folder, long bytes, bool opens)
    {
        var (plain, closed, secret) = (Path.Combine(folder, "limit.plain"), Path.Combine(folder, "limit.sealed"), SealingKey.Parse(SealingKey.NewLine()));
        using (var file = File.Create(plain))
        {
            var block = new byte[1 << 20];
            for (var left = bytes; left > 0; left -= block.Length)
            {
                Random.Shared.NextBytes(block);
                file.Write(block.AsSpan(0, (int)Math.Min(left, block.Length)));
            }
        }

        var watch = Stopwatch.StartNew();
        using (var from = File.OpenRead(plain))
        using (var to = File.Create(closed))
        {
            using (var sealing = new SealingStream(to, secret))
                from.CopyTo(sealing, 1 << 20);
            to.Flush(flushToDisk: true);
        }

        if (opens)
        {
            watch.Restart();
            using var from = File.OpenRead(closed);
            using var opening = new OpeningStream(from, secret);
            using var to = File.Create(plain);
            opening.CopyTo(to, 1 << 20);
            to.Flush(flushToDisk: true);
        }

        var took = watch.Elapsed.TotalSeconds;
        File.Delete(plain);
        File.Delete(closed);
        return took;
    }

    private static long SizeOf(string folder) => Directory.EnumerateFiles(folder, "*.db").Sum(path => new FileInfo(path).Length);
}
