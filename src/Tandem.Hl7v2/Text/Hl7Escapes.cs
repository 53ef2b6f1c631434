using System.Buffers;
using System.Globalization;
using System.Text;

namespace Tandem.Hl7v2.Text;

/// <summary>
/// Escape sequences (HL7 v2.8.2 ch. 2.7). Delimiters and hexadecimal data become what they stand for, line commands of formatted
/// text become line feeds and spaces, highlighting and layout commands vanish, and what is not known stays as it was sent.
/// </summary>
internal static class Hl7Escapes
{
    internal static string Unescape(ReadOnlySpan<byte> utf8, Hl7Separators separators, Encoding encoding)
    {
        if (separators.Escape == 0 || !utf8.Contains(separators.Escape))
            return Encoding.UTF8.GetString(utf8);
        var text = new StringBuilder(utf8.Length);
        while (utf8.Length > 0)
        {
            var open = utf8.IndexOf(separators.Escape);
            var close = open < 0 ? -1 : utf8[(open + 1)..].IndexOf(separators.Escape);
            if (close < 0)
                break;
            text.Append(Encoding.UTF8.GetString(utf8[..open]));
            var command = utf8.Slice(open + 1, close);
            if (Meaning(command, separators, encoding) is { } meaning)
            {
                text.Append(meaning);
                utf8 = utf8[(open + close + 2)..];
            }
            else
            {
                // Not a sequence that is known: the closing character may open the next one.
                text.Append((char)separators.Escape).Append(Encoding.UTF8.GetString(command));
                utf8 = utf8[(open + close + 1)..];
                if (IsForeign(command))
                {
                    text.Append((char)separators.Escape);
                    utf8 = utf8[1..];
                }
            }
        }

        return text.Append(Encoding.UTF8.GetString(utf8)).ToString();
    }

    /// <summary>The text with delimiters, line ends and control characters escaped, so that it can stand in one sub-component.</summary>
    internal static string Escape(string text, Hl7Separators separators)
    {
        var result = new StringBuilder(text.Length + 8);
        var escape = separators.Escape == 0 ? '\\' : (char)separators.Escape;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\r' && i + 1 < text.Length && text[i + 1] == '\n')
                continue;
            if (Command(text[i], separators) is { } command)
                result.Append(escape).Append(command).Append(escape);
            else
                result.Append(text[i]);
        }

        return result.ToString();
    }

    private static string? Command(char c, Hl7Separators separators) => c switch
    {
        '\r' or '\n' => ".br",
        < ' ' => "X" + ((int)c).ToString("X2", CultureInfo.InvariantCulture),
        > '\x7E' => null,
        _ when c == separators.Field => "F",
        _ when c == separators.Component => "S",
        _ when c == separators.Repetition => "R",
        _ when c == separators.Escape => "E",
        _ when c == separators.SubComponent => "T",
        _ when c == separators.Truncation => "P",
        _ => null,
    };

    private static string? Meaning(ReadOnlySpan<byte> command, Hl7Separators separators, Encoding encoding)
    {
        if (command.Length == 0)
            return null;
        return command[0] switch
        {
            (byte)'F' when command.Length == 1 => Of(separators.Field),
            (byte)'S' when command.Length == 1 => Of(separators.Component),
            (byte)'R' when command.Length == 1 => Of(separators.Repetition),
            (byte)'E' when command.Length == 1 => Of(separators.Escape),
            (byte)'T' when command.Length == 1 => Of(separators.SubComponent),
            (byte)'P' when command.Length == 1 && separators.Truncation != 0 => Of(separators.Truncation),
            (byte)'H' or (byte)'N' when command.Length == 1 => "",
            (byte)'X' => Hexadecimal(command[1..], encoding),
            (byte)'.' => Layout(command[1..]),
            _ => null,
        };
    }

    private static string? Of(byte separator) => separator == 0 ? null : char.ToString((char)separator);

    private static string? Hexadecimal(ReadOnlySpan<byte> digits, Encoding encoding)
    {
        if (digits.Length == 0 || digits.Length % 2 != 0)
            return null;
        var bytes = new byte[digits.Length / 2];
        if (Convert.FromHexString(Encoding.ASCII.GetString(digits), bytes, out _, out _) != OperationStatus.Done)
            return null;
        try
        {
            return encoding.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return Encoding.Latin1.GetString(bytes);
        }
    }

    /// <summary>Commands of formatted text (HL7 v2.8.2 ch. 2.7.6): .br .sp .ce end lines, .sk makes spaces, the others only lay out.</summary>
    private static string? Layout(ReadOnlySpan<byte> command)
    {
        if (command.Length < 2)
            return null;
        var number = command[2..].Length == 0 ? 1 : Number(command[2..]);
        return Encoding.ASCII.GetString(command[..2]) switch
        {
            "br" or "ce" when command.Length == 2 => "\n",
            "sp" when number is { } lines => new string('\n', lines),
            "sk" when number is { } spaces => new string(' ', spaces),
            "fi" or "nf" when command.Length == 2 => "",
            "in" or "ti" when number is not null => "",
            _ => null,
        };
    }

    private static int? Number(ReadOnlySpan<byte> digits) =>
        int.TryParse(digits, NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out var n) && n is >= -99 and <= 99
            ? Math.Max(n, 0) : null;

    /// <summary>A sequence of a kind the standard allows but that means nothing here (\C..\, \M..\, \Z..\, \U..\): kept whole.</summary>
    private static bool IsForeign(ReadOnlySpan<byte> command) =>
        command.Length > 0 && command[0] is (byte)'C' or (byte)'M' or (byte)'Z' or (byte)'U' && !command.Contains((byte)' ');
}
