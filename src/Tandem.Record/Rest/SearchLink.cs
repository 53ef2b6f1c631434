using Tandem.Kernel.Outcomes;
using Tandem.Record.Search;

namespace Tandem.Record.Rest;

/// <summary>
/// What a search asks for and where its page begins. A link to a page of a search is closed as a whole (<c>?_cursor=…</c>): what was searched for stands in it for nobody but us,
/// also when the search was posted to keep it out of addresses (OWASP ASVS 5.0, V14.2.1).
/// </summary>
/// <param name="Pairs">The parameters, without the link's own.</param>
/// <param name="Places">Where the pages up to this one began; none for the first, and an empty one for pages that are forgotten.</param>
internal sealed record SearchLink(IReadOnlyList<KeyValuePair<string, string>> Pairs, string[] Places)
{
    private const string Parameter = "_cursor";
    private const string Count = "_count";
    private const int MostParameters = 500;
    private const char Between = '\u001d';

    /// <summary>Where the page begins; null for the first.</summary>
    internal PagePlace? Place => Places.Length == 0 ? null : PagePlace.Read(Places[^1]);

    /// <summary>True for an address with a link's parameter.</summary>
    internal static bool IsIn(string address) => address.Contains($"{Parameter}=", StringComparison.Ordinal);

    /// <summary>Reads a query, and the link in it where it has one.</summary>
    /// <param name="request">The request; takes over what the link says of the answer's form.</param>
    /// <param name="path">Where the search is, below the interface's address.</param>
    /// <param name="query">As sent.</param>
    internal static async ValueTask<Outcome<SearchLink>> ReadAsync(FhirRequest request, string path, string query)
    {
        var pairs = QueryPairs.Read(query);
        if (pairs.Count > MostParameters)
            return Refusal.Invalid("", new RefusalDetail("too-costly", $"A search has at most {MostParameters} parameters."));
        if (pairs.FirstOrDefault(pair => pair.Key == Parameter).Value is not { } cursor)
            return new SearchLink(pairs, []);
        var besides = pairs.Where(pair => pair.Key != Parameter).ToList();
        if (besides.Exists(pair => pair.Key is not ("_format" or "_pretty" or Count)) || pairs.Count - besides.Count > 1)
            return Refusal.Invalid("A link to a page of a search holds all that was asked for; nothing but another _count can be added to it. Begin with a new search.");
        if (await request.Service.PageKey.OpenAsync(Use(path), cursor) is not { } opened || opened.Split(Between) is not [var kept, var places])
            return Refusal.Invalid("This is no link of ours to a page of this search. Begin with the first one.");
        var asked = QueryPairs.Read(kept);
        if (besides.Exists(pair => pair.Key == Count)) // a client may add how much it wants: Medplum's does to each link
            asked = [.. asked.Where(pair => pair.Key != Count), .. besides.Where(pair => pair.Key == Count)];
        request.Take(asked);
        if (request.IsEntry)
            request.Scope.Trail.AskedToo(kept);
        else
            request.Scope.Trail.Asked(kept);
        return new SearchLink(asked, places.Length == 0 ? [] : places.Split(PagePlace.Between));
    }

    /// <summary>The address of a page of a search.</summary>
    /// <param name="request">The request.</param>
    /// <param name="path">Where the search is, below the interface's address.</param>
    /// <param name="kept">What is searched for.</param>
    /// <param name="places">Where the pages up to that page began; none for the first.</param>
    internal static async ValueTask<string> ToAsync(FhirRequest request, string path, string kept, IEnumerable<string> places) =>
        $"{Address(request, path)}?{Parameter}={await request.Service.PageKey.SealAsync(Use(path), $"{kept}{Between}{string.Join(PagePlace.Between, places)}")}";

    /// <summary>The address of a search.</summary>
    internal static string Address(FhirRequest request, string path) => path.Length == 0 ? request.Address : $"{request.Address}/{path}";

    private static string Use(string path) => $"search|{path}";
}
