using System.Globalization;
using Tandem.Fhir.Search;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;

namespace Tandem.Record.Search;

/// <summary>
/// The values of a statement, in the order of their numbers, and where each came from: a statement all of whose values are known to follow from its <see cref="SearchShape"/>, an operand, the
/// time or the page can be run again with the values of another search (<see cref="KeptStatement"/>).
/// </summary>
internal sealed class SqlArguments(params ReadOnlySpan<DbValue> first)
{
    private readonly List<DbValue> values = [.. first];
    private readonly List<Func<SearchOrigins, DbValue>> sources = [];
    private bool isOfThisSearchOnly = first.Length > 0;

    /// <summary>What values may come from; null for a statement that nobody wants to run again.</summary>
    internal SearchOrigins? Origins { get; set; }

    internal DbValue[] Values => [.. values];

    internal int Count => values.Count;

    /// <summary>Where each value came from; null when some value (or a look at the database) was of this search alone.</summary>
    internal IReadOnlyList<Func<SearchOrigins, DbValue>>? Sources => isOfThisSearchOnly || Origins is null ? null : sources;

    /// <summary>Takes a value of which nobody knows whether another search of the shape has it too, and gives its place in the text.</summary>
    internal string Add(DbValue value)
    {
        IsOfThisSearchOnly();
        return Place(value);
    }

    /// <summary>Takes a value that every search of the shape has.</summary>
    internal string Fixed(DbValue value) => From(value, _ => value);

    /// <summary>Takes a value of an operand.</summary>
    internal string Of<T>(T operand, Func<T, DbValue> value)
        where T : SearchOperand
    {
        var at = Origins is null ? -1 : IndexOf(Origins.Operands, operand);
        return at < 0 ? Add(value(operand)) : From(value(operand), origins => value((T)origins.Operands[at]));
    }

    /// <summary>Takes a value of the moment that a layer asks for.</summary>
    internal string Of(AccessLayer layer, Func<AccessLayer, DbValue> value)
    {
        var at = Origins is null ? -1 : IndexOf(Origins.Reach.Layers, layer);
        return at < 0 ? Add(value(layer)) : From(value(layer), origins => value(origins.Reach.Layers[at]));
    }

    /// <summary>Takes a value of the page that is read.</summary>
    internal string Of(PageBounds page, Func<PageBounds, DbValue> value) => From(value(page), origins => value(origins.Page!));

    /// <summary>Says that the text follows from more than the shape.</summary>
    internal void IsOfThisSearchOnly() => isOfThisSearchOnly = true;

    private string From(DbValue value, Func<SearchOrigins, DbValue> source)
    {
        sources.Add(source);
        return Place(value);
    }

    private string Place(DbValue value)
    {
        values.Add(Clean(value));
        // PostgreSQL has to know a parameter's type where nothing around it says so.
        var type = value.Kind switch { DbKind.Integer => "BIGINT", DbKind.Real => "DOUBLE PRECISION", _ => "TEXT" };
        return string.Create(CultureInfo.InvariantCulture, $"CAST(${values.Count} AS {type})");
    }

    /// <summary>PostgreSQL keeps no NUL in a text; no stored value has one either.</summary>
    internal static DbValue Clean(DbValue value) =>
        value.Kind == DbKind.Text && value.Text.Contains('\0', StringComparison.Ordinal) ? value.Text.Replace('\0', '\uFFFD') : value;

    private static int IndexOf<T>(IReadOnlyList<T> all, T one)
        where T : class
    {
        for (var at = 0; at < all.Count; at++)
        {
            if (ReferenceEquals(all[at], one))
                return at;
        }

        return -1;
    }
}

/// <summary>What the values of a search's statement come from, beside its shape.</summary>
/// <param name="Operands">The operands, in the order of the query.</param>
/// <param name="Reach">What is reached: of it the moment alone, for the rest stands in the shape.</param>
/// <param name="Page">The page that is read; null when all is counted.</param>
internal sealed record SearchOrigins(IReadOnlyList<SearchOperand> Operands, Reach Reach, PageBounds? Page);

/// <summary>Which page of a search is read.</summary>
/// <param name="Place">Where it begins.</param>
/// <param name="Limit">At most so many rows.</param>
internal sealed record PageBounds(PagePlace Place, int Limit);
