using Tandem.Fhir.Json;
using Tandem.Fhir.Terminology;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Operations;
using Tandem.Record.Rest;

namespace Tandem.Record.Terminology;

/// <summary>
/// <c>ValueSet/$validate-code</c> and <c>CodeSystem/$validate-code</c> (R4 4.9.17.2, 4.8.16.2): whether a code is in a value set or code system. Of
/// several codings one has to be. A display that is given has to be the code's. What cannot be decided here is refused, not denied.
/// </summary>
internal static class ValidateCode
{
    private static readonly OperationParameter[] Common =
    [
        new("code", "code", "The code, with its system."),
        new("display", "string", "What the code is thought to mean."),
        new("coding", "Coding", "A coding instead of code and system."),
        new("codeableConcept", "CodeableConcept", "A concept, of which one coding has to be valid."),
        new("abstract", "boolean", "True where a code that only groups others may be used; else such a code is not valid."),
        new("displayLanguage", "code", "The language of the display that is answered."),
        new("result", "boolean", "True when the code is valid.", 1, IsOut: true),
        new("message", "string", "Why not.", IsOut: true),
        new("display", "string", "What the code means.", IsOut: true),
        new("normalized-code", "code", "The code as its system writes it, where only the case of the letters is another and does not count.", IsOut: true),
    ];

    internal static readonly Operation OfValueSet = new()
    {
        Code = "validate-code",
        Levels = OperationLevels.Type | OperationLevels.Instance,
        Types = ["ValueSet"],
        Summary = "Whether a code is in a value set.",
        Follows = "http://hl7.org/fhir/OperationDefinition/ValueSet-validate-code",
        Parameters =
        [
            new("url", "uri", "The value set's address."),
            new("valueSet", "ValueSet", "A value set that is sent instead of named."),
            new("valueSetVersion", "string", "The version of the value set."),
            new("system", "uri", "The code's system; without one that of the value set which has the code, if only one has."),
            new("systemVersion", "string", "The version of the code's system."),
            .. Common,
        ],
        Run = call => Task.FromResult(InValueSet(call)),
    };

    internal static readonly Operation OfCodeSystem = new()
    {
        Code = "validate-code",
        Levels = OperationLevels.Type | OperationLevels.Instance,
        Types = ["CodeSystem"],
        Summary = "Whether a code is in a code system.",
        Follows = "http://hl7.org/fhir/OperationDefinition/CodeSystem-validate-code",
        Parameters =
        [
            new("url", "uri", "The code system's address."),
            new("codeSystem", "CodeSystem", "A code system that is sent instead of named."),
            new("version", "string", "The version of the code system."),
            .. Common,
        ],
        Run = call => Task.FromResult(InCodeSystem(call)),
    };

    /// <summary>Most systems that a code without its own is looked for in.</summary>
    private const int MostSystems = 100;

    private static FhirReply InValueSet(OperationRequest call)
    {
        if (!ExpandValueSet.Asked(call).Succeeded(out var asked, out var refusal) || !TerminologyReply.Codes(call).Succeeded(out var codes, out refusal))
            return refusal;
        if (!TerminologyReply.Language(call).Succeeded(out var language, out refusal))
            return refusal;
        var terminology = call.Fhir.Service.Definitions.Current.Terminology;
        var (url, sent) = asked;
        var set = url is null ? sent : terminology.FindValueSet(url);
        var members = terminology.Ask(set);
        if (codes.Exists(code => code.System is null) && members.Systems.Count > MostSystems)
            return TerminologyReply.Refuse(new("too-costly", $"The value set has codes of more than {MostSystems} systems: name that of the code."));
        var (isOpen, denial, denied) = (false, "The code is not in the value set.", (Verdict?)null);
        foreach (var code in codes.Select(code => code with { Version = code.Version ?? call.Text("systemVersion") }))
        {
            List<string> systems = [.. code.System is { } own ? [own] : members.Systems];
            var contained = systems.ConvertAll(system => (System: system, IsIn: members.Contains(system, code.Code, code.Version is { } version ? SystemVersions.Of(system, version) : null)));
            var having = contained.Where(one => one.IsIn == true).Select(one => one.System).ToList();
            if (contained.Exists(one => one.IsIn is null) || (systems.Count == 0 && members.Contains(null, code.Code) is null))
                isOpen = true; // nor is it known that a code without its system is that of one system only
            else if (having.Count > 1)
                denial = $"The value set has this code of several systems: name that of the code. {string.Join(", ", having.Select(FhirRequest.Shown))}";
            else if (having is [var only])
            {
                var verdict = Found(call, code with { System = only }, language, terminology.SystemsOf(set, only, code.Version, code.Code), shown => terminology.OtherName(shown, set));
                if (verdict.IsValid)
                    return Answer(verdict);
                denied ??= verdict;
            }
        }

        return isOpen ? TerminologyReply.Refuse(Undecided(terminology, set)) : Answer(denied ?? new(false, denial));
    }

