using System.Globalization;
using System.Text;

namespace Tandem.Fhir.FhirPath.Syntax;

internal enum TokenKind : byte
{
    End,
    Identifier,
    QuotedIdentifier,
    String,
    Number,
    Date,
    Symbol,
}

/// <summary>A word of an expression: its meaning without quotes and escapes, and where it begins.</summary>
internal readonly record struct Token(TokenKind Kind, string Text, int Position)
{
    internal bool Is(string symbol) => Kind == TokenKind.Symbol && Text == symbol;

    internal bool IsWord(string word) => Kind == TokenKind.Identifier && Text == word;
}

/// <summary>Cuts an expression into tokens (FHIRPath 2.0, 4.1 and appendix B).</summary>
internal sealed class Lexer(string text)
{
    private static readonly string[] Symbols = ["!=", "!~", "<=", ">=", .. "=~<>.,()[]{}+-*/|&%$".Select(c => c.ToString())];

    private int at;

    internal static List<Token> Read(string text)
    {
        var lexer = new Lexer(text);
        var tokens = new List<Token>();
        do
        {
            tokens.Add(lexer.Next());
        }
        while (tokens[^1].Kind != TokenKind.End);
        return tokens;
    }

    private Token Next()
    {
        SkipBlanks();
        var start = at;
        if (at == text.Length)
            return new(TokenKind.End, "", at);
        var c = text[at];
        if (char.IsAsciiLetter(c) || c == '_')
            return new(TokenKind.Identifier, While(static next => char.IsAsciiLetterOrDigit(next) || next == '_'), start);
        if (char.IsAsciiDigit(c))
            return new(TokenKind.Number, Number(), start);
        switch (c)
        {
            case '\'':
                return new(TokenKind.String, Quoted('\''), start);
            case '`' or '"':
                return new(TokenKind.QuotedIdentifier, Quoted(c), start);
            case '@':
                return new(TokenKind.Date, Date(), start);
        }

        foreach (var symbol in Symbols)
        {
            if (string.CompareOrdinal(text, at, symbol, 0, symbol.Length) == 0)
            {
                at += symbol.Length;
                return new(TokenKind.Symbol, symbol, start);
            }
        }

        throw new FhirPathException($"The character '{c}' has no meaning here.", at);
    }

    private void SkipBlanks()
    {
        while (at < text.Length)
        {
            if (text[at] is ' ' or '\t' or '\r' or '\n')
            {
                at++;
            }
            else if (text.AsSpan(at).StartsWith("//"))
            {
                var end = text.AsSpan(at).IndexOfAny('\r', '\n');
                at = end < 0 ? text.Length : at + end;
            }
            else if (text.AsSpan(at).StartsWith("/*"))
            {
                var end = text.IndexOf("*/", at + 2, StringComparison.Ordinal);
                at = end < 0 ? throw new FhirPathException("This comment has no end.", at) : end + 2;
            }
            else
            {
                return;
            }
        }
    }

    private string While(Func<char, bool> belongs)
    {
        var start = at;
        while (at < text.Length && belongs(text[at]))
            at++;
        return text[start..at];
    }

    private string Number()
    {
        var start = at;
        While(char.IsAsciiDigit);
        if (at + 1 < text.Length && text[at] == '.' && char.IsAsciiDigit(text[at + 1]))
        {
            at++;
            While(char.IsAsciiDigit);
        }

        return text[start..at];
    }

    /// <summary>Takes what can belong to a date, after its day a minus is an operator; whether it is one is decided when it is read.</summary>
    private string Date()
    {
        var start = ++at;
        While(char.IsAsciiDigit);
        for (var part = 0; part < 2 && at + 2 < text.Length && text[at] == '-' && char.IsAsciiDigit(text[at + 1]) && char.IsAsciiDigit(text[at + 2]); part++)
            at += 3;
        if (at < text.Length && text[at] == 'T')
        {
            var time = at == start;
            at++;
            While(static c => char.IsAsciiDigit(c) || c == ':');
            if (at + 1 < text.Length && text[at] == '.' && char.IsAsciiDigit(text[at + 1]))
            {
                at++;
                While(char.IsAsciiDigit);
            }

            if (!time)
                Zone();
        }

        return text[start..at];
    }

    private void Zone()
    {
        if (at < text.Length && text[at] == 'Z')
            at++;
        else if (at + 5 < text.Length && text[at] is '+' or '-' && char.IsAsciiDigit(text[at + 1]) && char.IsAsciiDigit(text[at + 2]) && text[at + 3] == ':')
            at += 6;
    }

    private string Quoted(char quote)
    {
        var start = at++;
        var end = text.AsSpan(at).IndexOfAny(quote, '\\');
        if (end >= 0 && text[at + end] == quote)
        {
            at += end + 1;
            return text.Substring(start + 1, end);
        }

        var plain = new StringBuilder();
        while (at < text.Length && text[at] != quote)
            plain.Append(text[at] == '\\' ? Escaped() : text[at++]);
        if (at == text.Length)
            throw new FhirPathException(quote == '\'' ? "This text has no closing quote." : "This name has no closing quote.", start);
        at++;
        return plain.ToString();
    }

    /// <summary>The backslash of what is no escape is left out (FHIRPath 2.0, 4.1.2).</summary>
    private char Escaped()
    {
        var start = at;
        at += 2;
        if (at > text.Length)
            throw new FhirPathException("An escape is cut off here.", start);
        switch (text[at - 1])
        {
            case 'r': return '\r';
            case 'n': return '\n';
            case 't': return '\t';
            case 'f': return '\f';
            case 'u' when at + 4 <= text.Length && ushort.TryParse(text.AsSpan(at, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code):
                at += 4;
                return (char)code;
            default:
                return text[at - 1];
        }
    }
}
