using Tandem.Fhir.Definitions;

namespace Tandem.Fhir.Search;

/// <summary>Reads the parameters that say how a result is to look (R4 3.1.1.5).</summary>
internal sealed class ResultOptionsParser(string resourceType, List<SearchProblem> problems, SiteSearchParameters site, bool takesContained, bool seeksContained)
{
    private static readonly HashSet<string> NotHere = new(StringComparer.Ordinal) { "_type" };

    private static readonly HashSet<string> Once = new(StringComparer.Ordinal) { "_count", "_total", "_summary", "_format", "_pretty", "_contained", "_containedType" };

    private const int MostKeys = 200; // also of those that nobody knows

    private readonly Dictionary<string, string> given = new(StringComparer.Ordinal);
    private readonly List<IncludeRule> includes = [];
    private readonly List<IncludeRule> reverse = [];
    private SearchResultOptions options = new();
    private int named;
    private int sorted;

    internal SearchResultOptions Options => options with { Includes = includes, ReverseIncludes = reverse };

    /// <summary>True when the name is one of these, whether or not its value could be read.</summary>
    internal bool TryRead(string name, string value)
    {
        if (Once.Contains(name) && !given.TryAdd(name, value) && given[name] != value)
        {
            problems.Add(new(name, $"{name} is given with several values, of which the first is taken where what is not understood is left out. Give it once.", IsUnknown: true) { Value = value });
            return true;
        }

        switch (name)
        {
            case "_count":
                if (SearchResultOptions.CountOf(value) is { } count)
                    options = options with { Count = count };
                else
                    Problem(name, "_count is a whole number from 0.");
                return true;
            case "_sort":
                Sort(name, value);
                return true;
            case "_total":
                if (One<TotalMode>(name, value) is { } total && total != TotalMode.Unstated)
                    options = options with { Total = total };
                return true;
            case "_summary":
                if (One<SummaryMode>(name, value) is { } summary)
                    options = options with { Summary = summary };
                return true;
            case "_elements":
                Elements(name, value);
                return true;
            case "_format":
                options = options with { Format = value };
                return true;
            case "_pretty" when value is not ("true" or "false"):
                Problem(name, "_pretty is true or false.");
                return true;
            case "_pretty":
                options = options with { Pretty = value == "true" };
                return true;
            case "_include" or "_include:iterate" or "_include:recurse":
                Include(name, value, includes);
                return true;
            case "_revinclude" or "_revinclude:iterate" or "_revinclude:recurse" when value == "*":
                reverse.Add(new(IncludeRule.AnyType, null, null, name.Contains(':', StringComparison.Ordinal)));
                return true;
            case "_revinclude" or "_revinclude:iterate" or "_revinclude:recurse":
                Include(name, value, reverse);
                return true;
            case "_contained" when value == "false":
                return true;
            case "_contained" or "_containedType" when !takesContained:
                Problem(name, "Only a search of one type, GET /fhir/Type or POST /fhir/Type/_search, looks for contained resources.", unknown: true);
                return true;
            case "_contained":
                if (One<ContainedMode>(name, value) is { } contained)
                    options = options with { Contained = contained };
                return true;
            case "_containedType" when value is not ("container" or "contained"):
                Problem(name, "_containedType is container or contained.");
                return true;
            case "_containedType":
                options = options with { ContainedAlone = value == "contained" };
                return true;
            default:
                if (NotHere.Contains(name))
                    Problem(name, $"{name} is not offered.", unknown: true);
                return NotHere.Contains(name);
        }
    }

    private void Elements(string name, string value)
    {
        named += ElementNames.Plain(value).Count();
        if (named > ElementNames.Most)
        {
            Problem(name, ElementNames.TooMany);
            return;
        }

        foreach (var unknown in ElementNames.Unknown(resourceType, value))
            Problem(name, ElementNames.WhyUnknown(unknown), unknown: true, part: unknown);
    }

    private void Sort(string name, string value)
    {
        var asked = value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        sorted += asked.Length;
        if (sorted > MostKeys)
        {
            Problem(name, $"At most {MostKeys} keys can be named.");
            return;
        }

        var keys = new List<SortKey>(options.Sort);
        foreach (var key in asked)
        {
            var descends = key.StartsWith('-') && (site.TryFind(resourceType, key[1..], out _) || !site.TryFind(resourceType, key, out _)); // a site's own name may begin with - (R4 3.1.1.6)
            var code = descends ? key[1..] : key;
            if (site.TryFind(resourceType, code, out var parameter) && parameter.Type is not (SearchType.Composite or SearchType.Special) && code is not ("_text" or "_content"))
                keys.Add(new(parameter, descends));
            else
                Problem(name, $"{resourceType} cannot be sorted by {code}.", unknown: true, part: key);
        }

        options = options with { Sort = keys };
    }

    private void Include(string name, string value, List<IncludeRule> into)
    {
        var iterate = name.Contains(':', StringComparison.Ordinal);
        if (value == "*")
        {
            into.Add(new(IncludeRule.AnyType, null, null, iterate)); // hits may be of several types, and what is included is of any
            return;
        }

        var parts = value.Split(':');
        if (parts.Length is not (2 or 3) || !R4.IsResourceType(parts[0]) || (parts.Length == 3 && !R4.IsResourceType(parts[2])))
        {
            Problem(name, "The value is Type:parameter or Type:parameter:TargetType.");
            return;
        }

        if (ReferenceEquals(into, includes) && !iterate && !seeksContained && parts[0] != resourceType && R4.IsResourceType(resourceType))
            Problem(name, $"No hit is of the type {parts[0]}; what included resources of that type refer to is asked for by _include:iterate.", unknown: true);

        var target = parts.Length == 3 ? parts[2] : null;
        if (parts[1] == "*")
            into.Add(new(parts[0], null, target, iterate));
        else if (site.TryFind(parts[0], parts[1], out var parameter) && parameter.Type == SearchType.Reference)
            into.Add(new(parts[0], parameter, target, iterate));
        else
            Problem(name, $"{parts[0]} has no reference parameter {parts[1]}.", unknown: parameter is null);
    }

    private T? One<T>(string name, string value)
        where T : struct, Enum
    {
        if (Enum.TryParse<T>(value, ignoreCase: true, out var one) && !char.IsAsciiDigit(value[0]) && !value.Contains(',', StringComparison.Ordinal)
            && value.All(char.IsAsciiLetterLower))
            return one;
        Problem(name, $"{name} is one of {string.Join(", ", Enum.GetNames<T>().Where(known => known != "Unstated").Select(known => known.ToLowerInvariant()))}.");
        return null;
    }

    private void Problem(string name, string reason, bool unknown = false, string? part = null) => problems.Add(new(name, reason, unknown) { Part = part });
}
