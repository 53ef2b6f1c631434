namespace Tandem.Fhir.Search;

/// <summary>
/// What a full text search asks for: words (all of them), <c>OR</c>, <c>NOT</c> and <c>-</c>, phrases in quotation marks, the beginning of a word with <c>*</c>,
/// parentheses: <c>(bone OR liver) and metastases</c>. Read once, written for either engine.
/// </summary>
public abstract record FullTextQuery
{
    /// <summary>Words in their order, one directly after the other.</summary>
    public sealed record Phrase(IReadOnlyList<string> Words, bool IsPrefix) : FullTextQuery;

    /// <summary>All of some and none of others.</summary>
    public sealed record All(IReadOnlyList<FullTextQuery> Of, IReadOnlyList<FullTextQuery> Not) : FullTextQuery;

    /// <summary>Any of them.</summary>
    public sealed record Any(IReadOnlyList<FullTextQuery> Of) : FullTextQuery;

    /// <summary>Reads a query.</summary>
    /// <returns>Null with a reason, a sentence, when it cannot be followed.</returns>
    public static FullTextQuery? Parse(string text, out string? reason) => new FullTextParser(text).Parse(out reason);

    /// <summary>As SQLite's FTS5 has it, for one column.</summary>
    public string ToFts(string column) => $"{{{column}}} : ({Fts(this)})";

    /// <summary>As PostgreSQL's tsquery has it.</summary>
    public string ToTsQuery() => Ts(this);

    private static string Fts(FullTextQuery query) => query switch
    {
        Phrase phrase => $"\"{string.Join(' ', phrase.Words)}\"{(phrase.IsPrefix ? " *" : "")}",
        Any any => $"({string.Join(" OR ", any.Of.Select(Fts))})",
        All { Not: [] } all => $"({string.Join(" AND ", all.Of.Select(Fts))})",
        All all => $"(({string.Join(" AND ", all.Of.Select(Fts))}) NOT ({string.Join(" OR ", all.Not.Select(Fts))}))",
        _ => throw new InvalidOperationException($"No such query: {query.GetType().Name}"),
    };

    private static string Ts(FullTextQuery query) => query switch
    {
        Phrase phrase => $"({string.Join(" <-> ", phrase.Words.Select((word, at) => $"'{word}'{(phrase.IsPrefix && at == phrase.Words.Count - 1 ? ":*" : "")}"))})",
        Any any => $"({string.Join(" | ", any.Of.Select(Ts))})",
        All all => $"({string.Join(" & ", all.Of.Select(Ts).Concat(all.Not.Select(not => "!" + Ts(not))))})",
        _ => throw new InvalidOperationException($"No such query: {query.GetType().Name}"),
    };
}
