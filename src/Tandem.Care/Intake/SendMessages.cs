using System.Globalization;
using System.IO.Compression;
using Tandem.Hl7v2;
using Tandem.Hl7v2.Acknowledging;
using Tandem.Hl7v2.Mllp;
using Tandem.Hl7v2.Segments;

namespace Tandem.Care.Intake;

/// <summary>What sending came to.</summary>
/// <param name="Sent">Messages sent.</param>
/// <param name="Answers">How many answers of each code; <c>none</c> for messages that want no answer.</param>
/// <param name="Complaints">What the answers complained of, with how often.</param>
/// <param name="Took">From the first message to the last answer.</param>
public sealed record SendReport(int Sent, IReadOnlyDictionary<string, int> Answers, IReadOnlyDictionary<string, int> Complaints, TimeSpan Took)
{
    /// <summary>True when everything was accepted.</summary>
    public bool AllAccepted => Answers.Keys.All(code => code is "AA" or "CA" or "none");

    /// <summary>A few lines for a person.</summary>
    public override string ToString()
    {
        var rate = Took > TimeSpan.Zero ? Sent / Took.TotalSeconds : 0;
        var lines = new List<string>
        {
            string.Create(CultureInfo.InvariantCulture, $"{Sent} messages in {Took.TotalSeconds:0.0} s ({rate:0}/s): ")
                + string.Join(", ", Answers.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Value} {pair.Key}")),
        };
        lines.AddRange(Complaints.OrderByDescending(pair => pair.Value).Select(pair => $"  {pair.Value} × {pair.Key}"));
        return string.Join(Environment.NewLine, lines);
    }
}

/// <summary>Sends files of messages over MLLP: one or many in a file, framed, batched (FHS, BHS) or bare, also in .gz and .zip.</summary>
public static class SendMessages
{
    /// <summary>Sends one message after the other over one line, each after the answer to the one before.</summary>
    /// <param name="files">Paths; a .zip is read entry by entry in the order of their names.</param>
    /// <param name="host">Where to.</param>
    /// <param name="port">Where to.</param>
    /// <param name="perSecond">At most so many messages a second; null for as fast as they are answered.</param>
    /// <param name="clock">For the rate and the time taken.</param>
    /// <param name="cancel">Stops between messages.</param>
    /// <exception cref="IOException">A file cannot be read, or the receiver closed the line.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">Nobody listens there.</exception>
    public static async Task<SendReport> SendAsync(
        IReadOnlyList<string> files, string host, int port, double? perSecond, TimeProvider clock, CancellationToken cancel)
    {
        var answers = new Dictionary<string, int>(StringComparer.Ordinal);
        var complaints = new Dictionary<string, int>(StringComparer.Ordinal);
        await using var client = await MllpClient.ConnectAsync(host, port, cancel);
        var (start, sent) = (clock.GetTimestamp(), 0);
        foreach (var message in files.SelectMany(Read))
        {
            if (perSecond is { } rate && (TimeSpan.FromSeconds(sent / rate) - clock.GetElapsedTime(start)) is { Ticks: > 0 } early)
                await Task.Delay(early, clock, cancel);
            await client.PostAsync(message, cancel);
            sent++;
            var expected = ExpectedAnswers(message);
            if (expected == 0)
                answers["none"] = answers.GetValueOrDefault("none") + 1;
            for (; expected > 0; expected--)
            {
                if (!Count(await client.ReceiveAsync(cancel), answers, complaints))
                    break;
            }
        }

        return new(sent, answers, complaints, clock.GetElapsedTime(start));
    }

    /// <summary>The messages of a file.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Read(string path)
    {
        using var file = File.OpenRead(path);
        if (!path.EndsWith(".zip", StringComparison.OrdinalIgnoreCase))
            return Hl7File.Messages(All(path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(file, CompressionMode.Decompress) : file));
        using var zip = new ZipArchive(file, ZipArchiveMode.Read);
        var messages = new List<ReadOnlyMemory<byte>>();
        foreach (var entry in zip.Entries.Where(entry => entry.Length > 0).OrderBy(entry => entry.FullName, StringComparer.Ordinal))
            messages.AddRange(Hl7File.Messages(All(entry.Open())));
        return messages;
    }

    private static byte[] All(Stream stream)
    {
        using (stream)
        {
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            return bytes.ToArray();
        }
    }

    /// <summary>How many answers an accepted message brings; a refused one always brings at most one.</summary>
    private static int ExpectedAnswers(ReadOnlyMemory<byte> message)
    {
        var parsed = Hl7Message.Parse(message);
        if ((parsed.Message ?? parsed.Fault?.Header) is not { } header)
            return 1;
        return Msh.In(header).Type.Code == "ACK" ? 0
            : Acknowledgement.Codes(header, AckOutcome.Accepted).Count;
    }

    /// <summary>True when the message was accepted, so that a second answer may follow.</summary>
    private static bool Count(Hl7Reading answer, Dictionary<string, int> answers, Dictionary<string, int> complaints)
    {
        if (!answer.Succeeded(out var message, out var fault))
        {
            complaints[fault.Reason] = complaints.GetValueOrDefault(fault.Reason) + 1;
            return false;
        }

        var code = Msa.In(message).Code ?? "?";
        answers[code] = answers.GetValueOrDefault(code) + 1;
        if (code is "AA" or "CA")
            return true;
        var err = Err.In(message);
        var complaint = err.UserMessage ?? message.Text("MSA-3") ?? "no reason given";
        complaint = err.Diagnostics is { } place ? $"{place}: {complaint}" : complaint;
        complaints[complaint] = complaints.GetValueOrDefault(complaint) + 1;
        return false;
    }
}
