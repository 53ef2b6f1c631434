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
    public static SearchQuery Parse(
        string resourceType, IEnumerable<KeyValuePair<string, string>> parameters, IReadOnlySet<string>? own = null, SiteSearchParameters? site = null)
    {
        site ??= SiteSearchParameters.None;
        var problems = new List<SearchProblem>();
        var clauses = new ClauseParser(problems, site);
        var result = new ResultOptionsParser(resourceType, problems, site);
        var read = new List<SearchClause>();
        foreach (var (name, value) in parameters)
        {
            if (own?.Contains(name) == true || value.Length == 0 || result.TryRead(name, value))
                continue;
            foreach (var (plain, text) in (name == "_list" ? FunctionalLists.Of(resourceType, value) : null) ?? [new(name, value)])
            {
                if ((plain == "_filter" ? FilterParser.Parse(resourceType, text, problems, site) : clauses.Parse(resourceType, plain, text, 0)) is { } clause)
                    read.Add(clause);
            }
        }

        return new(resourceType, read, result.Options, problems);
    }
}

/// <summary>Something in a query that cannot be followed.</summary>
/// <param name="Parameter">The parameter's name as sent.</param>
/// <param name="Reason">A sentence for the caller; it repeats no value.</param>
/// <param name="IsUnknown">True when the server simply does not know the parameter: a lenient server leaves it out.</param>
public sealed record SearchProblem(string Parameter, string Reason, bool IsUnknown = false);
