using System.Text.Json.Nodes;
using Tandem.Fhir.Json;
using Tandem.Fhir.Structure;
using Tandem.Fhir.Terminology;
using Tandem.Fhir.Validation;
using Tandem.Fhir.Xml;

namespace Tandem.SecondOpinion;

/// <summary>
/// The cases of R4 that HL7 tests its own validator with (github.com/FHIR/fhir-test-cases, folder <c>validator</c>): a resource, definitions it needs, and what HL7's validator said of it.
/// Compared is whether there is an error at all. Left out is what is about something else than FHIR R4 resources, and what needs a package that does not lie beside the cases.
/// </summary>
internal sealed class ReferenceCases(string folder)
{
    private static readonly HashSet<string> Elsewhere = ["cdshooks", "matchetype", "shc", "dsig", "json5", "cda", "logical", "api"];
    private readonly Dictionary<string, DefinitionFolder> packages = [];

    /// <summary>Runs all, prints each that the two judge differently, and how many of each module agree.</summary>
    internal void Run(TextWriter to)
    {
        var counts = new SortedDictionary<string, (int Agree, int OnlyTheirs, int OnlyOurs)>(StringComparer.Ordinal);
        foreach (var one in JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "manifest.json")))!["test-cases"]!.AsArray().OfType<JsonObject>().Where(IsOfR4))
        {
            foreach (var level in new[] { one, one["profile"] as JsonObject })
            {
                if (level is null || Theirs(level) is not { } theirs || Ours(one, level != one) is not { } ours)
                    continue;
                var module = (string?)one["module"] ?? "";
                var (agree, onlyTheirs, onlyOurs) = counts.GetValueOrDefault(module);
                counts[module] = (theirs == ours.Count > 0, theirs) switch
                {
                    (true, _) => (agree + 1, onlyTheirs, onlyOurs),
                    (_, true) => (agree, onlyTheirs + 1, onlyOurs),
                    _ => (agree, onlyTheirs, onlyOurs + 1),
                };
                if (theirs != ours.Count > 0)
                    to.WriteLine($"{(theirs ? "only theirs" : "only ours")}: {one["name"]}{(level == one ? "" : " (profile)")} {string.Join(" | ", ours.Take(3))}");
            }
        }

        to.WriteLine("| module | the same | an error of theirs only | an error of ours only |\n|---|--:|--:|--:|");
        foreach (var (module, count) in counts)
            to.WriteLine($"| {module} | {count.Agree} | {count.OnlyTheirs} | {count.OnlyOurs} |");
        to.WriteLine($"| all | {counts.Values.Sum(count => count.Agree)} | {counts.Values.Sum(count => count.OnlyTheirs)} | {counts.Values.Sum(count => count.OnlyOurs)} |");
    }

    private bool IsOfR4(JsonObject one) =>
        ((string?)one["version"])?.StartsWith("4.0", StringComparison.Ordinal) == true && !Elsewhere.Contains((string?)one["module"] ?? "")
        && Path.GetExtension((string)one["file"]!) is ".json" or ".xml" && File.Exists(Path.Combine(folder, (string)one["file"]!));

    /// <summary>Whether HL7's validator found an error; null where the cases do not say.</summary>
    private bool? Theirs(JsonObject level)
    {
        var outcome = level["java"];
        if (outcome is JsonValue name)
        {
            var file = Path.Combine(folder, "outcomes", Path.ChangeExtension((string)name!, ".json"));
            outcome = File.Exists(file) ? JsonNode.Parse(File.ReadAllText(file)) : null;
        }

        if (outcome is not JsonObject found)
            return null;
        var issues = (found["outcome"] ?? found)["issue"] as JsonArray ?? [];
        return issues.Any(issue => (string?)issue!["severity"] is "error" or "fatal");
    }

    /// <summary>The errors of Tandem's validator; null where the case needs a package that is not here.</summary>
    private List<string>? Ours(JsonObject one, bool isHeldAgainstProfile)
    {
        var profile = one["profile"] as JsonObject;
        var named = (string?)profile?["source"]; // a file of the cases, or the address of what ships or is in a package
        var source = Read(named);
        var own = Files(one, "supporting").Concat(Files(one, "profiles")).Concat(Files(profile, "supporting")).Select(Read).Append(source).Where(node => node.Exists).SelectMany(Resources).ToList();
        var names = Files(one, "packages").Concat(Files(profile, "packages")).Select(name => Path.Combine(folder, name)).ToList();
        var canonical = source["url"u8].Text ?? (named?.StartsWith("http", StringComparison.Ordinal) == true ? named : null);
        if (!names.TrueForAll(File.Exists) || (isHeldAgainstProfile && canonical is null))
            return null;
        var loaded = names.ConvertAll(name => packages.TryGetValue(name, out var known) ? known : packages[name] = DefinitionFolder.Open(name));
        FhirNode Find(string type, string url, string? version) => own.Find(node => Is(node, type, url, version)) is { Exists: true } found
            ? found
            : loaded.Select(package => package.Find(type, url, version)).FirstOrDefault(node => node.Exists);
        var terminology = new TerminologyService(Find, () => own.Concat(loaded.SelectMany(package => package.All)).Where(node => node["content"u8].Is("supplement"u8)));
        var resource = Read((string)one["file"]!, out var fault);
        return fault is not null ? [fault] : [.. new FhirValidator(new ProfileSet(Find), terminology).Validate(resource, new()
        {
            Profiles = isHeldAgainstProfile ? [canonical!] : [],
            Questionnaire = QuestionnaireOf(resource, own),
            Unknown = IssueSeverity.Error,
            Resolve = Neighbour,
        }).Where(issue => issue.IsError).Select(issue => $"{issue.Expression}: {issue.Text}")];
    }

    private static bool Is(FhirNode node, string type, string url, string? version) =>
        node["resourceType"u8].Text == type && node["url"u8].Text == url && (version is null || node["version"u8].Text == version);

    private static FhirNode QuestionnaireOf(FhirNode response, List<FhirNode> own)
    {
        if (response["questionnaire"u8].Text?.Split('|')[0] is not { } url)
            return default;
        return url.StartsWith('#')
            ? response["contained"u8].Items.AsEnumerable().FirstOrDefault(node => node["id"u8].Text == url[1..])
            : own.Find(node => Is(node, "Questionnaire", url, null));
    }

    /// <summary>A resource that lies beside the cases in a file of its type and id or of its id.</summary>
    private FhirNode Neighbour(string reference)
    {
        if (reference.Split('/') is not [.., var type, var id])
            return default;
        var files = new[] { $"{id}.xml", $"{id}.json", $"{type.ToLowerInvariant()}-{id}.xml", $"{type.ToLowerInvariant()}-{id}.json" };
        return files.Where(file => file.All(letter => char.IsLetterOrDigit(letter) || letter is '-' or '.') && File.Exists(Path.Combine(folder, file)))
            .Select(Read).FirstOrDefault(node => node["resourceType"u8].Text == type);
    }

    private static IEnumerable<string> Files(JsonObject? of, string name) => (of?[name] as JsonArray)?.Select(file => (string)file!) ?? [];

    private static IEnumerable<FhirNode> Resources(FhirNode node) =>
        node["resourceType"u8].Is("Bundle"u8) ? node["entry"u8].Items.AsEnumerable().SelectMany(entry => Resources(entry["resource"u8])) : [node];

    private FhirNode Read(string? name) => name is not null && File.Exists(Path.Combine(folder, name)) ? Read(name, out _) : default;

    /// <summary>Some files that are called JSON hold XML.</summary>
    private FhirNode Read(string name, out string? fault)
    {
        fault = null;
        ReadOnlyMemory<byte> bytes = File.ReadAllBytes(Path.Combine(folder, name));
        if (bytes.Span.StartsWith("\uFEFF"u8))
            bytes = bytes[3..];
        if (bytes.Span.TrimStart(" \r\n\t"u8).StartsWith("<"u8))
        {
            var read = FhirXmlReader.ToJson(bytes, JsonLimits.Bundle, out var wrong);
            fault = wrong?.Reason;
            bytes = read;
        }

        if (fault is not null)
            return default;
        var json = FhirJson.Parse(bytes, JsonLimits.Bundle, out var unread);
        fault = unread?.Reason;
        return json?.Root ?? default;
    }
}
