namespace Tandem.EndToEnd.Support;

/// <summary>Where things lie in the repository.</summary>
internal static class Places
{
    internal static string Repository { get; } = FindRepository();

    /// <summary>The hub as built with the tests: same configuration, its own output.</summary>
    internal static string HubAssembly { get; } = AssemblyOf("Tandem.Hub");

    /// <summary>The program to try the hub with, as built with the tests.</summary>
    internal static string TrialAssembly { get; } = AssemblyOf("Tandem.Trial");

    internal static string Content { get; } = Path.Combine(Repository, "content");

    internal static string Axe { get; } = Path.Combine(Repository, "src", "Tandem.Hub", "Client", "node_modules", "axe-core", "axe.min.js");

    internal static string Chromium { get; } = Environment.GetEnvironmentVariable("TANDEM_CHROMIUM")
        ?? new[] { "/usr/bin/chromium-headless-shell", "/usr/bin/chromium" }.First(path => File.Exists(path) || path == "/usr/bin/chromium");

    private static string AssemblyOf(string program) => Path.Combine(
        Repository, "src", program, "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0", program + ".dll");

    private static string FindRepository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Tandem.slnx")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests do not run inside the repository.");
    }
}
