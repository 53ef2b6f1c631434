using Tandem.Fhir.Definitions;
using Tandem.Fhir.Json;
using Tandem.Fhir.Terminology;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Record.Operations;
using Tandem.Record.Rest;

namespace Tandem.Record.Terminology;

/// <summary><c>ConceptMap/$translate</c> (R4 4.10.15.1): codes of one system in the words of another, by one map or by all that fit.</summary>
internal static class TranslateConcept
{
    private const string Maps =
        $"SELECT {LogTables.Columns} FROM resources r JOIN log l ON l.seq = r.seq WHERE r.type = 'ConceptMap' AND r.deleted = 0 ORDER BY l.seq LIMIT 1001"; // one more than are tried

    /// <summary>Most concept maps of the record that are tried for one code.</summary>
    private const int MostMaps = 1000;

    internal static readonly Operation Operation = new()
    {
        Code = "translate",
        Levels = OperationLevels.Type | OperationLevels.Instance,
        Types = ["ConceptMap"],
        Summary = "Translates a code by concept maps.",
        Follows = "http://hl7.org/fhir/OperationDefinition/ConceptMap-translate",
        Parameters =
        [
            new("url", "uri", "The map's address; without one all maps that fit are tried."),
            new("conceptMap", "ConceptMap", "A map that is sent instead of named."),
            new("conceptMapVersion", "string", "The version of the map."),
            new("code", "code", "The code, with its system."),
            new("system", "uri", "The code's system."),
            new("version", "string", "The version of the code's system."),
            new("coding", "Coding", "A coding instead of code and system."),
            new("codeableConcept", "CodeableConcept", "A concept, of which every coding is tried."),
            new("source", "uri", "The value set the code was chosen from: only maps from it."),
            new("target", "uri", "The value set to translate into: only maps into it."),
            new("targetsystem", "uri", "The system to translate into."),
            new("dependency", "BackboneElement", "What another element holds: the parts element (uri) and concept (CodeableConcept). Translations that depend on others are left out.", IsList: true),
            new("reverse", "boolean", "True goes from the maps' targets to their sources."),
            new("result", "boolean", "True when there is a translation.", 1, IsOut: true),
            new("message", "string", "Why there is none.", IsOut: true),
            new("match", "BackboneElement", "A translation: equivalence, concept, source.", IsList: true, IsOut: true),
        ],
        Run = call => Task.FromResult(Run(call)),
    };

    private static FhirReply Run(OperationRequest call)
    {
        if (!TerminologyReply.Codes(call).Succeeded(out var codes, out var refusal) || !Dependencies(call).Succeeded(out var dependencies, out refusal) || !MapsFor(call).Succeeded(out var maps, out refusal))
            return refusal;
        if (codes.RemoveAll(code => code.System is null) > 0 && codes.Count == 0)
            return Refusal.Invalid("", new RefusalDetail("required", "Name the system of the code too: several systems may have it."));
        var terminology = call.Fhir.Service.Definitions.Current.Terminology;
        var isReverse = call.Text("reverse") == "true";
        var (from, to) = isReverse ? ("target", "source") : ("source", "target");
        var asked = codes.ConvertAll(code => new CodeToTranslate(code.System, code.Code, code.Version ?? call.Text("version"), call.Text("targetsystem"), isReverse) { Dependencies = dependencies });
        var found = maps.Where(map => Fits(map, from, call.Text("source")) && Fits(map, to, call.Text("target")))
            .SelectMany(map => asked.SelectMany(code => ConceptTranslation.Of(map, code, terminology.FindConceptMap))).Distinct().ToList();
        var isTranslated = found.Exists(match => match.Equivalence is not ("unmatched" or "disjoint"));
        return TerminologyReply.Parameters(parameters =>
        {
            parameters.Result(isTranslated).Text("message", "valueString", isTranslated ? null : "No map that is here translates this code.");
            foreach (var match in found)
                parameters.Item(item => item.Text("name", "match").Array("part", part => Match(part, match)));
        });
    }

