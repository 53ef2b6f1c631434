using System.Buffers;

namespace Tandem.Record.Rest;

/// <summary>Lays sound JSON out over lines; every value keeps its bytes.</summary>
internal static class JsonIndent
{
    /// <summary>The text over lines, or null when it would have more bytes than these: each level adds two blanks to each value in it.</summary>
    internal static ReadOnlyMemory<byte>? Within(int most, ReadOnlySpan<byte> json)
    {
        var into = new ArrayBufferWriter<byte>((int)Math.Min(most, 1024 + (json.Length * 2L)));
        var depth = 0;
        for (var at = 0; at < json.Length && into.WrittenCount <= most; at++)
        {
            switch (json[at])
            {
                case (byte)'"':
                    var end = StringEnd(json, at);
                    into.Write(json[at..end]);
                    at = end - 1;
                    break;
                case (byte)'{' or (byte)'[' when IsEmptyAfter(json, at, out var close):
                    into.Write([json[at], json[close]]);
                    at = close;
                    break;
                case (byte)'{' or (byte)'[':
                    into.Write([json[at]]);
                    Break(into, ++depth);
                    break;
                case (byte)'}' or (byte)']':
                    Break(into, --depth);
                    into.Write([json[at]]);
                    break;
                case (byte)',':
                    into.Write(","u8);
                    Break(into, depth);
                    break;
                case (byte)':':
                    into.Write(": "u8);
                    break;
                case (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t':
                    break;
                default:
                    into.Write([json[at]]);
                    break;
            }
        }

        return into.WrittenCount <= most ? into.WrittenMemory : default(ReadOnlyMemory<byte>?);
    }

    private static int StringEnd(ReadOnlySpan<byte> json, int at)
    {
        for (at++; json[at] != (byte)'"'; at++)
        {
            if (json[at] == (byte)'\\')
                at++;
        }

        return at + 1;
    }

    private static bool IsEmptyAfter(ReadOnlySpan<byte> json, int at, out int close)
    {
        close = at + 1 + json[(at + 1)..].IndexOfAnyExcept(" \t\r\n"u8);
        return json[close] is (byte)'}' or (byte)']';
    }

    private static void Break(ArrayBufferWriter<byte> into, int depth)
    {
        into.Write("\n"u8);
        for (var i = 0; i < depth; i++)
            into.Write("  "u8);
    }
}
