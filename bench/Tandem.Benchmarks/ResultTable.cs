using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Tandem.Benchmarks;

/// <summary>The rows of one benchmark as Markdown: each rate beside its limit and their ratio, measured in the same run.</summary>
internal sealed class ResultTable(string title)
{
    private readonly List<string> facts = [];
    private readonly List<string[]> rows = [];

    /// <summary>Notes a fact of the run (flushes a second, cores).</summary>
    internal void Fact(string fact) => facts.Add(fact);

    /// <summary>Adds a row.</summary>
    /// <param name="what">The operation.</param>
    /// <param name="rate">Operations a second, median.</param>
    /// <param name="limit">The limit a second, measured in the same run; 0 for a row that is a limit itself.</param>
    /// <param name="limitName">Which limit.</param>
    /// <param name="goal">The goal as a ratio or in words.</param>
    /// <param name="latency">p50 / p99 in milliseconds, or empty.</param>
    internal void Row(string what, double rate, double limit, string limitName, string goal, string latency = "") => rows.Add(
    [
        what, Number(rate), limitName, limit > 0 ? Number(limit) : "", limit > 0 ? (rate / limit).ToString("0.00", CultureInfo.InvariantCulture) : "", goal, latency,
    ]);

    /// <summary>Writes bench/results/<paramref name="name"/>.md.</summary>
    internal void Save(string name)
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Tandem.slnx")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("Run inside the checkout.");
        File.WriteAllText(Path.Combine(folder, "bench", "results", name + ".md"), ToString());
    }

    public override string ToString()
    {
        var text = new StringBuilder($"# {title}\n\n");
        text.Append(CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} cores, load and hub on the same ones; {RuntimeInformation.FrameworkDescription}; medians.\n\n");
        foreach (var fact in facts)
            text.Append(CultureInfo.InvariantCulture, $"- {fact}\n");
        text.Append("\n| what | per second | limit | limit per second | ratio | goal | p50 / p99 ms |\n|---|--:|---|--:|--:|---|---|\n");
        foreach (var row in rows)
            text.Append(CultureInfo.InvariantCulture, $"| {string.Join(" | ", row)} |\n");
        return text.ToString();
    }

    private static string Number(double value) => value.ToString(value < 10 ? "0.00" : "N0", CultureInfo.InvariantCulture);
}
