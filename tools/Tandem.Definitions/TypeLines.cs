using System.Globalization;
using System.Text;

namespace Tandem.Definitions;

/// <summary>
/// Writes <c>T name kind parent pattern extensible most</c> and beneath it <c>E name min max types flags table extensible most</c>, separated by tabs; rules of either stand
/// right beneath.
/// </summary>
internal static class TypeLines
{
    internal static void Write(StringBuilder text, TypeDefinitions types, CodeTables codes)
    {
        foreach (var type in types.All)
        {
            Line(text, "T", type.Name, type.Kind.ToString(), type.Parent, type.Pattern, type.Extensible ?? "", type.Most ?? "");
            RuleLines.Write(text, type.Rules);
            foreach (var element in type.Elements)
            {
                var table = element.CodeTable is { } url && codes.Number(url) is { } number ? number.ToString(CultureInfo.InvariantCulture) : "";
                Line(text, "E", element.Name, element.Min.ToString(CultureInfo.InvariantCulture), element.Max, element.Types, element.Flags, table, element.Extensible ?? "", element.Most ?? "");
                RuleLines.Write(text, element.Rules);
            }
        }
    }

    internal static void Line(StringBuilder text, params ReadOnlySpan<string> cells)
    {
        var written = string.Join('\t', cells!);
        if (written.Contains('\n', StringComparison.Ordinal) || cells.Length != written.Count(c => c == '\t') + 1)
            throw new InvalidDataException($"A cell contains a tab or a line end: {written}");
        text.Append(written.TrimEnd('\t')).Append('\n');
    }
}
