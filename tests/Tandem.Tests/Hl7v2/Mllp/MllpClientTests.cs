using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Tandem.Hl7v2;
using Tandem.Hl7v2.Acknowledging;
using Tandem.Hl7v2.Mllp;
using Tandem.Hl7v2.Segments;
using Xunit;

namespace Tandem.Tests.Hl7v2.Mllp;

public sealed class MllpClientTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 20, 9, 0, 0, TimeSpan.FromHours(-5));

    [Fact]
    public async Task A_message_is_sent_and_its_answer_read()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var peer = AnswerAsync(listener, answers: 2, cancel);
        await using (var client = await MllpClient.ConnectAsync("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port, cancel))
        {
            foreach (var id in new[] { "M1", "M2" })
            {
                var answer = await client.SendAsync(SharedHl7Data.Read($"MSH|^~\\&|A|B|C|D|20261120||ADT^A01|{id}|P|2.5\r").ToBytes(), cancel);
                Assert.Equal(("AA", id), (Msa.In(answer.Message!).Code, Msa.In(answer.Message!).ControlId));
            }

            await Assert.ThrowsAsync<EndOfStreamException>(() => client.SendAsync("MSH|^~\\&|A\r"u8.ToArray(), cancel));
        }

        await peer;
    }

    private static async Task AnswerAsync(TcpListener listener, int answers, CancellationToken cancel)
    {
        using var connection = await listener.AcceptTcpClientAsync(cancel);
        await using var stream = connection.GetStream();
        var reader = new MllpReader(PipeReader.Create(stream));
        var writer = PipeWriter.Create(stream);
        for (var n = 0; n < answers && await reader.ReadAsync(cancel) is { } frame; n++)
        {
            var message = Hl7Message.Parse(frame.Bytes).Message!;
            MllpFraming.Write(writer, Acknowledgement.Write(message, "AA", "R1", At));
            await writer.FlushAsync(cancel);
        }

        await reader.ReadAsync(cancel);
    }
}
