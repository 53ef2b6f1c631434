using System.Buffers;
using System.IO.Pipelines;

namespace Tandem.Hl7v2.Mllp;

/// <summary>What was found on the line.</summary>
public enum MllpFrameKind
{
    /// <summary>A whole message.</summary>
    Message,

    /// <summary>A frame beyond the size limit; its first bytes are given, the rest was skipped.</summary>
    TooLarge,

    /// <summary>A frame that the next one or the end of the line cut off. It was not acknowledged, so the peer still has it.</summary>
    Unfinished,
}

/// <summary>One frame.</summary>
/// <param name="Kind">What was found.</param>
/// <param name="Bytes">The message without its frame characters; the reader keeps no hold on it.</param>
/// <param name="Junk">Bytes outside any frame that were skipped before this one (line ends after the frame before do not count).</param>
public readonly record struct MllpFrame(MllpFrameKind Kind, ReadOnlyMemory<byte> Bytes, int Junk);

/// <summary>
/// Reads frames from a pipe: split over reads, several in one read, with junk between them, with or without the last carriage return.
/// A frame ends at 0x1C at once, so that a peer that leaves out the carriage return is answered without waiting. Not thread-safe.
/// </summary>
/// <param name="input">The line. It stays the caller's.</param>
/// <param name="maxBytes">Largest message.</param>
public sealed class MllpReader(PipeReader input, int maxBytes = 16 * 1024 * 1024)
{
    private const int KeptOfTooLarge = 4096;

    private long scanned;
    private bool inFrame;
    private bool skipping;
    private ReadOnlyMemory<byte> kept;
    private int junk;

    /// <summary>True between the start of a frame and its end. May be asked from another thread; the answer is then about now.</summary>
    public bool IsInFrame => Volatile.Read(ref inFrame);

    /// <summary>True when more of the line was there when the last frame was read.</summary>
    public bool HasMore { get; private set; }

    /// <summary>The next frame; null at the end of the line.</summary>
    public async ValueTask<MllpFrame?> ReadAsync(CancellationToken cancel = default)
    {
        while (true)
        {
            var result = await input.ReadAsync(cancel).ConfigureAwait(false);
            var buffer = result.Buffer;
            var frame = TryTake(ref buffer);
            if (frame is null && result.IsCompleted)
                frame = AtEnd(ref buffer);
            HasMore = ContainsStart(buffer);
            input.AdvanceTo(buffer.Start, frame is null ? buffer.End : buffer.Start);
            if (frame is not null || result.IsCompleted)
                return frame;
            cancel.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Takes a frame from the front of the buffer, or what can be skipped; the buffer is cut to what remains.</summary>
    internal MllpFrame? TryTake(ref ReadOnlySequence<byte> buffer)
    {
        if (!inFrame && !Begin(ref buffer))
            return null;
        var rest = buffer.Slice(scanned);
        var end = PositionOfControl(rest);
        if (end is not { } at)
            return Wait(ref buffer);
        var message = buffer.Slice(0, at);
        var isEnd = buffer.Slice(at, 1).FirstSpan[0] == MllpFraming.EndBlock;
        var frame = Frame(message, isEnd);
        // A start character inside a frame begins the next frame: the one before was cut off.
        buffer = buffer.Slice(buffer.GetPosition(1, at));
        (inFrame, scanned, skipping, kept, junk) = (!isEnd, 0, false, default, 0);
        return frame;
    }

    private bool Begin(ref ReadOnlySequence<byte> buffer)
    {
        if (buffer.PositionOf(MllpFraming.StartBlock) is not { } start)
        {
            junk += CountJunk(buffer);
            buffer = buffer.Slice(buffer.End);
            return false;
        }

        junk += CountJunk(buffer.Slice(0, start));
        buffer = buffer.Slice(buffer.GetPosition(1, start));
        (inFrame, scanned) = (true, 0);
        return true;
    }

    private MllpFrame? Wait(ref ReadOnlySequence<byte> buffer)
    {
        if (!skipping && buffer.Length > maxBytes)
            (skipping, kept) = (true, buffer.Slice(0, Math.Min(KeptOfTooLarge, buffer.Length)).ToArray());
        if (skipping)
            buffer = buffer.Slice(buffer.End);
        scanned = buffer.Length;
        return null;
    }

    private MllpFrame Frame(ReadOnlySequence<byte> message, bool isEnd)
    {
        if (skipping)
            return new(MllpFrameKind.TooLarge, kept, junk);
        if (message.Length > maxBytes)
            return new(MllpFrameKind.TooLarge, message.Slice(0, Math.Min(KeptOfTooLarge, message.Length)).ToArray(), junk);
        return new(isEnd ? MllpFrameKind.Message : MllpFrameKind.Unfinished, message.ToArray(), junk);
    }

    private MllpFrame? AtEnd(ref ReadOnlySequence<byte> buffer)
    {
        if (!inFrame)
            return null;
        var frame = Frame(buffer, isEnd: false);
        buffer = buffer.Slice(buffer.End);
        (inFrame, scanned, skipping, junk) = (false, 0, false, 0);
        return frame;
    }

    private static SequencePosition? PositionOfControl(ReadOnlySequence<byte> rest)
    {
        var reader = new SequenceReader<byte>(rest);
        return reader.TryAdvanceToAny([MllpFraming.StartBlock, MllpFraming.EndBlock], advancePastDelimiter: false) ? reader.Position : null;
    }

    private static bool ContainsStart(ReadOnlySequence<byte> rest) => !rest.IsEmpty && rest.PositionOf(MllpFraming.StartBlock) is not null;

    private static int CountJunk(ReadOnlySequence<byte> bytes)
    {
        var count = 0;
        foreach (var memory in bytes)
        {
            foreach (var b in memory.Span)
            {
                if (b is not ((byte)'\r' or (byte)'\n'))
                    count++;
            }
        }

        return count;
    }
}
