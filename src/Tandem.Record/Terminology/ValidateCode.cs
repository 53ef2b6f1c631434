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
        new("displayLanguage", "code", "The language of the display that is given and of the one that is answered."),
        new("result", "boolean", "True when the code is valid.", 1, IsOut: true),
        new("message", "string", "Why not.", IsOut: true),
        new("display", "string", "What the code means.", IsOut: true),
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
            new("system", "uri", "The code's system; without one any system of the value set will do."),
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
        Parameters = [new("url", "uri", "The code system's address."), new("version", "string", "The version of the code system."), .. Common],
        Run = call => Task.FromResult(InCodeSystem(call)),
    };

    private static FhirReply InValueSet(OperationRequest call)
    {
        if (!ExpandValueSet.Asked(call).Succeeded(out var asked, out var refusal) || !TerminologyReply.Codes(call).Succeeded(out var codes, out refusal))
            return refusal;
        var terminology = call.Fhir.Service.Definitions.Current.Terminology;
        var (url, sent) = asked;
        if (url is not null && !terminology.FindValueSet(url).Exists)
            return TerminologyReply.Refuse(new("not-found", $"The value set {url} is not here."));
        var isOpen = false;
        foreach (var code in codes)
        {
            var contained = url is null ? terminology.Contains(sent, code.System, code.Code) : terminology.Contains(url, code.System, code.Code);
            if (contained == true)
                return Found(call, code, shown => url is null ? terminology.OtherName(shown, sent) : terminology.OtherName(shown, url));
            isOpen |= contained is null;
        }

        return isOpen ? TerminologyReply.Refuse(Undecided(terminology, url, sent)) : Answer(false, "The code is not in the value set.", null);
    }

    /// <summary>A set that contains itself says so; else a code system is missing.</summary>
    private static TerminologyFault Undecided(TerminologyService terminology, string? url, FhirNode sent)
    {
        _ = url is null ? terminology.Expand(sent, out var fault) : terminology.Expand(url, out fault);
        return fault is { Code: "processing" } ? fault : new("not-found", "This cannot be decided here: a code system that the value set is made of is not here. Load it first.");
    }

    private static FhirReply InCodeSystem(OperationRequest call)
    {
        if (!System(call).Succeeded(out var system, out var refusal) || !TerminologyReply.Codes(call, system.Url).Succeeded(out var codes, out refusal))
            return refusal;
        foreach (var code in codes)
        {
            if (code.System == system.Url && system.Find(code.Code) is not null)
                return Found(call, code, system.OtherName, system);
        }

        return system.IsComplete
            ? Answer(false, "The code system does not have this code.", null)
            : TerminologyReply.Refuse(new("not-found", "This cannot be decided here: the code system is here only in part."));
    }

    /// <summary>The code system on the path, by its address, or that of the coding.</summary>
    internal static Outcome<CodeSystem> System(OperationRequest call, string parameter = "url")
    {
        if (call.Id.Length > 0)
            return call.Fhir.Service.Store.Read("CodeSystem", call.Id, call.Fhir.Scope).Succeeded(out var version, out var refusal) ? new CodeSystem(version.Root) : refusal;
        var url = call.Text(parameter) ?? call["coding"].Value["system"u8].Text;
        if (url is null)
            return Refusal.Invalid("", new RefusalDetail("required", $"Name the code system: {parameter}."));
        return call.Fhir.Service.Definitions.Current.Terminology.FindCodeSystem(TerminologyReply.Versioned(url, call.Text("version"))) is { } known
            ? known
            : TerminologyReply.Refuse(new("not-found", $"The code system {FhirRequest.Shown(url)} is not here."));
    }

    private static FhirReply Found(OperationRequest call, AskedCode code, Func<ShownCode, string?> otherName, CodeSystem? known = null)
    {
        var language = call.Text("displayLanguage");
        var system = known ?? (code.System is null ? null : call.Fhir.Service.Definitions.Current.Terminology.FindCodeSystem(code.System));
        return code.System is not null && code.Display is { } given && otherName(new(code.System, null, code.Code, given, language)) is { } right
            ? Answer(false, "The code is valid, but means something else than the display says.", right)
            : Answer(true, null, system?.NameOf(code.Code, language));
    }

    private static FhirReply Answer(bool result, string? message, string? display) => TerminologyReply.Parameters(parameters => parameters
        .Result(result).Text("message", "valueString", message).Text("display", "valueString", display));
}
