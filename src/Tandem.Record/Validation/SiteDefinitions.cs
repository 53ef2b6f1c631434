using Tandem.Fhir.Definitions;
using Tandem.Fhir.Json;
using Tandem.Fhir.Terminology;
using Tandem.Fhir.Validation;
using Tandem.Record.Access;
using Tandem.Record.Log;
using Tandem.Record.Terminology;

namespace Tandem.Record.Validation;

/// <summary>What a site validates and asks codes with, as of one moment.</summary>
/// <param name="Validator">Profiles and rules.</param>
/// <param name="Terminology">Code systems, value sets and concept maps.</param>
public sealed record Definitions(FhirValidator Validator, TerminologyService Terminology);

/// <summary>
/// The site's own profiles, value sets, code systems and concept maps: those in the record first, then those of its package folders, then what the
/// specification ships. A change of one of them in the record holds from the next question on, on every node. Thread-safe.
/// </summary>
public sealed class SiteDefinitions(RecordStore store, PackagedDefinitions packages)
{
    private const string Newest =
        "SELECT MAX(k.seq) FROM (SELECT COALESCE(MAX(seq), 0) AS seq FROM log WHERE type = 'CodeSystem' "
        + "UNION ALL SELECT COALESCE(MAX(seq), 0) FROM log WHERE type = 'ConceptMap' "
        + "UNION ALL SELECT COALESCE(MAX(seq), 0) FROM log WHERE type = 'StructureDefinition' "
        + "UNION ALL SELECT COALESCE(MAX(seq), 0) FROM log WHERE type = 'ValueSet') k";

    private const string NewestSystem = "SELECT COALESCE(MAX(seq), 0) FROM log WHERE type = 'CodeSystem'";


    private volatile Held? held;

    /// <summary>The definitions that hold now. Ask once per piece of work, and keep the answer for its length.</summary>
    public Definitions Current
    {
        get
        {
            var newest = store.Database.Read(session => session.First(Newest, row => (long?)row.Integer(0))) ?? 0;
            if (held is { } known && known.Seq == newest)
                return known.Definitions;
            var terminology = new TerminologyService(Find, Supplements);
            held = new(newest, new(new FhirValidator(new ProfileSet(Find), terminology), terminology));
            return held.Definitions;
        }
    }

    /// <summary>A definition of the site's own; missing when it has none of this address.</summary>
    internal FhirNode Find(string type, string url, string? version) =>
        store.Database.Read(session => StoredDefinitions.Find(session, type, url, version)) is { Exists: true } stored ? stored : packages.Find(type, url, version);

    /// <summary>The addresses of the profiles that resources can be held against here, by type: the active ones of the site, in the order of their addresses.</summary>
    internal ILookup<string, string> Profiles() => store.Database.Read(session => StoredDefinitions.OfEach(session, "StructureDefinition", ProfileOf)).Concat(packages.Profiles.Select(ProfileOf))
        .OfType<(string Type, string Url)>().Distinct().OrderBy(profile => profile.Url, StringComparer.Ordinal).ToLookup(profile => profile.Type, profile => profile.Url);

    private static (string Type, string Url)? ProfileOf(FhirNode node) =>
        node["kind"u8].Is("resource"u8) && node["derivation"u8].Is("constraint"u8) && node["status"u8].Is("active"u8) && node["type"u8].Text is { } type && node["url"u8].Text is { } url ? (type, url) : null;

    /// <summary>Goes up with each change of a code system in the record.</summary>
    internal long NewestCodeSystem => store.Database.Read(session => session.First(NewestSystem, row => (long?)row.Integer(0))) ?? 0;

    /// <summary>
    /// The code systems whose codes are here, in packages, as the specification ships them or in the record, of which the active ones that bear no sensitivity label: anybody may be told of them. In the order of their
    /// addresses; without supplements and those of which there is a name alone.
    /// </summary>
    internal IReadOnlyList<SystemHere> CodeSystems() =>
    [
        .. store.Database.Read(session => StoredDefinitions.OfEach(session, "CodeSystem", node => node["status"u8].Is("active"u8) && !IsLabelled(node) ? SystemOf(node) : null)).Concat(packages.CodeSystems.Select(SystemOf))
            .Concat(ShippedResources.Urls("CodeSystem").Select(url => SystemOf(ShippedResources.Find("CodeSystem", url))))
            .OfType<(string Url, string? Version)>().GroupBy(system => system.Url, system => system.Version, StringComparer.Ordinal).OrderBy(system => system.Key, StringComparer.Ordinal)
            .Select(system => Here(system.Key, [.. system.OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)])),
    ];

    private SystemHere Here(string url, IReadOnlyList<string> versions) => new(url, versions, versions.Count > 1
        ? (Find("CodeSystem", url, null) is { Exists: true } own ? own : ShippedResources.Find("CodeSystem", url))["version"u8].Text
        : versions is [var only] ? only : null);

    private static (string Url, string? Version)? SystemOf(FhirNode node) =>
        node["url"u8].Text is { } url && !node["content"u8].Is("supplement"u8) && !node["content"u8].Is("not-present"u8) ? (url, node["version"u8].Text) : null;

    private static bool IsLabelled(FhirNode node) => node["meta"u8]["security"u8].Items.AsEnumerable().Any(label => SensitivityLabel.CodeOf(label) is not null);

    /// <summary>The concept maps of the site's package folders.</summary>
    internal IEnumerable<FhirNode> PackagedConceptMaps => packages.ConceptMaps;

    private IEnumerable<FhirNode> Supplements() => store.Database.Read(session => StoredDefinitions.Supplements(session).ToList()).Concat(packages.Supplements);

    private sealed record Held(long Seq, Definitions Definitions);
}
