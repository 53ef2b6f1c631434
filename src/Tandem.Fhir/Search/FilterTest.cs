using System.Text.Json;
using Tandem.Fhir.Definitions;

namespace Tandem.Fhir.Search;

/// <summary>The test at the end of a filter's path: operation and value (R4 3.1.3, table of operations).</summary>
/// <param name="Operation">In lower case: eq, ne, co, sw, ew, gt, lt, ge, le, ap, sa, eb, pr, po, ss, sb, in, ni, re.</param>
/// <param name="Value">As written, without quotes.</param>
internal sealed record FilterTest(string Operation, string Value)
{
    /// <summary>How many tests the whole filter may have.</summary>
    internal FilterBudget Budget { get; init; } = new();

    internal static readonly IReadOnlyList<string> Operations =
        ["eq", "ne", "co", "sw", "ew", "gt", "lt", "ge", "le", "ap", "sa", "eb", "pr", "po", "ss", "sb", "in", "ni", "re"];

    /// <summary>The clause, or null with the reason.</summary>
    internal SearchClause? Of(string type, SearchParameter parameter, string? modifier, out string? reason)
    {
        reason = modifier is not null ? "Within _filter parameters have operations and no modifiers."
            : parameter.Code is "_text" or "_content" or "_list" ? $"{parameter.Code} is asked beside _filter, not within it."
            : null;
        if (reason is not null)
            return null;
        if (Operation == "pr")
        {
            reason = Value is "true" or "false" ? null : "The value of pr is true or false.";
            return reason is null ? new MissingClause(parameter, Value == "false") : null;
        }

        if (Meaning(parameter) is not var (how, prefix))
        {
            reason = $"The operation {Operation} is not one for a {parameter.Type.ToString().ToLowerInvariant()} parameter.";
            return null;
        }

        var operand = OperandParser.Parse(type, parameter, how, null, prefix + Plain(parameter), out reason);
        return operand is null ? null : new ParameterClause(parameter, how, [Operation == "po" ? ((DateOperand)operand) with { Prefix = SearchPrefix.Overlaps } : operand]);
    }

    private (SearchModifier How, string Prefix)? Meaning(SearchParameter parameter) => (parameter.Type, Operation) switch
    {
        (SearchType.Date or SearchType.Number or SearchType.Quantity, "eq" or "ne" or "gt" or "lt" or "ge" or "le" or "ap" or "sa" or "eb") => (SearchModifier.None, Operation),
        (SearchType.Date, "po") => (SearchModifier.None, ""),
        (SearchType.String, "eq") => (SearchModifier.Equal, ""),
        (SearchType.String, "co") => (SearchModifier.Contains, ""),
        (SearchType.String, "sw") => (SearchModifier.None, ""),
        (SearchType.String, "ew") => (SearchModifier.EndsWith, ""),
        (SearchType.Token, "ne") when parameter.Code == "_id" => (SearchModifier.Not, ""),
        (SearchType.String or SearchType.Token or SearchType.Reference or SearchType.Uri, "ne") => (SearchModifier.NotEqual, ""),
        (SearchType.Token or SearchType.Reference or SearchType.Uri, "eq") => (SearchModifier.None, ""),
        (SearchType.Reference, "re") => (SearchModifier.None, ""),
        (SearchType.Token, "in") => (SearchModifier.In, ""),
        (SearchType.Token, "ni") => (SearchModifier.NotIn, ""),
        (SearchType.Token or SearchType.Uri, "ss") => (SearchModifier.Below, ""),
        (SearchType.Token or SearchType.Uri, "sb") => (SearchModifier.Above, ""),
        _ => null,
    };

    /// <summary>A string has no separators here, so what looks like one is escaped; in any other value they have their meaning.</summary>
    private string Plain(SearchParameter parameter) => parameter.Type != SearchType.String ? Value
        : Value.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("|", @"\|", StringComparison.Ordinal).Replace("$", @"\$", StringComparison.Ordinal).Replace(",", @"\,", StringComparison.Ordinal);

    /// <summary>Undoes the quotes and escapes of a JSON string; null when it is none.</summary>
    internal static string? Unquoted(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<string>(json);
        }
        catch (JsonException)
        {
            return null; // the caller tells where
        }
    }
}
