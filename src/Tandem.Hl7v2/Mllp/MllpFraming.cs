namespace Tandem.Hl7v2.Mllp;

/// <summary>The frame of the minimal lower layer protocol: 0x0B, the message, 0x1C 0x0D (HL7 v2.8.2 appendix C.4.3).</summary>
public static class MllpFraming
{
    /// <summary>Begins a frame (VT).</summary>
    public const byte StartBlock = 0x0B;

    /// <summary>Ends a frame (FS), followed by a carriage return.</summary>
    public const byte EndBlock = 0x1C;

    /// <summary>Follows <see cref="EndBlock"/>.</summary>
    public const byte CarriageReturn = 0x0D;

    /// <summary>Puts a message with its frame into a buffer.</summary>
    public static void Write(System.Buffers.IBufferWriter<byte> output, ReadOnlySpan<byte> message)
    {
        var span = output.GetSpan(message.Length + 3);
        span[0] = StartBlock;
        message.CopyTo(span[1..]);
        span[message.Length + 1] = EndBlock;
        span[message.Length + 2] = CarriageReturn;
        output.Advance(message.Length + 3);
    }
}
