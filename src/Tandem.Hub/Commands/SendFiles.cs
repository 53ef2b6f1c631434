using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Tandem.Care.Intake;

namespace Tandem.Hub.Commands;

/// <summary>Sends HL7 messages from files over MLLP, at a given rate, and counts the answers.</summary>
internal static class SendFiles
{
    internal static Command Command()
    {
        var files = new Argument<FileInfo[]>("files") { Description = "files with one or many messages; .gz and .zip too", Arity = ArgumentArity.OneOrMore };
        files.AcceptExistingOnly();
        var to = new Option<string>("--to") { Description = "where to", DefaultValueFactory = _ => "127.0.0.1:2575" };
        var rate = new Option<double?>("--rate") { Description = "messages a second at most" };
        rate.Validators.Add(result =>
        {
            if (result.Tokens is [var word] && !(double.TryParse(word.Value, CultureInfo.InvariantCulture, out var asked) && asked is > 0 and < 1_000_000))
                result.AddError("--rate must be a number of messages a second above 0, such as 0.5 or 20.");
        });
        var command = new Command("send", "Sends HL7 messages over MLLP.") { files, to, rate };
        command.SetAction((parsed, cancel) => RunAsync([.. parsed.GetValue(files)!.Select(file => file.FullName)], parsed.GetValue(to)!, parsed.GetValue(rate), cancel));
        return command;
    }

    /// <returns>0 when everything was accepted, 1 when something was not, 2 when it could not be sent.</returns>
    private static async Task<int> RunAsync(string[] files, string to, double? rate, CancellationToken cancel)
    {
        if (!IPEndPoint.TryParse(to.Replace("localhost", "127.0.0.1", StringComparison.Ordinal), out var address) || address.Port == 0)
        {
            await Console.Error.WriteLineAsync($"--to must be an address and a port such as 127.0.0.1:2575; it is \"{to}\".");
            return 2;
        }

        try
        {
            var report = await SendMessages.SendAsync(files, address.Address.ToString(), address.Port, rate, TimeProvider.System, cancel);
            Console.WriteLine(report);
            return report.AllAccepted ? 0 : 1;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or SocketException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"Nothing more could be sent: {e.Message}");
            return 2;
        }
    }
}
