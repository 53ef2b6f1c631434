using System.Net;
using System.Text.RegularExpressions;
using Tandem.Fhir.Definitions;
using Tandem.Fhir.Json;
using Tandem.Fhir.Structure;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Record.Rest;

namespace Tandem.Record.Bundles;

/// <summary>
/// Where the references of a transaction's entries lead: fullUrls to the entries' final identities, conditional references to the one
/// resource they find (R4 3.1.0.11.2–3).
/// </summary>
/// <param name="request">The request of the transaction: finds what a reference brought in by a patch asks for, and knows the record's own addresses, for the versions of what keeps its id below them are its own too.</param>
/// <param name="find">Finds what a reference of an entry asks for, among the transaction's own too; null when it was not asked before.</param>
internal sealed partial class EntryTargets(FhirRequest request, Func<string, Outcome<string?>?> find)
{
    private readonly Dictionary<string, string> byAddress = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> byCriteria = new(StringComparer.Ordinal);
    private readonly HashSet<string> lasting = new(StringComparer.Ordinal);

    /// <summary>Notes what an entry finally is. Nothing can lead to what it deletes.</summary>
    internal void Add(BundleEntry entry, string type, string id)
    {
        if (entry.Method == EntryMethod.Delete)
            return;
        var identity = $"{type}/{id}";
        if (entry.CriteriaText is { } criteria)
            byCriteria[criteria] = identity;
        if (entry.FullUrl is not { } url)
            return;
        byAddress[url] = identity;
        if (IsLasting(entry, url, id))
            lasting.Add(url);
    }

    /// <summary>
    /// True for an address that means the resource outside of the bundle too: a definition's own url, or that of a definition whose id is the client's. Elements of type uri and url keep it, for it may be a
    /// canonical address or the name of a code system (R4 3.1.0.11.2 replaces no canonical addresses). What has none, such as the file of an attachment, is found here only where it is replaced.
    /// </summary>
    private static bool IsLasting(BundleEntry entry, string url, string id) =>
        entry.Resource["url"u8].Text == url
        || (IsDefinition(entry.Type) && !url.StartsWith("urn:uuid:", StringComparison.Ordinal) && !url.StartsWith("urn:oid:", StringComparison.Ordinal)
            && entry.Method != EntryMethod.Post && id == (entry.Id ?? entry.Resource["id"u8].Text));

    /// <summary>True for the types that have a canonical address, and for what says which systems there are.</summary>
    private static bool IsDefinition(string type) =>
        type == "NamingSystem" || (R4.Types[type].Elements.TryFind("url"u8, out _) && R4.Types[type].Elements.TryFind("publisher"u8, out _));

    /// <summary>The resource with its references as they have to be stored.</summary>
    /// <param name="resource">As it was sent.</param>
    /// <param name="spots">Where it points elsewhere.</param>
    /// <param name="root">See <see cref="BundleEntries.RootOf"/> of the entry it came in; null when its relative references are of this record.</param>
    /// <param name="session">The write.</param>
    internal Outcome<FhirNode> Resolve(FhirNode resource, IReadOnlyList<ReferenceSpot> spots, string? root, WriteSession session)
    {
        List<(ReferenceSpot Spot, string Target)>? changes = null;
        foreach (var spot in spots)
        {
            if (spot.IsNarrative)
            {
                if (Linked(spot.Text, root) is var linked && linked != spot.Text)
                    (changes ??= []).Add((spot, linked));
                continue;
            }

            var target = Named(spot.Text, root, isLink: spot.IsReference);
            if (target is null)
            {
                if (!spot.IsReference || !ConditionalReference.Is(spot.Text))
                    continue;
                if (!Find(spot.Text, session).Succeeded(out target, out var refusal))
                    return refusal;
            }

            (changes ??= []).Add((spot, target));
        }

        return changes is null ? resource : FhirJson.ParseStored(ReferenceSpots.Rewritten(resource, changes)).Root;
    }

    /// <summary>
    /// The identity of the entry that an address names, or null. One with a version means the entry too (R4 2.36.4.1), and the numbers that versions have elsewhere do not hold here.
    /// </summary>
    private string? Named(string address, string? root, bool isLink = true)
    {
        var absolute = BundleEntries.Absolute(address, root);
        var url = BundleEntries.Unversioned(absolute);
        if (!byAddress.TryGetValue(url, out var identity) || (!isLink && lasting.Contains(url)))
            return null;
        return url.Length < absolute.Length && request.Own.Relative(url) == identity ? null : identity;
    }

    /// <summary>A narrative whose links and pictures lead where the entries are in the end.</summary>
    private string Linked(string narrative, string? root) => Link().Replace(
        narrative, link => Named(WebUtility.HtmlDecode(link.Groups["to"].Value), root) is { } target ? $"{link.Groups["before"].Value}{target}{link.Groups["quote"].Value}" : link.Value);

    [GeneratedRegex("""(?<before>\b(?:href|src)\s*=\s*(?<quote>["']))(?<to>[^"'<>]+)\k<quote>""")]
    private static partial Regex Link();

    private Outcome<string> Find(string reference, WriteSession session)
    {
        if (byCriteria.TryGetValue(reference, out var known))
            return known;
        var type = ConditionalReference.TypeOf(reference);
        if (!(find(reference) ?? Alone(type, reference, session)).Succeeded(out var id, out var refusal))
            return refusal;
        if (id is null)
            return Refusal.PreconditionFailed($"A conditional reference to {type} finds nothing.");
        return byCriteria[reference] = $"{type}/{id}";
    }

    private Outcome<string?> Alone(string type, string reference, WriteSession session) =>
        Criteria.Required(request, type, reference).Then(criteria => criteria.FindOne(session)).Then<string?>(match => match.Version?.Id);
}
