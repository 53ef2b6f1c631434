namespace Tandem.Fhir.Search;

/// <summary>Reads a full text query. Not thread-safe; made for one text.</summary>
internal sealed class FullTextParser(string text)
{
    private const int Deepest = 20;
    private const int MostWords = 60;
    private int at;
    private int depth;
    private int words;
    private string? wrong;

    internal FullTextQuery? Parse(out string? reason)
    {
        var query = ReadAny();
        Skip();
        if (at < text.Length)
            wrong ??= "A parenthesis is closed that was not opened.";
        reason = wrong ?? (query is null ? "There is no word to look for." : null);
        return reason is null ? query : null;
    }

    private FullTextQuery? ReadAny()
    {
        if (++depth > Deepest)
            wrong ??= $"Parentheses lie more than {Deepest} deep.";
        var any = new List<FullTextQuery>();
        do
        {
            if (wrong is null && ReadAll() is { } part)
                any.Add(part);
        }
        while (wrong is null && Take("or"));
        depth--;
        return any.Count switch { 0 => null, 1 => any[0], _ => new FullTextQuery.Any(any) };
    }

    private FullTextQuery? ReadAll()
    {
        var (all, not) = (new List<FullTextQuery>(), new List<FullTextQuery>());
        while (wrong is null)
        {
            Skip();
            if (at >= text.Length || text[at] == ')' || IsNext("or"))
                break;
            if (Take("and"))
                continue;
            var isNot = Take("not") || Take('-');
            if (ReadOne() is { } one)
                (isNot ? not : all).Add(one);
        }

        if (all.Count == 0 && not.Count > 0)
            wrong ??= "A search for what is not there needs a word that is there as well.";
        return all.Count switch { 0 => null, 1 when not.Count == 0 => all[0], _ => new FullTextQuery.All(all, not) };
    }

    private FullTextQuery? ReadOne()
    {
        Skip();
        if (Take('('))
        {
            var inner = ReadAny();
            if (!Take(')'))
                wrong ??= "A parenthesis is not closed.";
            return inner;
        }

        var isQuoted = Take('"');
        var start = at;
        while (at < text.Length && (isQuoted ? text[at] != '"' : !char.IsWhiteSpace(text[at]) && text[at] is not ('(' or ')' or '"')))
            at++;
        var part = text[start..at];
        if (isQuoted && !Take('"'))
            wrong ??= "A quotation mark is not closed.";
        return Phrase(part, part.EndsWith('*') || (isQuoted && Take('*')));
    }

    private FullTextQuery.Phrase? Phrase(string part, bool isPrefix)
    {
        var found = FullTextWords.Split(part);
        words += found.Count;
        if (words > MostWords)
            wrong ??= $"At most {MostWords} words may be looked for at once.";
        return found.Count == 0 ? null : new(found, isPrefix);
    }

    private void Skip()
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
            at++;
    }

    private bool Take(char sign)
    {
        Skip();
        if (at >= text.Length || text[at] != sign)
            return false;
        at++;
        return true;
    }

    private bool Take(string word)
    {
        if (!IsNext(word))
            return false;
        at += word.Length;
        return true;
    }

    /// <summary>True when this word comes next, as a word of its own.</summary>
    private bool IsNext(string word)
    {
        Skip();
        var end = at + word.Length;
        return end <= text.Length && string.Compare(text, at, word, 0, word.Length, StringComparison.OrdinalIgnoreCase) == 0
            && (end == text.Length || char.IsWhiteSpace(text[end]) || text[end] is '(' or '"');
    }
}
