namespace Tandem.Fhir.Search;

/// <summary>
/// Reads <c>_filter</c> (R4 3.1.3): tests with and, or, not and parentheses. And and or have no precedence and are read from the left. A path may go
/// along references (<c>subject.name co "pet"</c>), to such alone that a filter in brackets finds (<c>subject[gender eq male].name co "pet"</c>).
/// </summary>
internal sealed class FilterParser
{
    private const int MostNested = 10;
    private readonly string type;
    private readonly string text;
    private readonly SiteSearchParameters site;
    private readonly FilterBudget budget;
    private readonly int links;
    private int at;

    private FilterParser(string type, string text, SiteSearchParameters site, FilterBudget budget, int links) =>
        (this.type, this.text, this.site, this.budget, this.links) = (type, text, site, budget, links);

    /// <summary>The clause, or null after noting the problem.</summary>
    internal static FilterClause? Parse(string type, string text, List<SearchProblem> problems, SiteSearchParameters site) =>
        Parse(type, text, problems, site, new FilterBudget(), 0);

    /// <summary>The same for a filter in brackets, so many links from where the search begins.</summary>
    internal static FilterClause? Parse(string type, string text, List<SearchProblem> problems, SiteSearchParameters site, FilterBudget budget, int links)
    {
        var parser = new FilterParser(type, text, site, budget, links);
        try
        {
            var clause = parser.Filter(0);
            if (parser.Peek() is { } more)
                throw new FilterFault($"Nothing can follow here, but {(more == ')' ? "a parenthesis closes" : "something does")}", parser.at);
            return clause as FilterClause ?? new FilterClause(FilterWord.And, [clause]);
        }
        catch (FilterFault fault)
        {
            problems.Add(fault.Problem ?? new("_filter", $"{fault.Message} (character {fault.At + 1} of {(links == 0 ? "_filter" : "a filter in brackets")})."));
            return null;
        }
    }

    private SearchClause Filter(int depth)
    {
        if (depth > MostNested)
            throw new FilterFault($"At most {MostNested} parentheses may lie in each other", at);
        var left = Part(depth);
        while (Word("and", "or") is { } word)
        {
            var right = Part(depth);
            var how = word == "and" ? FilterWord.And : FilterWord.Or;
            left = left is FilterClause joined && joined.Word == how ? joined with { Parts = [.. joined.Parts, right] } : new FilterClause(how, [left, right]);
        }

        return left;
    }

    private SearchClause Part(int depth)
    {
        var isNot = IsBefore("not", '(');
        if (isNot)
            at += "not".Length;
        if (Peek() != '(')
            return Test();
        at++;
        var inner = Filter(depth + 1);
        if (Peek() != ')')
            throw new FilterFault("A parenthesis is not closed", at);
        at++;
        return isNot ? new FilterClause(FilterWord.Not, [inner]) : new FilterClause(FilterWord.And, [inner]);
    }

    private SearchClause Test()
    {
        if (!budget.Take())
            throw new FilterFault($"At most {FilterBudget.MostTests} tests may be made, those in brackets for each type that a reference may point to", at);
        var from = Skip();
        var path = Path();
        if (path.Length == 0)
            throw new FilterFault("A parameter, not or a parenthesis is expected", from);
        var operationAt = Skip();
        var operation = Token().ToLowerInvariant();
        if (!FilterTest.Operations.Contains(operation))
            throw new FilterFault($"An operation is expected: {string.Join(", ", FilterTest.Operations)}", operationAt);
        var inner = new List<SearchProblem>();
        return new ClauseParser(inner, site, Value(operation)).Parse(type, path, "", links) ?? throw new FilterFault(inner[0] with { Parameter = "_filter" });
    }

    private FilterTest Value(string operation)
    {
        var from = Skip();
        if (Peek() != '"')
            return Token() is { Length: > 0 } token ? new(operation, token) { Budget = budget } : throw new FilterFault("A value is expected", from);
        at = Math.Min(FilterPath.TextEnd(text, at) + 1, text.Length);
        return FilterTest.Unquoted(text[from..at]) is { Length: > 0 } plain ? new(operation, plain) { Budget = budget } : throw new FilterFault("This is no string in quotes, or an empty one", from);
    }

    /// <summary>One of the words when it comes next; it is then passed.</summary>
    private string? Word(params ReadOnlySpan<string> words)
    {
        var from = Skip();
        var word = Token().ToLowerInvariant();
        foreach (var one in words)
        {
            if (one == word)
                return one;
        }

        at = from;
        return null;
    }

    private bool IsBefore(string word, char sign)
    {
        Skip();
        if (string.Compare(text, at, word, 0, word.Length, StringComparison.OrdinalIgnoreCase) != 0)
            return false;
        var next = at + word.Length;
        while (next < text.Length && char.IsWhiteSpace(text[next]))
            next++;
        return next < text.Length && text[next] == sign;
    }

    /// <summary>A path with the filters in brackets of its links.</summary>
    private string Path()
    {
        var from = at;
        for (; at < text.Length && !char.IsWhiteSpace(text[at]) && text[at] is not (')' or ']'); at++)
        {
            if (text[at] == '[')
                at = FilterPath.Close(text, at) is var close and >= 0 ? close : throw new FilterFault("A bracket is not closed", at);
        }

        return text[from..at];
    }

    private string Token()
    {
        var from = at;
        while (at < text.Length && !char.IsWhiteSpace(text[at]) && text[at] is not (')' or ']'))
            at++;
        return text[from..at];
    }

    private char? Peek() => Skip() < text.Length ? text[at] : null;

    private int Skip()
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
            at++;
        return at;
    }

    /// <summary>Why a filter cannot be read, and where.</summary>
    private sealed class FilterFault : Exception
    {
        internal FilterFault(string message, int at)
            : base(message) => At = at;

        internal FilterFault(SearchProblem problem)
            : base(problem.Reason) => Problem = problem;

        internal int At { get; }

        internal SearchProblem? Problem { get; }
    }
}
