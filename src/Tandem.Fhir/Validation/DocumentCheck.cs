using Tandem.Fhir.Definitions;
using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Json;
using Tandem.Fhir.Structure;

namespace Tandem.Fhir.Validation;

/// <summary>
/// Whether a document is whole (R4 3.3.1): what its Composition refers to is among its entries (R4 2.36.4.1), and every entry has to do with the Composition: it is referred to from it,
/// by however many steps, or refers to what is. The same of a message and what its MessageHeader is about (R4 MessageHeader.focus), where an entry too many is only told.
/// </summary>
internal sealed class DocumentCheck(FhirNode bundle, ValidationRun run)
{
    private const int LongestAddress = 2048; // what is longer is data

    private readonly BundleEntries addresses = BundleEntries.Of(bundle);
    private readonly Dictionary<FhirNode, FhirNode> firsts = []; // of the versions of one resource: what leads to one leads to all
    private readonly List<FhirNode> resources = [.. bundle["entry"u8].Items.AsEnumerable().Select(entry => entry["resource"u8]).Where(resource => resource.IsObject)];

    internal void Check()
    {
        if (resources.Count == 0 || resources[0]["resourceType"u8].Text is not ("Composition" or "MessageHeader")) // a rule of R4 says that it has to be (bdl-11, bdl-12)
            return;
        var isDocument = resources[0]["resourceType"u8].Is("Composition"u8);
        foreach (var reference in isDocument ? OfComposition(resources[0]) : resources[0]["focus"u8].Items.AsEnumerable())
            Reference(reference, isDocument);
        Reached(isDocument);
    }

    private static IEnumerable<FhirNode> OfComposition(FhirNode composition) =>
    [
        composition["subject"u8], composition["encounter"u8], composition["custodian"u8],
        .. composition["author"u8].Items.AsEnumerable(),
        .. composition["attester"u8].Items.AsEnumerable().Select(attester => attester["party"u8]),
        .. composition["event"u8].Items.AsEnumerable().SelectMany(act => act["detail"u8].Items.AsEnumerable()),
        .. composition["section"u8].Items.AsEnumerable().SelectMany(OfSection),
    ];

    private static IEnumerable<FhirNode> OfSection(FhirNode section) =>
    [
        section["focus"u8],
        .. section["author"u8].Items.AsEnumerable(),
        .. section["entry"u8].Items.AsEnumerable(),
        .. section["section"u8].Items.AsEnumerable().SelectMany(OfSection),
    ];

    /// <summary>A reference that only the bundle can answer: relative to it, or of an identity that has no place on a server. What is on a server may stay there.</summary>
    private void Reference(FhirNode reference, bool isDocument)
    {
        if (reference["reference"u8].Text is not { Length: > 0 } text || text[0] == '#' || (text.Contains(':', StringComparison.Ordinal) && !text.StartsWith("urn:", StringComparison.Ordinal)))
            return;
        var what = isDocument ? "document" : "message";
        var found = addresses.Count(text, reference);
        if (found == 0)
            run.Add(IssueSeverity.Error, "not-found", $"The {what} has no entry for this reference{Instead(text)} (R4 2.36.4.1).", FhirValue.Of(reference, "Reference"));
        else if (found > 1)
            run.Add(IssueSeverity.Error, "multiple-matches", $"The {what} has {found} entries for this reference; it has to say the version that is meant (R4 2.36.4.1).", FhirValue.Of(reference, "Reference"));
    }

    private string Instead(string text)
    {
        var parts = text.Split('/');
        var isThere = parts.Length >= 2 && R4.IsResourceType(parts[0]) && resources.Exists(one => one["resourceType"u8].Text == parts[0] && one["id"u8].Text == parts[1]);
        return isThere ? "; one holds a resource of this type and id, but by its fullUrl, or its version, it is another" : "";
    }

    private void Reached(bool isDocument)
    {
        var byAddress = new Dictionary<string, FhirNode>(StringComparer.Ordinal);
        foreach (var entry in bundle["entry"u8].Items)
        {
            if (entry["resource"u8] is { IsObject: true } resource)
                firsts[resource] = entry["fullUrl"u8].Text is { Length: > 0 } url && !byAddress.TryAdd(url, resource) ? byAddress[url] : resource;
        }

        var links = firsts.Values.Distinct().ToDictionary(resource => resource, _ => new HashSet<FhirNode>());
        foreach (var resource in resources)
            Links(resource, links[firsts[resource]]);
        FhirNode[] start = [firsts[resources[0]], .. bundle["link"u8].Items.AsEnumerable().SelectMany(link => Beside(link["url"u8].Text ?? ""))];
        var forward = Reach(start, links);
        foreach (var (from, to) in links.SelectMany(link => link.Value.Select(to => (link.Key, to))).ToList())
            links[to].Add(from);
        var all = Reach(start, links);
        foreach (var resource in resources.Where(one => !forward.Contains(firsts[one])))
        {
            if (!all.Contains(firsts[resource]))
                Stray(resource, isDocument);
            else if (isDocument && !resource["resourceType"u8].Is("Provenance"u8))
                run.Add(IssueSeverity.Warning, "business-rule", "Nothing that the Composition leads to refers to this entry; it only refers to such, which in a document is for a Provenance (R4 3.3.1).", FhirValue.Of(resource));
        }
    }

    private void Stray(FhirNode resource, bool isDocument)
    {
        if (isDocument)
            run.Add(IssueSeverity.Error, "business-rule", "This entry has nothing to do with the document: no reference leads from the Composition to it or from it to what the Composition leads to (R4 3.3.1).", FhirValue.Of(resource));
        else
            run.Add(IssueSeverity.Warning, "business-rule", "No reference leads from the MessageHeader to this entry or from it to what the MessageHeader leads to; is it needed?", FhirValue.Of(resource));
    }

    private static HashSet<FhirNode> Reach(FhirNode[] start, Dictionary<FhirNode, HashSet<FhirNode>> links)
    {
        var reached = new HashSet<FhirNode>();
        var open = new Stack<FhirNode>(start);
        while (open.TryPop(out var resource))
        {
            if (!reached.Add(resource))
                continue;
            foreach (var other in links[resource])
                open.Push(other);
        }

        return reached;
    }

    /// <summary>What a resource refers to. Any text that is the address of an entry counts as a reference, and so does an image or link of the narrative.</summary>
    private void Links(FhirNode resource, HashSet<FhirNode> found)
    {
        var rows = resource.Document.Rows;
        for (var at = resource.Index + 1; at < rows[resource.Index].Next; at++)
        {
            if (rows[at].Kind != JsonKind.String)
                continue;
            var text = new FhirNode(resource.Document, at);
            if (text.NameUtf8.SequenceEqual("div"u8))
            {
                foreach (var part in text.Text!.Split('"', '\''))
                    Add(found, part, text);
            }
            else if (text.Raw.Length <= 6 * LongestAddress && text.Raw.IndexOfAny(":/"u8) >= 0 && !text.Raw.Contains((byte)' '))
            {
                Add(found, text.Text!, text);
            }
        }
    }

    private void Add(HashSet<FhirNode> found, string text, FhirNode at)
    {
        if (text.Length <= LongestAddress && addresses.Find(text, at) is { Exists: true } entry)
            found.Add(firsts[entry]);
    }

    /// <summary>What a link of the bundle leads to, such as its stylesheet; relative ones stand beside the Composition.</summary>
    private IEnumerable<FhirNode> Beside(string url) => addresses.Find(url, resources[0]) is { Exists: true } entry ? [firsts[entry]] : [];
}
