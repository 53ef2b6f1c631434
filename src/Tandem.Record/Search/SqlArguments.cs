using System.Globalization;
using Tandem.Kernel.Data;

namespace Tandem.Record.Search;

/// <summary>The values of a statement, in the order of their numbers.</summary>
internal sealed class SqlArguments(params ReadOnlySpan<DbValue> first)
{
    private readonly List<DbValue> values = [.. first];

    internal DbValue[] Values => [.. values];

    /// <summary>Takes a value and gives its place in the text.</summary>
    internal string Add(DbValue value)
    {
        // PostgreSQL keeps no NUL in a text; no stored value has one either.
        values.Add(value.Kind == DbKind.Text && value.Text.Contains('\0', StringComparison.Ordinal) ? value.Text.Replace('\0', '\uFFFD') : value);
        // PostgreSQL has to know a parameter's type where nothing around it says so.
        var type = value.Kind switch { DbKind.Integer => "BIGINT", DbKind.Real => "DOUBLE PRECISION", _ => "TEXT" };
        return string.Create(CultureInfo.InvariantCulture, $"CAST(${values.Count} AS {type})");
    }
}
