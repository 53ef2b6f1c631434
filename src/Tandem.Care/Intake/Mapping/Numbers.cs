using System.Text.RegularExpressions;

namespace Tandem.Care.Intake.Mapping;

/// <summary>Numbers as HL7 writes them (NM, HL7 v2.8.2 ch. 2A.46) to numbers as JSON writes them, with every digit kept.</summary>
internal static partial class Numbers
{
    /// <summary>The JSON literal; null when the text is no number.</summary>
    internal static string? Literal(string? text)
    {
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

    [GeneratedRegex(@"^([-+]?)(\d*)(?:\.(\d*))?$", RegexOptions.CultureInvariant)]
    private static partial Regex Number();
}
