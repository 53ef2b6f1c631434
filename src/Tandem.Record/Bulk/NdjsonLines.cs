using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Tandem.Record.Bulk;

/// <summary>Reads NDJSON line by line.</summary>
internal static class NdjsonLines
{
    /// <summary>The lines without their ends and without a mark of UTF-8 before the first; a line of spaces is empty, one that is too long is null.</summary>
    /// <exception cref="BulkException">Nothing or too little came for too long, or the file broke off.</exception>
    internal static async IAsyncEnumerable<byte[]?> ReadAsync(Stream stream, int longest, HostPace pace, [EnumeratorCancellation] CancellationToken cancel)
    {
        var pipe = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 256 * 1024));
        var (lines, isWithin, isFirst) = (new List<byte[]?>(), false, true); // within a line that is too long
        var held = 0L; // of a line whose end has not come
        for (var isCompleted = false; !isCompleted;)
        {
            var read = await pace.WithinAsync(late => pipe.ReadAsync(late).AsTask(), cancel);
            isCompleted = read.IsCompleted;
            if (!isCompleted)
                pace.Note(read.Buffer.Length - held);
            var rest = Split(read.Buffer, longest, lines, ref isWithin);
            if (isCompleted && (isWithin || !rest.IsEmpty))
                lines.Add(isWithin ? null : Trimmed(rest));
            pipe.AdvanceTo(rest.Start, rest.End);
            held = rest.Length;
            foreach (var line in lines)
            {
                yield return isFirst ? Unmarked(line) : line;
                isFirst = false;
            }

            lines.Clear();
        }

        await pipe.CompleteAsync();
    }

    /// <summary>Takes the lines that are there to their end. Of one that is too long nothing stays.</summary>
    private static ReadOnlySequence<byte> Split(ReadOnlySequence<byte> buffer, int longest, List<byte[]?> lines, ref bool isWithin)
    {
        while (buffer.PositionOf((byte)'\n') is { } end)
        {
            var line = buffer.Slice(0, end);
            lines.Add(isWithin || line.Length > longest ? null : Trimmed(line));
            isWithin = false;
            buffer = buffer.Slice(buffer.GetPosition(1, end));
        }

        isWithin |= buffer.Length > longest;
        return isWithin ? buffer.Slice(buffer.End) : buffer;
    }

    private static byte[] Trimmed(ReadOnlySequence<byte> line) => line.ToArray().AsSpan().Trim(" \r\t"u8).ToArray();

    private static byte[]? Unmarked(byte[]? line) => line.AsSpan().StartsWith("\uFEFF"u8) ? line![3..] : line;
}
