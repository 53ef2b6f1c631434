using System.Globalization;
using Tandem.Fhir.Json;
using Tandem.Fhir.Terminology;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Operations;
using Tandem.Record.Rest;

namespace Tandem.Record.Terminology;

/// <summary><c>ValueSet/$expand</c> (R4 4.9.17.1): the codes of a value set, all or a page, or those that fit what somebody types.</summary>
internal static class ExpandValueSet
{
    internal static readonly Operation Operation = new()
    {
        Code = "expand",
        Levels = OperationLevels.Type | OperationLevels.Instance,
        Types = ["ValueSet"],
        Summary = "The codes of a value set.",
        Follows = "http://hl7.org/fhir/OperationDefinition/ValueSet-expand",
        Parameters =
        [
            new("url", "uri", "The value set's address."),
            new("valueSet", "ValueSet", "A value set that is sent instead of named."),
            new("valueSetVersion", "string", "The version of the value set."),
            new("filter", "string", "Beginnings of words of the name that is shown, or of the code; case and accents do not count."),
            new("offset", "integer", "How many codes to pass over."),
            new("count", "integer", "How many codes to give; 0 gives their number only."),
            new("includeDesignations", "boolean", "True gives all names of each code."),
            new("designation", "string", "Only names in these languages (urn:ietf:bcp:47|es) or of these uses (system|code).", IsList: true),
            new("includeDefinition", "boolean", "True gives the value set's definition too."),
            new("activeOnly", "boolean", "True leaves out codes no longer in use."),
            new("excludeNested", "boolean", "False puts codes below those that include them; then there are no pages. The answer is flat when not stated."),
            new("excludeNotForUI", "boolean", "True leaves out codes that only group others."),
            new("excludePostCoordinated", "boolean", "Codes made of several are never given."),
            new("displayLanguage", "code", "The language of the names; a code without a name in it has the name of its code system."),
            new("exclude-system", "canonical", "Leaves out the codes of a code system (url or url|version).", IsList: true),
            new("system-version", "canonical", "url|version of a code system, where the value set names no version.", IsList: true),
            new("check-system-version", "canonical", "As system-version; a value set that names another version is refused.", IsList: true),
            new("force-system-version", "canonical", "url|version of a code system, whatever the value set names.", IsList: true),
            new("return", "ValueSet", "The value set with its expansion.", 1, IsOut: true),
        ],
        Run = call => Task.FromResult(Run(call)),
    };

    private static FhirReply Run(OperationRequest call)
    {
        if (!Expansion(call).Succeeded(out var expansion, out var refusal) || !ExpandedNames.For(call, expansion).Succeeded(out var names, out refusal))
            return refusal;
        var (offset, count) = (Number(call, "offset"), Number(call, "count"));
        var filter = Words(call.Text("filter") ?? "");
        var excluded = call.Texts("exclude-system").Select(each => each.Split('|', 2)).ToList();
        var codes = expansion.Codes
            .Where(code => !(code.IsInactive && call.Text("activeOnly") == "true") && !(code.IsAbstract && call.Text("excludeNotForUI") == "true"))
            .Where(code => !excluded.Exists(each => each[0] == code.System && (each is not [_, var version] || version == code.Version)))
            .Where(code => filter.Length == 0 || Fits(code.Code, names.Shown(code), filter)).ToList();
        if (call.Text("excludeNested") != "false")
            return Answer(call, expansion, codes.Count, [.. codes.Skip(offset ?? 0).Take(count ?? int.MaxValue).Select(code => new ExpandedCode(code))], names);
        if (offset is not null || count is not null)
            return Refusal.Invalid("", new RefusalDetail("not-supported", "Only a flat expansion has pages: leave excludeNested=false away, or offset and count."));
        return ExpandedCode.Nest(codes, call.Fhir.Service.Definitions.Current.Terminology) is { } nested
            ? Answer(call, expansion, codes.Count, nested, names)
            : TerminologyReply.Refuse(new("too-costly", $"The codes lie more than {ExpandedCode.Deepest} deep; ask for a flat expansion."));
    }

