using System.Text.RegularExpressions;

namespace Tandem.Care.Intake.Mapping;

/// <summary>Numbers as HL7 writes them (NM, HL7 v2.8.2 ch. 2A.46) to numbers as JSON writes them, with every digit kept.</summary>
internal static partial class Numbers
{
    /// <summary>The JSON literal; null when the text is no number.</summary>
    internal static string? Literal(string? text)
    {
        if (IsPlain(text))
            return text;
        if (text is null || Number().Match(text.Trim()) is not { Success: true } match)
            return null;
        var whole = match.Groups[2].Value.TrimStart('0');
        var fraction = match.Groups[3].Value;
        if (whole.Length + fraction.Length is 0 && match.Groups[2].Length == 0)
            return null;
        if (whole.Length == 0)
            whole = "0";
        return whole.Length + fraction.Length > 28 ? null
            : (match.Groups[1].Value == "-" ? "-" : "") + whole + (fraction.Length > 0 ? "." + fraction : "");
    }

    /// <summary>True for a number that JSON writes in the same way, as nearly all are.</summary>
    internal static bool IsPlain(ReadOnlySpan<char> text)
    {
        var point = text.IndexOf('.');
        var whole = point < 0 ? text : text[..point];
        return text.Length is > 0 and <= 28 && whole.Length > 0 && (whole[0] != '0' || whole.Length == 1) && point != text.Length - 1
            && whole.IndexOfAnyExceptInRange('0', '9') < 0 && text[(point + 1)..].IndexOfAnyExceptInRange('0', '9') < 0;
    }

    [GeneratedRegex(@"^([-+]?)(\d*)(?:\.(\d*))?$", RegexOptions.CultureInvariant)]
    private static partial Regex Number();
}