    /// <summary>A set that contains itself, or cannot be followed for another reason, says so; else a code system is missing.</summary>
    private static TerminologyFault Undecided(TerminologyService terminology, FhirNode set)
    {
        _ = terminology.Expand(set, out var fault);
        return fault is { Code: "processing" or "invalid" or "not-supported" } ? fault : new("not-found", "This cannot be decided here: a code system that the value set is made of is not here. Load it first.");
    }

    private static FhirReply InCodeSystem(OperationRequest call)
    {
        if (!System(call).Succeeded(out var system, out var refusal) || !TerminologyReply.Codes(call, system.Url).Succeeded(out var codes, out refusal))
            return refusal;
        if (!TerminologyReply.Language(call).Succeeded(out var language, out refusal))
            return refusal;
        var own = codes.Where(code => code.System == system.Url && (code.Version is null || code.Version == system.Version)).ToList();
        var verdicts = own.Where(code => system.Find(code.Code) is not null).Select(code => Found(call, code, language, [system], system.OtherName)).ToList();
        if (verdicts.Find(verdict => verdict.IsValid) is { } valid)
            return Answer(valid);
        return system.IsComplete || (verdicts.Count > 0 && verdicts.Count == own.Count)
            ? Answer(verdicts.Count > 0 ? verdicts[0] : new(false, "The code system does not have this code."))
            : TerminologyReply.Refuse(new("not-found", "This cannot be decided here: the code system is here only in part."));
    }

    /// <summary>The code system on the path, sent, by its address, or that of the coding.</summary>
    internal static Outcome<CodeSystem> System(OperationRequest call, string parameter = "url")
    {
        var (named, sent, terminology) = (call.Text(parameter), call["codeSystem"].Resource, call.Fhir.Service.Definitions.Current.Terminology);
        if ((call.Id.Length > 0 ? 1 : 0) + (named is null ? 0 : 1) + (sent.Exists ? 1 : 0) > 1)
            return Refusal.Invalid("", new RefusalDetail("invalid", $"Name the code system in one way: by its id on the path, by {parameter}, or sent."));
        if (call.Id.Length > 0)
            return call.Fhir.Service.Store.Read("CodeSystem", call.Id, call.Fhir.Scope, call.Fhir.Limit).Then(version => Given(version.Root));
        if (sent.Exists)
            return Given(sent);
        var coding = call["coding"].Value;
        return (named ?? coding["system"u8].Text) is { } url
            ? TerminologyReply.CodeSystem(call, url, call.Text("version") ?? (url == (coding["system"u8].Text ?? url) ? coding["version"u8].Text : null))
            : Refusal.Invalid("", new RefusalDetail("required", $"Name the code system: {parameter}."));

        Outcome<CodeSystem> Given(FhirNode resource) => TerminologyReply.InVersion(call, resource, "version").Then(one => TerminologyReply.NoSupplement(terminology.Supplemented(one)));
    }

    private static Verdict Found(OperationRequest call, AskedCode code, string? language, IReadOnlyList<CodeSystem> systems, Func<ShownCode, string?> otherName)
    {
        var shown = code is { System: { } own, Display: { } given } ? new ShownCode(own, code.Version, code.Code, given) : null;
        var system = systems.FirstOrDefault(one => shown is not null && one.OtherName(shown) is null) ?? (systems.Count > 0 ? systems[0] : null);
        var written = system?.OwnCase(code.Code);
        if (call.Text("abstract") != "true" && system?.Find(code.Code) is { IsAbstract: true })
            return new(false, "The code only groups others; it is valid where abstract codes may be used (abstract=true).", system.NameOf(code.Code, language), written);
        return shown is not null && otherName(shown) is { } right
            ? new(false, "The code is valid, but means something else than the display says.", system?.NameOf(code.Code, language) ?? right, written)
            : new(true, written is null ? null : $"The code system writes this code {written}; it is the same whatever the case of its letters.", system?.NameOf(code.Code, language), written);
    }

    private static FhirReply Answer(Verdict verdict) => TerminologyReply.Parameters(parameters => parameters
        .Result(verdict.IsValid).Text("message", "valueString", verdict.Message).Text("display", "valueString", verdict.Display).Text("normalized-code", "valueCode", verdict.Written));

    /// <summary>What is said of one code.</summary>
    private sealed record Verdict(bool IsValid, string? Message, string? Display = null, string? Written = null);
}
