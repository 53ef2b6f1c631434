using Tandem.Fhir.Definitions;

namespace Tandem.Fhir.Search;

/// <summary>The names of elements in <c>_elements</c> (R4 3.1.1.5.9): those at the top of a resource, a choice with or without a type or as <c>value[x]</c>, each also behind its resource type.</summary>
public static class ElementNames
{
    /// <summary>How many names one request may have: more than any resource has elements.</summary>
    public const int Most = 200;

    /// <summary>A sentence on a request with more than <see cref="Most"/> names.</summary>
    public static readonly string TooMany = $"At most {Most} elements can be named.";

    private const int Longest = 64;
    private const string AnyType = "[x]";

    /// <summary>Names that no element at the top of a type has, as they were sent.</summary>
    /// <param name="resourceType">A resource type, or empty for any; of any other word nothing is unknown.</param>
    /// <param name="list">Names with commas between them.</param>
    public static IEnumerable<string> Unknown(string resourceType, string list)
    {
        var types = TypesOf(resourceType);
        return types.Count == 0 ? [] : Names(list).Distinct().Where(name => !types.Exists(type => IsOf(type, Bare(name, type.Name))));
    }

    /// <summary>A name without the resource type before it; one behind another type stays as it is, and is no element's.</summary>
    public static string Bare(string name, string resourceType) =>
        name.StartsWith(resourceType + ".", StringComparison.Ordinal) ? name[(resourceType.Length + 1)..] : name;

    /// <summary>A sentence on an unknown name; it repeats the name where that is fit to be repeated.</summary>
    public static string WhyUnknown(string name) => name.Length <= Longest && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_')
        ? $"There is no element {name} at the top of the resource."
        : "There is no element of one of these names at the top of the resource.";

    /// <summary>The names, those of choices without <c>[x]</c>.</summary>
    /// <param name="list">Names with commas between them.</param>
    public static IEnumerable<string> Plain(string list) => Names(list).Select(name => name.EndsWith(AnyType, StringComparison.Ordinal) ? name[..^AnyType.Length] : name);

    private static string[] Names(string list) => list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static List<FhirType> TypesOf(string resourceType)
    {
        if (resourceType.Length == 0)
            return [.. R4.ResourceTypes.Select(name => R4.Types[name])];
        return R4.Types.Find(resourceType) is { IsResource: true } one ? [one] : [];
    }

    private static bool IsOf(FhirType type, string name) => name.EndsWith(AnyType, StringComparison.Ordinal)
        ? type.Elements.Find(name[..^AnyType.Length]) is { IsChoice: true }
        : name is "id" or "resourceType" || type.Elements.Find(name) is not null
            || type.Elements.Any(element => element.IsChoice && name.StartsWith(element.Name, StringComparison.Ordinal) && element.Types.Any(of => element.JsonName(of.Type) == name));
}