    private static void Match(FhirWriter part, Translation match)
    {
        part.Text("equivalence", "valueCode", match.Equivalence);
        if (match.Code is not null)
            part.Item(item => item.Text("name", "concept").Coding("valueCoding", match.System, match.Code, match.Display));
        foreach (var product in match.Products.Items)
            part.Item(item => item.Text("name", "product").Array("part", parts => Product(parts, product)));
        part.Text("source", "valueUri", match.Map);
    }

    private static void Product(FhirWriter part, FhirNode product) => part.Text("element", "valueUri", product["property"u8].Text)
        .Item(item => item.Text("name", "concept").Coding("valueCoding", product["system"u8].Text, product["value"u8].Text, product["display"u8].Text));

    private static Outcome<List<(string Element, FhirNode Concept)>> Dependencies(OperationRequest call)
    {
        var found = new List<(string, FhirNode)>();
        foreach (var dependency in call.Arguments.Where(argument => argument.Name == "dependency"))
        {
            var parts = dependency.Parameter["part"u8].Items.AsEnumerable().ToList();
            var concept = parts.Find(part => part["name"u8].Is("concept"u8))["valueCodeableConcept"u8];
            if (parts.Find(part => part["name"u8].Is("element"u8))["valueUri"u8].Text is not { } element || !concept.Exists)
                return Refusal.Invalid("", new RefusalDetail("value", "A dependency has the parts element (valueUri) and concept (valueCodeableConcept)."));
            found.Add((element, concept));
        }

        return found;
    }

    private static Outcome<List<FhirNode>> MapsFor(OperationRequest call)
    {
        var (url, sent) = (call.Text("url"), call["conceptMap"].Resource);
        if ((call.Id.Length > 0 ? 1 : 0) + (url is null ? 0 : 1) + (sent.Exists ? 1 : 0) > 1)
            return Refusal.Invalid("", new RefusalDetail("invalid", "Name the concept map in one way: by its id on the path, by url, or sent as conceptMap."));
        if (call.Id.Length > 0)
            return call.Fhir.Service.Store.Read("ConceptMap", call.Id, call.Fhir.Scope, call.Fhir.Limit).Then(version => Given(version.Root));
        if (sent.Exists)
            return Given(sent);
        if (url is null)
            return All(call);
        var canonical = TerminologyReply.Versioned(url, call.Text("conceptMapVersion"));
        var named = call.Fhir.Service.Definitions.Current.Terminology.FindConceptMap(canonical);
        return named.Exists && (canonical.Split('|') is not [_, var wanted] || named["version"u8].Text == wanted)
            ? new List<FhirNode> { named }
            : TerminologyReply.Refuse(new("not-found", "The concept map of this address is not here."));

        Outcome<List<FhirNode>> Given(FhirNode resource) => TerminologyReply.InVersion(call, resource, "conceptMapVersion").Then<List<FhirNode>>(one => new List<FhirNode> { one });
    }

    /// <summary>The maps of the record, each in its highest version, then those of the site's packages, then the specification's; of one address the first.</summary>
    private static Outcome<List<FhirNode>> All(OperationRequest call)
    {
        var maps = call.Fhir.Service.Store.Database.Read(session => session.Query(Maps, LogTables.Read), call.Fhir.Limit).Select(map => map.Root).ToList();
        if (maps.Count > MostMaps)
            return TerminologyReply.Refuse(new("too-costly", $"There are more than {MostMaps:N0} concept maps, too many to try: name one by url."));
        maps = [.. StoredDefinitions.Newest(maps)];
        var urls = maps.Select(map => map["url"u8].Text).ToHashSet(StringComparer.Ordinal);
        var others = call.Fhir.Service.Definitions.PackagedConceptMaps.Concat(ShippedResources.Urls("ConceptMap").Select(url => ShippedResources.Find("ConceptMap", url)));
        maps.AddRange(others.Where(map => map["url"u8].Text is not { } url || urls.Add(url)));
        return maps;
    }

    private static bool Fits(FhirNode map, string side, string? wanted) =>
        wanted is null || map[side + "Uri"].Text == wanted || map[side + "Canonical"].Text?.Split('|')[0] == wanted;
}
