using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using Tandem.Fhir.Search;
using Tandem.Kernel.Data;

namespace Tandem.Record.Search;

/// <summary>
/// The statements of searches by their shape: to compose one takes longer than most searches take to run. Forgotten all at once when they are many, and with the search parameters that
/// they were composed for. Thread-safe.
/// </summary>
/// <param name="options">What they were composed for.</param>
internal sealed class KeptStatements(SearchIndexOptions options)
{
    private const long MostCharacters = 8 * 1024 * 1024;
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<StatementUse, KeptStatement>> shapes = new(StringComparer.Ordinal);
    private long characters;

    internal SearchIndexOptions Options => options;

    /// <summary>The statements of a shape; none yet for one that is new.</summary>
    internal IReadOnlyDictionary<StatementUse, KeptStatement>? Find(SearchShape shape) => shapes.GetValueOrDefault(shape.Key);

    /// <summary>Forgets the statements of a shape.</summary>
    internal void Forget(SearchShape shape) => shapes.TryRemove(shape.Key, out _);

    /// <summary>Keeps a statement of a shape.</summary>
    internal void Add(SearchShape shape, StatementUse use, KeptStatement statement)
    {
        if (Interlocked.Add(ref characters, shape.Key.Length + statement.Sql.Length) > MostCharacters)
        {
            shapes.Clear();
            Interlocked.Exchange(ref characters, 0);
        }

        shapes.GetOrAdd(shape.Key, _ => new())[use] = statement;
    }
}

/// <summary>What a statement of a search is for.</summary>
/// <param name="Kind">A page, or how many there are.</param>
/// <param name="Driver">Which clause drove the page before; <see cref="PagePlace.Unknown"/> for none.</param>
/// <param name="Keys">How many keys the page begins after.</param>
/// <param name="AsksMost">See <see cref="PagePlace.AsksMost"/>.</param>
/// <param name="TellsPlaces">True when it tells where the resources found stand in the log, and nothing else of them.</param>
internal readonly record struct StatementUse(StatementKind Kind, int Driver, int Keys, bool AsksMost, bool TellsPlaces)
{
    internal static StatementUse Page(PagePlace place, bool tellsPlaces) => new(StatementKind.Page, place.Driver, place.Keys.Count, place.AsksMost, tellsPlaces);

    internal static StatementUse Count(bool isEstimate) => new(isEstimate ? StatementKind.Estimate : StatementKind.Count, PagePlace.Unknown, 0, false, false);
}

/// <summary>What is asked.</summary>
internal enum StatementKind : byte
{
    Page,
    Count,
    Estimate,
}

/// <summary>A composed statement and where its values come from.</summary>
/// <param name="Sql">The text.</param>
/// <param name="Sources">For each number of the text where its value comes from.</param>
/// <param name="Driver">See <see cref="Walk.Driver"/>.</param>
/// <param name="Order">See <see cref="Walk.Order"/>.</param>
/// <param name="TellsPlaces">See <see cref="StatementUse.TellsPlaces"/>.</param>
internal sealed partial record KeptStatement(string Sql, IReadOnlyList<Func<SearchOrigins, DbValue>> Sources, int Driver, IReadOnlyList<SortColumn> Order, bool TellsPlaces)
{
    /// <summary>
    /// True when others who ask in the same exchange do not wait long for it: it finds little, or ends with its page and tells only places. Whole pages are better read by several at once.
    /// </summary>
    internal bool IsQuick { get; private init; }

    /// <summary>A composed statement with those values only that stand in its text: composing weighs more ways than it takes.</summary>
    internal static KeptStatement Of(string sql, IReadOnlyList<Func<SearchOrigins, DbValue>> sources, Walk walk, bool tellsPlaces)
    {
        var used = new List<int>();
        var text = Places().Replace(sql, match =>
        {
            var number = int.Parse(match.ValueSpan[1..], CultureInfo.InvariantCulture);
            if (!used.Contains(number))
                used.Add(number);
            return string.Create(CultureInfo.InvariantCulture, $"${used.IndexOf(number) + 1}");
        });
        return new(text, used.ConvertAll(number => sources[number - 1]), walk.Driver, walk.Order, tellsPlaces) { IsQuick = walk.IsShort || (tellsPlaces && walk.EndsWithPage) };
    }

    /// <summary>With the values of a search of the shape.</summary>
    internal ReadyStatement Ready(SearchOrigins origins)
    {
        var values = new DbValue[Sources.Count];
        for (var at = 0; at < values.Length; at++)
            values[at] = SqlArguments.Clean(Sources[at](origins));
        return new(Sql, values, Driver, Order, TellsPlaces);
    }

    [GeneratedRegex(@"\$[0-9]+")]
    private static partial Regex Places();
}

/// <summary>A statement with its values.</summary>
internal sealed record ReadyStatement(string Sql, DbValue[] Values, int Driver, IReadOnlyList<SortColumn> Order, bool TellsPlaces);
