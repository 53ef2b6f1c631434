namespace Tandem.Benchmarks;

/// <summary>Where this checkout is.</summary>
internal static class Checkout
{
    internal static string Root { get; } = Find();

    private static string Find()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Tandem.slnx")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("Run inside the checkout.");
        return folder;
    }
}
