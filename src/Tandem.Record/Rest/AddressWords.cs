using Tandem.Fhir.Definitions;
using Tandem.Kernel.Outcomes;

namespace Tandem.Record.Rest;

/// <summary>
/// Where a site wants it so (<see cref="RestSettings.WordsInAddresses"/>), an address may hold ids and how the answer is to look, and nothing that says something of a person. Types that hold
/// nothing of people (terminology, definitions) are asked as ever.
/// </summary>
internal static class AddressWords
{
    private static readonly HashSet<string> Ids = new(StringComparer.Ordinal) { "_id", "patient", "subject", "encounter", "id", "_cursor" };

    private static readonly HashSet<string> Looks = new(StringComparer.Ordinal)
    {
        "_count", "_sort", "_include", "_include:iterate", "_revinclude", "_revinclude:iterate", "_elements", "_summary", "_total", "_format", "_pretty", "_type", "_contained", "_containedType",
        "_since", "_until", "_at", "_lastUpdated", "_outputFormat", "start", "end", "_list", "_profile",
    };

    private static readonly HashSet<string> People = new(
        Compartments.Types("Patient").Concat(["Patient", "Person", "RelatedPerson", "Practitioner", "PractitionerRole", "Group", "Device", "Location", "Subscription", ""]), StringComparer.Ordinal);

    /// <summary>Why a request is refused, or null.</summary>
    internal static Refusal? Refused(FhirRequest request)
    {
        if (request.Service.Limits.WordsInAddresses || !People.Contains(request.Type) || !request.Http.Request.QueryString.HasValue)
            return null;
        var told = QueryPairs.Read(request.Http.Request.QueryString.Value!).Where(pair => !IsHarmless(pair.Key, pair.Value)).Select(pair => pair.Key).FirstOrDefault();
        return told is null ? null : Refusal.Invalid("", new RefusalDetail(
            "not-supported", $"This hub takes {FhirRequest.Shown(told)} in the body alone, so that addresses tell nothing of people: post a search to _search, an operation as Parameters, a conditional write in a bundle."));
    }

    private static bool IsHarmless(string name, string value) => Looks.Contains(name) || (Ids.Contains(name) && (name == "_cursor" || value.Split(',').All(IsId)));

    private static bool IsId(string value) => UpdateResource.IsId(value[(value.LastIndexOf('/') + 1)..]);
}
