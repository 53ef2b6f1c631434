using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Tandem.Benchmarks;

/// <summary>The rows of one benchmark as Markdown: each rate or time beside its limit and their ratio, measured in the same run.</summary>
internal sealed class ResultTable(string title)
{
    private const int RateCells = 8;
    private readonly List<string> facts = [];
    private readonly List<string[]> rates = [];
    private readonly List<string[]> times = [];
    private readonly List<string[]> costs = [];

    /// <summary>How many counts that noise cannot excuse missed their goal.</summary>
    internal int Missed { get; private set; }

    /// <summary>Notes a fact of the run (flushes a second, cores).</summary>
    internal void Fact(string fact) => facts.Add(fact);

    /// <summary>Adds a row.</summary>
    /// <param name="what">The operation.</param>
    /// <param name="rate">Operations a second, median.</param>
    /// <param name="limit">The limit a second, measured in the same run; 0 for a row that is a limit itself.</param>
    /// <param name="limitName">Which limit.</param>
    /// <param name="goal">The goal as a ratio or in words.</param>
    /// <param name="latency">p50 / p99 in milliseconds, or empty.</param>
    /// <param name="perFlush">Acknowledgements per commit of the hub; 0 where it says nothing.</param>
    internal void Row(string what, double rate, double limit, string limitName, string goal, string latency = "", double perFlush = 0) => rates.Add(
    [
        what, Number(rate), limitName, limit > 0 ? Number(limit) : "", limit > 0 ? Ratio(rate / limit) : "", goal, latency, perFlush > 0 ? Ratio(perFlush) : "",
    ]);

    /// <summary>Adds a row of times; the ratio is the median's to the limit's median.</summary>
    internal void Time(string what, Times times, Times? limit, string limitName, string goal) => this.times.Add(
    [
        what, Ratio(times.P50), Ratio(times.P95), Ratio(times.P99), limitName, limit is null ? "" : Ratio(limit.P50),
        limit is { P50: > 0 } ? Ratio(times.P50 / limit.P50) : "", goal,
    ]);

    /// <summary>Adds a row of what one operation costs.</summary>
    internal void Cost(string what, Cost.Amounts one, double commits) => costs.Add(
    [
        what, Number(one.Process + one.Server), Number(one.Process), Number(one.Writer), one.Server > 0 ? Number(one.Server) : "", Number(one.Allocated), Number(one.Disk), Ratio(commits),
    ]);

    /// <summary>A count that noise cannot excuse: below <paramref name="least"/> the run fails.</summary>
    internal void Require(string what, double value, double least)
    {
        if (value >= least)
            return;
        Missed++;
        Fact(string.Create(CultureInfo.InvariantCulture, $"**missed**: {what} is {value:0.00}, at least {least:0.00} is required"));
    }

    /// <summary>The rows of rates as lines, for another process to take over with <see cref="AddLines"/>.</summary>
    internal string RowsAsLines() => string.Join('\n', rates.Select(row => string.Join('\t', row)));

    /// <summary>Takes over rows of another process.</summary>
    internal void AddLines(string lines) =>
        rates.AddRange(lines.Split('\n').Select(line => line.Split('\t')).Where(cells => cells.Length == RateCells));

    /// <summary>Writes bench/results/<paramref name="name"/>.md.</summary>
    internal void Save(string name)
    {
        var folder = Path.Combine(Checkout.Root, "bench", "results");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, name + ".md"), ToString());
    }

    public override string ToString()
    {
        var text = new StringBuilder($"# {title}\n\n");
        text.Append(CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} cores, load and hub on the same ones; {RuntimeInformation.FrameworkDescription}; medians of {Pace.Runs}.\n\n");
        foreach (var fact in facts)
            text.Append(CultureInfo.InvariantCulture, $"- {fact}\n");
        Append(text, rates, "| what | per second | limit | limit per second | ratio | goal | p50 / p99 ms | acks per flush |\n|---|--:|---|--:|--:|---|---|--:|\n");
        Append(text, times, "| what | p50 ms | p95 ms | p99 ms | limit | limit p50 ms | ratio | goal |\n|---|--:|--:|--:|---|--:|--:|---|\n");
        Append(text, costs, "| what | µs of processor | of the process | of them the writer | of the database server | kB allocated | kB to the disk | commits |\n|---|--:|--:|--:|--:|--:|--:|--:|\n");
        return text.ToString();
    }

    private static void Append(StringBuilder text, List<string[]> rows, string head)
    {
        if (rows.Count > 0)
            text.Append('\n').Append(head);
        foreach (var row in rows)
            text.Append(CultureInfo.InvariantCulture, $"| {string.Join(" | ", row)} |\n");
    }

    private static string Ratio(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString(value < 10 ? "0.00" : "N0", CultureInfo.InvariantCulture);
}
