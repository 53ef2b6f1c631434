using Tandem.Benchmarks;

// ./tandem bench [name …] [--smoke]: runs the named benchmarks (all without a name) and writes one table each to bench/results.
// A smoke run ("smoke" or --smoke) is short, writes nothing, and shows only that everything works.
Pace.IsSmoke = args.Contains("--smoke") || args.Contains("smoke");
var rowsOnly = args.Contains("--rows"); // for a benchmark that runs another process of itself
var names = args.Where(arg => arg is not ("--smoke" or "smoke" or "--rows")).ToList();
var unknown = names.Except(Catalogue.All.Select(bench => bench.Name)).ToList();
if (unknown.Count > 0)
{
    Console.Error.WriteLine($"There is no benchmark {string.Join(", ", unknown)}. There are: {string.Join(", ", Catalogue.All.Select(bench => bench.Name))}");
    return 2;
}

var missed = 0;
foreach (var bench in Catalogue.All.Where(bench => names.Count == 0 || names.Contains(bench.Name)))
{
    Console.Error.WriteLine($"{bench.Name} …");
    var table = new ResultTable(bench.Title);
    await bench.RunAsync(table);
    if (!Pace.IsSmoke && !rowsOnly)
        table.Save(bench.Name);
    Console.WriteLine(rowsOnly ? table.RowsAsLines() : table.ToString());
    missed += table.Missed;
}

return missed == 0 ? 0 : 1;
