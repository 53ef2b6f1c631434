using Tandem.Benchmarks;

// ./tandem bench [name …]: runs the named benchmarks (all without a name) and writes one table each to bench/results.
var chosen = args.Length == 0 ? Catalogue.All : [.. Catalogue.All.Where(bench => args.Contains(bench.Name))];
if (chosen.Count == 0)
{
    Console.Error.WriteLine($"There are: {string.Join(", ", Catalogue.All.Select(bench => bench.Name))}");
    return 2;
}

foreach (var bench in chosen)
{
    Console.WriteLine($"{bench.Name} …");
    var table = new ResultTable(bench.Title);
    await bench.RunAsync(table);
    table.Save(bench.Name);
    Console.WriteLine(table.ToString());
}

return 0;
