using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Tandem.Fhir.Definitions;

/// <summary>
/// What FHIR R4 (4.0.1) is: types and their elements, search parameters, the patient compartment. Read from the shipped
/// definitions on first use, immutable afterwards, thread-safe.
/// </summary>
public static class R4
{
    private static readonly R4Text Text = new();
    private static readonly ConcurrentDictionary<string, SearchParameterTable> Search = new(StringComparer.Ordinal);
    private static readonly Lazy<ILookup<string, SearchParameter>> ByBase =
        new(() => Text.SearchParameters.ToLookup(parameter => parameter.Base, StringComparer.Ordinal));

    /// <summary>All types: resources, complex types, primitives, and backbone elements by path.</summary>
    public static TypeTable Types { get; } = new(Text.Types);

    /// <summary>The names of the resource types that can be sent, in alphabetical order.</summary>
    public static IReadOnlyList<string> ResourceTypes { get; } =
        [.. Text.Types.Values.Where(type => type.IsResource).Select(type => type.Name).Order(StringComparer.Ordinal)];

    /// <summary>All search parameters, by their <see cref="SearchParameter.Id"/>.</summary>
    public static IReadOnlyList<SearchParameter> AllSearchParameters => Text.SearchParameters;

    /// <summary>True when this names a resource type.</summary>
    public static bool IsResourceType(string name) => Types.Find(name) is { IsResource: true };

    /// <summary>The search parameters of a resource type, those of every resource (<c>_id</c> …) among them; empty for an unknown type.</summary>
    public static SearchParameterTable SearchParameters(string resourceType) =>
        Search.TryGetValue(resourceType, out var known) ? known
        : Types.Find(resourceType) is { } type && IsSearchable(type) ? Search.GetOrAdd(resourceType, SearchTable(type))
        : SearchParameterTable.Empty;

    /// <summary>The parameter with this code.</summary>
    public static bool TryFindSearchParameter(string resourceType, string code, [NotNullWhen(true)] out SearchParameter? parameter) =>
        (parameter = SearchParameters(resourceType).Find(code)) is not null;

    /// <summary>
    /// The search parameters that put a resource of this type into a patient's compartment; empty when the type is in none.
    /// A Patient is in the compartment of itself besides.
    /// </summary>
    public static IReadOnlyList<string> PatientCompartment(string resourceType) => Text.Compartment.GetValueOrDefault(resourceType, []);

    private static bool IsSearchable(FhirType type) => type.IsResource || type.Name is "Resource" or "DomainResource";

    private static SearchParameterTable SearchTable(FhirType type) =>
        new(Inherited(type).Reverse().SelectMany(name => ByBase.Value[name]));

    private static IEnumerable<string> Inherited(FhirType type)
    {
        for (var of = type; of is not null; of = of.Parent)
            yield return of.Name;
    }
}
