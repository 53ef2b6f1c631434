using System.Diagnostics;
using System.Text;

namespace Tandem.Tests.Support;

/// <summary>Programs that nobody here wrote, of tests/peers, run by Node.</summary>
internal static class NodePeer
{
    private static readonly Lock Installing = new();

    internal static string Folder { get; } = Path.Combine(Repository.Root, "tests", "peers");

    /// <summary>Skips the test where Node is not installed; installs the packages once where they are not.</summary>
    internal static void Need(params string[] packages)
    {
        Assert.SkipWhen(Which("node") is null || Which("npm") is null, "Node and npm are not installed (Debian: nodejs, npm).");
        lock (Installing)
        {
            if (packages.All(package => Directory.Exists(Path.Combine(Folder, "node_modules", package))))
                return;
            var (code, output, error) = Run("npm", ["ci", "--no-audit", "--no-fund", "--prefix", Folder], TimeSpan.FromMinutes(4));
            Assert.True(code == 0, error + output);
        }
    }

    internal static (int Code, string Output, string Error) Run(string program, string[] arguments, TimeSpan patience)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Folder };
        using var process = Process.Start(start)!;
        var (output, error) = (new StringBuilder(), new StringBuilder());
        process.OutputDataReceived += (_, e) => output.AppendLine(e.Data);
        process.ErrorDataReceived += (_, e) => error.AppendLine(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (!process.WaitForExit(patience))
        {
            process.Kill(entireProcessTree: true);
            return (-1, output.ToString(), error + $"It did not end within {patience}.");
        }

        process.WaitForExit();
        return (process.ExitCode, output.ToString(), error.ToString());
    }

    private static string? Which(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
}
