using System.Text.RegularExpressions;
using Tandem.Fhir.Json;

namespace Tandem.Fhir.Terminology;

/// <summary>A condition on a code system's concepts (R4 4.9.5, value set filter-operator).</summary>
internal sealed class ConceptFilter(string property, string op, string value)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    private Regex? pattern;

    internal string Property => property;

    internal string Operator => op;

    internal string Operand => value;

    /// <summary>Why it cannot be used on a code system; null when it can.</summary>
    internal TerminologyFault? Fault(CodeSystem system) => op switch
    {
        _ when value.Length == 0 => new("invalid", $"The filter {property} {op} of the value set has no value."),
        "exists" when value is not ("true" or "false") => new("invalid", $"The filter {property} exists of the value set has to say true or false."),
        "is-a" or "descendent-of" or "is-not-a" or "generalizes" when system.Find(value) is null => new(system.IsComplete ? "invalid" : "not-found", $"The code system {system.Url}{(system.IsComplete ? "" : ", as far as it is here,")} has no code {value}, which the value set filters by ({op})."),
        "is-a" or "descendent-of" or "is-not-a" or "generalizes" => null,
        "=" or "in" or "not-in" or "exists" or "regex" when !IsKnown(system) => new("invalid", $"The code system {system.Url} has no property {property} to filter by."),
        "=" or "in" or "not-in" or "exists" => null,
        "regex" => Pattern() is null ? new("invalid", "The value set's regular expression cannot be read, or does not run in linear time.") : null,
        _ => new("not-supported", $"The filter operator {op} is not known."),
    };

    /// <summary>True when a concept of the system passes; null when the system lacks what the filter asks for.</summary>
    internal bool Passes(CodeSystem system, Concept concept) => op switch
    {
        "is-a" => system.IsA(concept.Code, value),
        "descendent-of" => !system.Comparer.Equals(concept.Code, value) && system.IsA(concept.Code, value),
        "is-not-a" => !system.IsA(concept.Code, value),
        "generalizes" => system.IsA(value, concept.Code),
        "in" => Values(system, concept).Any(each => Listed().Contains(each, ComparerOf(system))),
        "not-in" => !Values(system, concept).Any(each => Listed().Contains(each, ComparerOf(system))),
        "exists" => Values(system, concept).Any() == (value == "true"),
        "regex" => Values(system, concept).Any(each => Pattern() is { } regex && Matches(regex, each)),
        _ => Values(system, concept).Contains(value, ComparerOf(system)),
    };

    /// <summary>As <see cref="Passes"/>, made ready for all concepts of a system: hierarchies and lists are gone through once and not for each.</summary>
    internal Func<Concept, bool> Over(CodeSystem system)
    {
        switch (op)
        {
            case "is-a" or "descendent-of" or "is-not-a":
                var below = Codes(system.Below(value));
                return op switch
                {
                    "is-a" => concept => below.Contains(concept.Code),
                    "is-not-a" => concept => !below.Contains(concept.Code),
                    _ => concept => below.Contains(concept.Code) && !system.Comparer.Equals(concept.Code, value),
                };
            case "generalizes":
                var above = Codes(system.Above(value));
                return concept => above.Contains(concept.Code);
            case "in" or "not-in":
                var listed = Listed().ToHashSet(ComparerOf(system));
                return concept => Values(system, concept).Any(listed.Contains) == (op == "in");
            default:
                return concept => Passes(system, concept);
        }
    }

    private static HashSet<string> Codes(IEnumerable<Concept> concepts) => concepts.Select(concept => concept.Code).ToHashSet(StringComparer.Ordinal);

    private StringComparer ComparerOf(CodeSystem system) => system.Meaning(property) is "concept" or "code" or "parent" or "child" ? system.Comparer : StringComparer.Ordinal;

    /// <summary>True for a property that every system has or this one declares.</summary>
    internal bool IsKnown(CodeSystem system) =>
        system.Meaning(property) is "concept" or "code" or "display" or "parent" or "child" or "inactive" or "notSelectable" || system.HasProperty(property);

    private string[] Listed() => value.Split(',', StringSplitOptions.TrimEntries);

    private IEnumerable<string> Values(CodeSystem system, Concept concept) => system.Meaning(property) switch
    {
        "concept" or "code" => [concept.Code],
        "display" => concept.Display is { } display ? [display] : [],
        "parent" => system.ParentsOf(concept.Code),
        "child" => system.ChildrenOf(concept.Code),
        "inactive" => [concept.IsInactive ? "true" : "false"],
        "notSelectable" => [concept.IsAbstract ? "true" : "false"],
        _ => system.PropertiesOf(concept).Where(item => item["code"u8].Text == property).SelectMany(Values),
    };

    /// <summary>The value of a property as a filter may write it: a code of another system alone or behind its system (<c>system#code</c>).</summary>
    private static IEnumerable<string> Values(FhirNode item)
    {
        foreach (var part in item.Properties)
        {
            if (!part.NameUtf8.StartsWith("value"u8) || (part.IsObject ? part["code"u8] : part).Text is not { } value)
                continue;
            yield return value;
            if (part.IsObject && part["system"u8].Text is { } system)
                yield return $"{system}#{value}";
        }
    }

    private Regex? Pattern()
    {
        try
        {
            return pattern ??= new Regex($"^(?:{value})$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, Patience);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    private static bool Matches(Regex regex, string text)
    {
        try
        {
            return regex.IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }
}
