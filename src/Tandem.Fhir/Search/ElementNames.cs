using Tandem.Fhir.Definitions;

namespace Tandem.Fhir.Search;

/// <summary>The names of elements in <c>_elements</c> (R4 3.1.1.5.9).</summary>
public static class ElementNames
{
    private const int Longest = 64;

    /// <summary>Names that no element of a type has, each fit to be repeated to the caller. A path counts by its first name, a choice by its name with or without a type.</summary>
    /// <param name="resourceType">A resource type; of any other word nothing is unknown.</param>
    /// <param name="list">Names with commas between them.</param>
    public static IEnumerable<string> Unknown(string resourceType, string list)
    {
        if (R4.Types.Find(resourceType) is not { IsResource: true } type)
            return [];
        return list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(name => !IsOf(type, name.StartsWith(type.Name + ".", StringComparison.Ordinal) ? name[(type.Name.Length + 1)..] : name))
            .Select(name => name.Length <= Longest && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_') ? name : "of one of these names").Distinct();
    }

    private static bool IsOf(FhirType type, string path)
    {
        var name = path.Split('.')[0].Replace("[x]", "", StringComparison.Ordinal);
        return name is "id" or "resourceType" || type.Elements.Find(name) is not null
            || type.Elements.Any(element => element.IsChoice && name.StartsWith(element.Name, StringComparison.Ordinal) && element.Types.Any(of => element.JsonName(of.Type) == name));
    }
}