    private static Outcome<ValueSetExpansion> Expansion(OperationRequest call)
    {
        if (!Asked(call).Succeeded(out var asked, out var refusal) || !Versions(call).Succeeded(out var versions, out refusal))
            return refusal;
        var terminology = call.Fhir.Service.Definitions.Current.Terminology;
        var (url, sent) = asked;
        var named = url is null ? sent : terminology.FindValueSet(url);
        var expansion = url is null || (versions is not null && named.Exists) ? terminology.Expand(named, out var fault, versions) : terminology.Expand(url, out fault);
        return expansion is null ? TerminologyReply.Refuse(fault!) : expansion;
    }

    /// <summary>The value set that is meant: stored under the id on the path, sent, or named, in the version that is named.</summary>
    internal static Outcome<(string? Url, FhirNode Sent)> Asked(OperationRequest call)
    {
        var (url, sent) = (call.Text("url"), call["valueSet"].Resource);
        if ((call.Id.Length > 0 ? 1 : 0) + (url is null ? 0 : 1) + (sent.Exists ? 1 : 0) > 1)
            return Refusal.Invalid("", new RefusalDetail("invalid", "Name the value set in one way: by its id on the path, by url, or sent as valueSet."));
        if (call.Id.Length > 0)
            return call.Fhir.Service.Store.Read("ValueSet", call.Id, call.Fhir.Scope, call.Fhir.Limit).Then(version => Given(version.Root));
        if (sent.Exists)
            return Given(sent);
        if (url is null)
            return Refusal.Invalid("", new RefusalDetail("required", "Name the value set: url, or send it as valueSet."));
        var canonical = TerminologyReply.Versioned(url, call.Text("valueSetVersion"));
        var known = call.Fhir.Service.Definitions.Current.Terminology.FindValueSet(canonical);
        return known.Exists && (canonical.Split('|') is not [_, var wanted] || known["version"u8].Text == wanted)
            ? (canonical, default(FhirNode))
            : TerminologyReply.Refuse(new("not-found", $"The value set {FhirRequest.Shown(canonical)} is not here."));

        Outcome<(string?, FhirNode)> Given(FhirNode resource) => TerminologyReply.InVersion(call, resource, "valueSetVersion").Then<(string?, FhirNode)>(one => (null, one));
    }

    private static Outcome<SystemVersions?> Versions(OperationRequest call)
    {
        var found = new List<Dictionary<string, string>>();
        foreach (var name in new[] { "system-version", "check-system-version", "force-system-version" })
        {
            var versions = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var text in call.Texts(name))
            {
                if (text.Split('|') is not [{ Length: > 0 } system, { Length: > 0 } version] || !versions.TryAdd(system, version))
                    return Refusal.Invalid("", new RefusalDetail("value", $"{name} has to be system|version, once for each system."));
            }

            found.Add(versions);
        }

        return found.Exists(versions => versions.Count > 0) ? new SystemVersions(found[0], found[1], found[2]) : (SystemVersions?)null;
    }

    private static int? Number(OperationRequest call, string name) => call.Text(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;

    private static string[] Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Every word typed begins the code, or stands in the name where a word begins.</summary>
    private static bool Fits(string code, string? name, string[] filter) => Array.TrueForAll(filter, typed => Begins(code, typed) || HasWord(name, typed));

    private static bool HasWord(ReadOnlySpan<char> name, string typed)
    {
        for (var at = 0; at < name.Length; at++)
        {
            if ((at == 0 || !char.IsLetterOrDigit(name[at - 1])) && Begins(name[at..], typed))
                return true;
        }

        return false;
    }

    private static bool Begins(ReadOnlySpan<char> word, string typed) =>
        CultureInfo.InvariantCulture.CompareInfo.IsPrefix(word, typed, CompareOptions.IgnoreCase | CompareOptions.IgnoreNonSpace);

    private static FhirReply Answer(OperationRequest call, ValueSetExpansion expansion, int total, IReadOnlyList<ExpandedCode> codes, ExpandedNames names) =>
        new(200, WriteExpansion.Of(call, expansion, total, codes, names));
}
