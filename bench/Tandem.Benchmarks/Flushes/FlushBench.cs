using System.Diagnostics;
using System.Globalization;
using Tandem.Benchmarks.Fhir;
using Tandem.Benchmarks.Limits;
using Tandem.Benchmarks.Mllp;

namespace Tandem.Benchmarks.Flushes;

/// <summary>
/// How many acknowledgements one flush carries, on both engines. A flush of this machine's disk may be far cheaper than elsewhere, so the same
/// runs again in a second process in which each flush takes longer (bench/slow-flush.c), and with a database server of which the same is true
/// (TANDEM_BENCH_SLOW_POSTGRES; ./tandem bench starts one); there the counts are a gate, not only a report.
/// </summary>
internal static class FlushBench
{
    private const string DelayVariable = "TANDEM_BENCH_SLOW_FLUSH";

    internal static async Task RunAsync(ResultTable table)
    {
        if (Environment.GetEnvironmentVariable(DelayVariable) is { Length: > 0 } delay)
        {
            await MeasureAsync(table, $"flushes {delay} µs longer", "TANDEM_BENCH_SLOW_POSTGRES", isSlow: true);
            return;
        }

        await MeasureAsync(table, "flushes as they are", "TANDEM_BENCH_POSTGRES", isSlow: false);
        await MeasureSlowAsync(table);
    }

    private static async Task MeasureAsync(ResultTable table, string disk, string server, bool isSlow)
    {
        var flushes = FlushLimit.PerSecond(Pace.Seconds(1));
        foreach (var (engine, postgres) in Engines.All(server))
        {
            foreach (var clients in new[] { 1, 64 })
            {
                var (adt, perFlush) = await MllpBench.AcksAsync(Engines.Fresh(postgres), SampleMessages.Adt, clients);
                Add(table, $"{engine}: MLLP, ADT, {clients} clients, {disk}", adt, flushes, perFlush, isSlow ? clients == 1 ? 0.8 : 20 : 0);
                (var create, perFlush) = await FhirBench.CreatesAsync(Engines.Fresh(postgres), clients);
                Add(table, $"{engine}: FHIR create, {clients} clients, {disk}", create, flushes, perFlush, isSlow && clients > 1 ? 24 : 0);
            }
        }
    }

    private static void Add(ResultTable table, string what, LoadResult load, double flushes, double perFlush, double least)
    {
        table.Row(what, load.Rate, flushes, "flushes", least > 0 ? string.Create(CultureInfo.InvariantCulture, $"≥ {least} acks per flush") : "", load.Latency, perFlush);
        if (!Pace.IsSmoke && least > 0)
            table.Require($"acknowledgements per flush, {what}", perFlush, least);
    }

    private static async Task MeasureSlowAsync(ResultTable table)
    {
        var folder = Directory.CreateTempSubdirectory("tandem-slow-flush-").FullName;
        try
        {
            var library = Path.Combine(folder, "slow-flush.so");
            if (!await CompileAsync(Path.Combine(Checkout.Root, "bench", "slow-flush.c"), library))
            {
                table.Fact("without longer flushes: there is no C compiler (Debian: gcc)");
                return;
            }

            var start = new ProcessStartInfo(Environment.ProcessPath!, Pace.IsSmoke ? ["flushes", "--smoke", "--rows"] : ["flushes", "--rows"]) { RedirectStandardOutput = true };
            start.Environment["LD_PRELOAD"] = library;
            start.Environment[DelayVariable] = "2000";
            using var process = Process.Start(start) ?? throw new InvalidOperationException("The second process does not start.");
            table.AddLines(await process.StandardOutput.ReadToEndAsync());
            await process.WaitForExitAsync();
            if (process.ExitCode != 0)
                table.Require("the run with longer flushes (1: passed)", 0, 1);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<bool> CompileAsync(string source, string library)
    {
        try
        {
            using var process = Process.Start("cc", ["-O2", "-shared", "-fPIC", "-o", library, source, "-ldl"]);
            await process.WaitForExitAsync();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false; // no compiler
        }
    }
}
