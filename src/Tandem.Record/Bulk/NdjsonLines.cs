using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Tandem.Record.Bulk;

/// <summary>Reads NDJSON line by line.</summary>
internal static class NdjsonLines
{
    /// <summary>The lines without their ends; a line of spaces is empty.</summary>
    /// <exception cref="BulkException">A line is too long, or nothing came for too long.</exception>
    internal static async IAsyncEnumerable<byte[]> ReadAsync(Stream stream, int longest, SilenceLimit silence, [EnumeratorCancellation] CancellationToken cancel)
    {
        var pipe = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 256 * 1024));
        var lines = new List<byte[]>();
        for (var isCompleted = false; !isCompleted;)
        {
            var read = await silence.WithinAsync(late => pipe.ReadAsync(late).AsTask(), cancel);
            isCompleted = read.IsCompleted;
            var rest = Split(read.Buffer, isCompleted, lines);
            if (rest.Length > longest)
                throw new BulkException($"A line is longer than {longest:N0} bytes.");
            pipe.AdvanceTo(rest.Start, rest.End);
            foreach (var line in lines)
                yield return line;
            lines.Clear();
        }

        await pipe.CompleteAsync();
    }

    private static ReadOnlySequence<byte> Split(ReadOnlySequence<byte> buffer, bool isLast, List<byte[]> lines)
    {
        while (buffer.PositionOf((byte)'\n') is { } end)
        {
            lines.Add(Trimmed(buffer.Slice(0, end)));
            buffer = buffer.Slice(buffer.GetPosition(1, end));
        }

        if (!isLast || buffer.IsEmpty)
            return buffer;
        lines.Add(Trimmed(buffer));
        return buffer.Slice(buffer.End);
    }

    private static byte[] Trimmed(ReadOnlySequence<byte> line) => line.ToArray().AsSpan().Trim(" \r\t"u8).ToArray();
}
