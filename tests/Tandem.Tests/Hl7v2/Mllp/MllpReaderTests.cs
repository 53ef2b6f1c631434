using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Tandem.Hl7v2.Mllp;
using Xunit;

namespace Tandem.Tests.Hl7v2.Mllp;

public sealed class MllpReaderTests
{
    [Fact]
    public async Task Several_frames_in_one_read_come_one_by_one() =>
        Assert.Equal(["one", "two", ""], await ReadAll("\vone\u001C\r\vtwo\u001C\r\v\u001C\r", 1000));

    [Fact]
    public async Task A_frame_split_at_every_byte_is_put_together() =>
        Assert.Equal(["one\rtwo", "three"], await ReadAll("\vone\rtwo\u001C\r\vthree\u001C\r", 1));

    [Fact]
    public async Task A_missing_last_carriage_return_is_tolerated() => Assert.Equal(["one", "two"], await ReadAll("\vone\u001C\vtwo\u001C", 3));

    [Fact]
    public async Task A_frame_without_its_carriage_return_is_given_at_once_while_the_line_stays_open()
    {
        var pipe = new Pipe();
        var reader = new MllpReader(pipe.Reader);
        await pipe.Writer.WriteAsync("\vone\u001C"u8.ToArray(), TestContext.Current.CancellationToken);
        var frame = await reader.ReadAsync(TestContext.Current.CancellationToken);
        Assert.Equal("one", Encoding.ASCII.GetString(frame!.Value.Bytes.Span));
    }

    [Fact]
    public async Task Junk_between_frames_is_skipped_and_counted()
    {
        var frames = await Frames("\r\nnoise\vone\u001C\r\n\r\nmore\vtwo\u001C\r", 4);
        Assert.Equal([("one", 5), ("two", 4)], frames.Select(f => (Encoding.ASCII.GetString(f.Bytes.Span), f.Junk)));
    }

    [Fact]
    public async Task A_frame_that_the_next_one_cuts_off_is_unfinished_and_the_next_is_whole()
    {
        var frames = await Frames("\vhalf a mess\vwhole\u001C\r", 5);
        Assert.Equal([MllpFrameKind.Unfinished, MllpFrameKind.Message], frames.Select(f => f.Kind));
        Assert.Equal("whole", Encoding.ASCII.GetString(frames[1].Bytes.Span));
    }

    [Fact]
    public async Task A_frame_that_the_end_of_the_line_cuts_off_is_unfinished() =>
        Assert.Equal(MllpFrameKind.Unfinished, (await Frames("\vhalf", 2)).Single().Kind);

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100_000)]
    public async Task A_frame_beyond_the_limit_is_reported_with_its_beginning_and_the_next_one_is_read(int chunk)
    {
        var frames = await Frames("\vMSH|" + new string('x', 9000) + "\u001C\r\vok\u001C\r", chunk, maxBytes: 5000);
        Assert.Equal([MllpFrameKind.TooLarge, MllpFrameKind.Message], frames.Select(f => f.Kind));
        Assert.StartsWith("MSH|x", Encoding.ASCII.GetString(frames[0].Bytes.Span), StringComparison.Ordinal);
        Assert.InRange(frames[0].Bytes.Length, 1000, 5001);
        Assert.Equal("ok", Encoding.ASCII.GetString(frames[1].Bytes.Span));
    }

    [Fact]
    public async Task Any_frames_in_any_pieces_come_out_as_they_went_in()
    {
        var random = new Random(7);
        for (var round = 0; round < 200; round++)
        {
            var messages = Enumerable.Range(0, random.Next(1, 8)).Select(_ => Convert.ToHexString(RandomBytes(random))).ToList();
            var line = new ArrayBufferWriter<byte>();
            foreach (var message in messages)
                MllpFraming.Write(line, Encoding.ASCII.GetBytes(message));
            Assert.Equal(messages, await ReadAll(Encoding.ASCII.GetString(line.WrittenSpan), random.Next(1, 300)));
        }
    }

    private static byte[] RandomBytes(Random random)
    {
        var bytes = new byte[random.Next(0, 400)];
        random.NextBytes(bytes);
        return bytes;
    }

    private static async Task<List<string>> ReadAll(string line, int chunk) =>
        [.. (await Frames(line, chunk)).Where(f => f.Kind == MllpFrameKind.Message).Select(f => Encoding.ASCII.GetString(f.Bytes.Span))];

    private static async Task<List<MllpFrame>> Frames(string line, int chunk, int maxBytes = 1 << 20)
    {
        var cancel = TestContext.Current.CancellationToken;
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        var reader = new MllpReader(pipe.Reader, maxBytes);
        var frames = new List<MllpFrame>();
        var reading = Task.Run(
            async () =>
            {
                while (await reader.ReadAsync(cancel) is { } frame)
                    frames.Add(frame);
            },
            cancel);
        foreach (var piece in Encoding.ASCII.GetBytes(line).Chunk(chunk))
            await pipe.Writer.WriteAsync(piece, cancel);
        await pipe.Writer.CompleteAsync();
        await reading;
        return frames;
    }
}
