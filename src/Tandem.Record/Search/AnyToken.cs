using Tandem.Fhir.Definitions;
using Tandem.Kernel.Data;

namespace Tandem.Record.Search;

/// <summary>
/// Whether a resource has a token of a parameter, whichever, or any but some. Tokens lie by value alone: where a parameter has few different ones in the record, the resource is asked for each of them; where it has
/// many, all resources that have one are gathered once.
/// </summary>
internal static class AnyToken
{
    private const string Count = "SELECT COUNT(*) FROM (WITH RECURSIVE c (code, n) AS (SELECT MIN(s.code), 1 FROM search_tokens s WHERE s.param = $1 UNION ALL "
        + "SELECT (SELECT MIN(s.code) FROM search_tokens s WHERE s.param = $1 AND s.code > c.code), c.n + 1 FROM c WHERE c.code IS NOT NULL AND c.n <= $2) SELECT c.code FROM c WHERE c.code IS NOT NULL) k";

    /// <summary>A filter on <c>d.rid</c>.</summary>
    /// <param name="type">The resource type.</param>
    /// <param name="parameter">The parameter.</param>
    /// <param name="test">What has to be true of a row <c>t</c> besides.</param>
    /// <param name="few">How many different tokens are few.</param>
    /// <param name="context">Of the search.</param>
    internal static string Filter(string type, SearchParameter parameter, string test, int few, SearchContext context)
    {
        var param = context.Parameter(type, parameter);
        if (context.Session.First(Count, row => row.Integer(0), SearchTables.ParameterNumber(type, parameter), few) > few)
            return $"(d.rid IN (SELECT t.rid FROM search_tokens t WHERE t.param = {param} AND {test}))";
        var each = context.Engine == Engine.Sqlite ? $"IN ({Codes(param)})" : $"= ANY (ARRAY({Codes(param)}))";
        return $"({Condition.Exists("search_tokens t", $"t.param = {param} AND t.code {each} AND t.rid = d.rid AND {test}")})";
    }

    /// <summary>The different codes of a parameter: each is a look at the first row beyond the one before.</summary>
    private static string Codes(string param) =>
        $"WITH RECURSIVE c (code) AS (SELECT MIN(s.code) FROM search_tokens s WHERE s.param = {param} UNION ALL SELECT (SELECT MIN(s.code) FROM search_tokens s WHERE s.param = {param} AND s.code > c.code) FROM c WHERE c.code IS NOT NULL) "
        + "SELECT c.code FROM c WHERE c.code IS NOT NULL";
}
