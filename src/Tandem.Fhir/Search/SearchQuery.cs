namespace Tandem.Fhir.Search;

/// <summary>
/// A FHIR search (R4 3.1.1) read into a small tree. Clauses are joined by and, the values within one by or. What could not be
/// read is in <see cref="Problems"/> and nowhere else; whether an unknown parameter refuses the search is the server's choice
/// (Prefer: handling).
/// </summary>
/// <param name="ResourceType">The type searched; <c>Resource</c> for all.</param>
/// <param name="Clauses">What has to be true.</param>
/// <param name="Result">How the result is to look.</param>
/// <param name="Problems">What is wrong with the query.</param>
public sealed record SearchQuery(
    string ResourceType, IReadOnlyList<SearchClause> Clauses, SearchResultOptions Result, IReadOnlyList<SearchProblem> Problems)
{
    /// <summary>Reads the part of an address behind the question mark (or a form post), still percent-encoded.</summary>
    /// <param name="resourceType">A resource type, or <c>Resource</c> for all.</param>
    /// <param name="query">As it came, with or without the question mark.</param>
    /// <param name="own">Names of parameters the server handles itself; they are passed over.</param>
    /// <param name="site">The site's own search parameters; null for none.</param>
    public static SearchQuery Parse(string resourceType, string query, IReadOnlySet<string>? own = null, SiteSearchParameters? site = null) =>
        Parse(resourceType, SearchQueryText.Pairs(query), own, site);

    /// <summary>Reads decoded names and values in their order.</summary>
    /// <param name="resourceType">A resource type, or <c>Resource</c> for all.</param>
    /// <param name="parameters">Names with modifiers and chains, and values.</param>
    /// <param name="own">Names of parameters the server handles itself; they are passed over.</param>
    /// <param name="site">The site's own search parameters; null for none.</param>
    /// <param name="takesContained">True where contained resources can be searched for.</param>
    public static SearchQuery Parse(
        string resourceType, IEnumerable<KeyValuePair<string, string>> parameters, IReadOnlySet<string>? own = null, SiteSearchParameters? site = null, bool takesContained = false)
    {
        site ??= SiteSearchParameters.None;
        var problems = new List<SearchProblem>();
        var clauses = new ClauseParser(problems, site);
        var result = new ResultOptionsParser(resourceType, problems, site, takesContained, takesContained && parameters.Any(pair => pair is { Key: "_contained", Value: "true" or "both" }));
        var read = new List<SearchClause>();
        foreach (var (name, value) in parameters)
        {
            if (own?.Contains(name) == true)
                continue;
            var known = problems.Count;
            if (IsEmpty(name, value))
                problems.Add(new(name, value.Length == 0 ? $"{name} has no value." : $"A value of {name} is empty: there is nothing before or after a comma.", IsUnknown: true));
            else if (!result.TryRead(name, value))
                Read(name, value);
            for (var at = known; at < problems.Count; at++)
                problems[at] = problems[at] with { Value = value };
        }

        if (result.Options is { Summary: SummaryMode.Text } options && options.Includes.Count + options.ReverseIncludes.Count > 0)
            problems.Add(new("_summary", "_summary=text goes with neither _include nor _revinclude.")); // R4 3.1.1.5.8
        return new(resourceType, read, result.Options, problems);

        void Read(string name, string value)
        {
            foreach (var (plain, text) in (name == "_list" ? FunctionalLists.Of(resourceType, value) : null) ?? [new(name, value)])
            {
                if ((plain == "_filter" ? FilterParser.Parse(resourceType, text, problems, site) : clauses.Parse(resourceType, plain, text, 0)) is { } clause)
                    read.Add(clause);
            }
        }
    }

    /// <summary>What has no value asks for nothing that could be followed, and is not passed over in silence (R4 3.1.1.1).</summary>
    private static bool IsEmpty(string name, string value) =>
        value.Length == 0 || (name != "_filter" && SearchQueryText.Split(value, ',').Exists(string.IsNullOrWhiteSpace));
}

/// <summary>Something in a query that cannot be followed.</summary>
/// <param name="Parameter">The parameter's name as sent.</param>
/// <param name="Reason">A sentence for the caller; it repeats no value.</param>
/// <param name="IsUnknown">True when the server simply does not know the parameter: a lenient server leaves it out.</param>
public sealed record SearchProblem(string Parameter, string Reason, bool IsUnknown = false)
{
    /// <summary>The value as sent; null when it is not told. It tells two parameters of one name apart and stands in no answer.</summary>
    public string? Value { get; init; }

    /// <summary>What of the value cannot be followed, between commas, where the rest of it is; null for all of it.</summary>
    public string? Part { get; init; }
}
