using System.Diagnostics;
using Tandem.Tests.Care.Intake;

namespace Tandem.Tests.Wire;

/// <summary>Clients that nobody here wrote, run by Node, against the real port.</summary>
public sealed class NodePeerTests
{
    private static readonly string Folder = Path.Combine(Root(), "tests", "peers");
    private static readonly Lock Installing = new();

    [Theory]
    [InlineData("node-hl7-client.mjs", "N")]
    [InlineData("simple-hl7.cjs", "S")]
    public async Task A_third_party_client_is_answered_message_by_message(string script, string prefix)
    {
        Assert.SkipWhen(Which("node") is null || Which("npm") is null, "Node and npm are not installed (Debian: nodejs, npm).");
        Install();
        await using var host = await IntakeHost.StartAsync();

        var (code, output, error) = Run("node", [Path.Combine(Folder, script), host.Port.ToString(System.Globalization.CultureInfo.InvariantCulture), "20"]);
        await host.SettleAsync();

        Assert.True(code == 0, error + output);
        Assert.Equal(Enumerable.Range(1, 20).Select(n => $"AA {prefix}{n}"), output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        Assert.Equal(20, host.Current("Patient").Count);
        Assert.Equal(20, host.Query("SELECT COUNT(*) FROM intake_states WHERE status = 'applied'", row => row.Integer(0))[0]);
    }

    private static void Install()
    {
        lock (Installing)
        {
            if (Directory.Exists(Path.Combine(Folder, "node_modules", "simple-hl7")) && Directory.Exists(Path.Combine(Folder, "node_modules", "node-hl7-client")))
                return;
            var (code, output, error) = Run("npm", ["ci", "--no-audit", "--no-fund", "--prefix", Folder]);
            Assert.True(code == 0, error + output);
        }
    }

    private static (int Code, string Output, string Error) Run(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Folder };
        using var process = Process.Start(start)!;
        var (output, error) = (new System.Text.StringBuilder(), new System.Text.StringBuilder());
        process.OutputDataReceived += (_, e) => output.AppendLine(e.Data);
        process.ErrorDataReceived += (_, e) => error.AppendLine(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (!process.WaitForExit(120_000))
        {
            process.Kill(entireProcessTree: true);
            return (-1, output.ToString(), error + "It did not end within two minutes.");
        }

        process.WaitForExit();
        return (process.ExitCode, output.ToString(), error.ToString());
    }

    private static string? Which(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Tandem.slnx")))
            folder = folder.Parent;
        return folder.FullName;
    }
}
