namespace Tandem.Tests.Support;

/// <summary>Places in the checkout.</summary>
internal static class Repository
{
    /// <summary>The checkout's root.</summary>
    internal static string Root { get; } = FindRoot();

    /// <summary>A file or folder of the third-party samples beside the checkout; skips the test when it is not there.</summary>
    internal static string Shared(string path)
    {
        var full = Path.Combine(Root, "..", "shared", "data", path);
        Assert.SkipWhen(!Path.Exists(full), $"The sample {path} is not beside this checkout.");
        return full;
    }

    /// <summary>Files that people write, below the given folders.</summary>
    internal static IEnumerable<string> Sources(string pattern, params string[] folders) => folders
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Root, folder), pattern, SearchOption.AllDirectories))
        .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj" or "node_modules" or "wwwroot"))
        .Order(StringComparer.Ordinal);

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Tandem.slnx")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests must run inside the checkout.");
        return folder;
    }
}
