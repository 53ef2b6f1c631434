using Tandem.Fhir.Definitions;
using Tandem.Fhir.Json;
using Tandem.Fhir.Views;

namespace Tandem.Fhir.Search;

/// <summary>What reading index values needs to know of the site.</summary>
/// <param name="Zone">The zone of dates that name none.</param>
/// <param name="Addresses">
/// Bases under which the record is known (<c>https://hub.example.org/fhir</c>), the one it speaks under first: references that begin with one count as relative. They are
/// what the installation says, not what requests came by, so that rows made anew are the same.
/// </param>
public sealed record SearchIndexOptions(TimeZoneInfo Zone, params IReadOnlyList<string> Addresses)
{
    /// <summary>UTC, no address.</summary>
    public static readonly SearchIndexOptions Default = new(TimeZoneInfo.Utc);

    /// <summary>What tells a reference within the record from others: the one source for search, and for whose a resource is.</summary>
    public OwnAddresses Own { get; init; } = new(Addresses);

    /// <summary>The site's own search parameters.</summary>
    public SiteSearchParameters Site { get; init; } = SiteSearchParameters.None;

    /// <summary>True to read references into the resource's own <c>contained</c> and nothing else.</summary>
    internal bool ReadsLinks { get; init; }
}

/// <summary>Reads the values a resource can be found by, for all search parameters of its type, along plans compiled once per type.</summary>
public static class SearchIndexValues
{
    /// <summary>
    /// Adds the values of a resource to <paramref name="into"/>. A value that is not as R4 asks for (a date that does not exist)
    /// gives no index value. Thread-safe as long as each thread has its own list.
    /// </summary>
    /// <param name="resource">A resource with a known resourceType, best one that passed the structure check.</param>
    /// <param name="resourceType">Its type.</param>
    /// <param name="options">Zone and base address.</param>
    /// <param name="into">Gets the values; it is not cleared.</param>
    /// <param name="only">Parameters of this type only; null for all.</param>
    /// <param name="around">What the resource around it contains, where it is contained itself.</param>
    /// <exception cref="KeyNotFoundException">There is no such resource type.</exception>
    public static void Read(FhirNode resource, string resourceType, SearchIndexOptions options, SearchValueList into, SearchType? only = null, ContainedResources? around = null)
    {
        var pass = new IndexPass(resource, options, into);
        foreach (var plan in IndexPlan.For(resourceType).Parameters)
        {
            if (only is null || plan.Parameter.Type == only)
                pass.Read(plan);
        }

        foreach (var own in options.Site.Indexed(resourceType))
        {
            if ((only is null || own.Type == only) && !SiteIndexPass.Read(resource, own, options, into, around))
                into.AddUnanswered(own.Number);
        }
    }

    /// <summary>As <see cref="Read(FhirNode, string, SearchIndexOptions, SearchValueList, SearchType?, ContainedResources)"/>, for one of the site's own parameters alone.</summary>
    /// <returns>False when the parameter's expression has no answer for the resource, which is not found by it then.</returns>
    public static bool Read(FhirNode resource, SiteSearchParameter own, SearchIndexOptions options, SearchValueList into, ContainedResources? around = null) =>
        SiteIndexPass.Read(resource, own, options, into, around);

    /// <summary>
    /// Adds the references of a resource to what it contains, or is contained with (<c>#p1</c>): as <see cref="SearchValue.Hash"/> the hash of the id, that of
    /// the empty text for <c>#</c> alone, which means the resource around.
    /// </summary>
    /// <param name="resource">The resource, or one it contains.</param>
    /// <param name="resourceType">Its type.</param>
    /// <param name="around">What the resource that has the element contained contains.</param>
    /// <param name="site">The site's own parameters.</param>
    /// <param name="into">Gets the values; it is not cleared.</param>
    public static void ReadLinks(FhirNode resource, string resourceType, ContainedResources around, SiteSearchParameters site, SearchValueList into)
    {
        var pass = new IndexPass(resource, Links, into, around);
        foreach (var plan in IndexPlan.For(resourceType).Parameters)
        {
            if (plan.Parameter.Type == SearchType.Reference)
                pass.Read(plan);
        }

        foreach (var own in site.Indexed(resourceType))
            ReadLinks(resource, own, around, into);
    }

    /// <summary>As <see cref="ReadLinks(FhirNode, string, ContainedResources, SiteSearchParameters, SearchValueList)"/>, for one of the site's own parameters alone.</summary>
    public static void ReadLinks(FhirNode resource, SiteSearchParameter own, ContainedResources around, SearchValueList into)
    {
        if (own.Type == SearchType.Reference)
            SiteIndexPass.Read(resource, own, Links, into, around);
    }

    private static readonly SearchIndexOptions Links = SearchIndexOptions.Default with { ReadsLinks = true };

    /// <summary>A token as the index compares it: what is read from strings and contact points alone has no case (R4 3.1.1.4.10).</summary>
    public static string AsCompared(SearchParameter parameter, string token) => IndexPlan.IgnoresCase(parameter) ? TokenIndex.WithoutCase(token) : token;

    /// <summary>True for a parameter of the specification whose values are canonical addresses, such as QuestionnaireResponse.questionnaire.</summary>
    public static bool IsCanonical(SearchParameter parameter) => IndexPlan.IsCanonical(parameter);

    /// <summary>True for a parameter of the specification that leads to one element at most, such as Observation.subject; Account.subject may repeat.</summary>
    public static bool IsSingle(SearchParameter parameter) => IndexPlan.IsSingle(parameter);

    /// <summary>The parameters of a type that have no plan, each with the reason: the general FHIRPath engine may take them.</summary>
    public static IReadOnlyList<(SearchParameter Parameter, string Reason)> WithoutPlan(string resourceType) => IndexPlan.For(resourceType).Unplanned;
}
