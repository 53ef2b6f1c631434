using Tandem.Fhir.Json;
using Tandem.Fhir.Terminology;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Operations;
using Tandem.Record.Rest;

namespace Tandem.Record.Terminology;

/// <summary>What the operations on codes share: their answers' shape and the code they are asked about.</summary>
internal static class TerminologyReply
{
    /// <summary>Most codings of a concept that are looked at.</summary>
    private const int MostCodings = 100;

    private static readonly string[] Ways = ["code", "coding", "codeableConcept"];

    /// <summary>Parameters with the parameters that are written.</summary>
    internal static FhirReply Parameters(Action<FhirWriter> parameters) =>
        new(200, FhirWriter.Resource("Parameters", resource => resource.Array("parameter", parameters)));

    internal static FhirWriter Text(this FhirWriter parameters, string name, string type, string? value) =>
        string.IsNullOrEmpty(value) ? parameters : parameters.Item(item => item.Text("name", name).Text(type, value));

    internal static FhirWriter Result(this FhirWriter parameters, bool value) => parameters.Item(item => item.Text("name", "result").Boolean("valueBoolean", value));

    internal static Refusal Refuse(TerminologyFault fault) => new(
        fault.Code == "not-found" ? RefusalKind.NotFound : RefusalKind.Unprocessable, "", [new RefusalDetail(fault.Code, fault.Text)]);

    /// <summary>The codings that a call names, in one of three ways: <c>code</c> with <c>system</c>, <c>coding</c>, or those of <c>codeableConcept</c>.</summary>
    internal static Outcome<List<AskedCode>> Codes(OperationRequest call, string? system = null)
    {
        var ways = Ways.Where(name => call.Arguments.Any(argument => argument.Name == name)).ToList();
        if (ways.Count > 1)
            return Refusal.Invalid("", new RefusalDetail("invalid", $"Name the code in one way, not by {string.Join(" and ", ways)}."));
        if (call.Text("code") is { } code)
            return new List<AskedCode> { new(system ?? call.Text("system"), code, call.Text("display"), null) };
        var found = new List<AskedCode>();
        if (call["coding"].Value is { IsObject: true } coding)
            Add(coding);
        foreach (var item in call["codeableConcept"].Value["coding"u8].Items)
            Add(item);
        if (found.Count > MostCodings)
            return Refuse(new("too-costly", $"At most {MostCodings} codings are looked at: send fewer."));
        return found.Count > 0 ? found : Refusal.Invalid("", new RefusalDetail("required", "Name a code: code and system, a coding, or a codeableConcept."));

        void Add(FhirNode item)
        {
            if (item["code"u8].Text is { } text)
                found.Add(new(item["system"u8].Text ?? system, text, item["display"u8].Text ?? call.Text("display"), item["version"u8].Text));
        }
    }

    /// <summary>The language that answers are wanted in (BCP 47), or null.</summary>
    internal static Outcome<string?> Language(OperationRequest call) => call.Text("displayLanguage") is not { } language || language.Split('-').All(part => part.Length is >= 1 and <= 8 && part.All(char.IsAsciiLetterOrDigit))
        ? call.Text("displayLanguage")
        : Refusal.Invalid("", new RefusalDetail("value", "displayLanguage has to be one language, such as es or pt-BR."));

    /// <summary>A code system by its address, in exactly the version that is asked for.</summary>
    internal static Outcome<CodeSystem> CodeSystem(OperationRequest call, string url, string? version)
    {
        var terminology = call.Fhir.Service.Definitions.Current.Terminology;
        var canonical = Versioned(url, version);
        if (terminology.IsSupplement(canonical))
            return Supplement(url);
        var known = terminology.FindCodeSystem(canonical);
        return known is not null && (version is null || known.Version == version)
            ? known
            : Refuse(new("not-found", $"The code system {FhirRequest.Shown(canonical)} is not here."));
    }

    /// <summary>A resource that was read by its id or sent, where it is of the version that a parameter names beside it.</summary>
    internal static Outcome<FhirNode> InVersion(OperationRequest call, FhirNode resource, string parameter) => call.Text(parameter) is not { } version || resource["version"u8].Text == version
        ? resource
        : Refuse(new("not-found", $"This {resource["resourceType"u8].Text} is of version {FhirRequest.Shown(resource["version"u8].Text ?? "none")}, not of {FhirRequest.Shown(version)}: leave {parameter} away, or name it by its address."));

    /// <summary>Refuses a coding of another system or version than the one that is asked; null when it fits or leaves them open.</summary>
    internal static Refusal? Contradicts(FhirNode coding, CodeSystem system) =>
        (coding["system"u8].Text ?? system.Url) == system.Url && (coding["version"u8].Text is not { } version || version == system.Version)
            ? null
            : Refusal.Invalid("", new RefusalDetail("invalid", $"The coding is of another system or version than {FhirRequest.Shown(Versioned(system.Url, system.Version))}, which is asked."));

    /// <summary>A code system that has codes of its own, which a supplement has not.</summary>
    internal static Outcome<CodeSystem> NoSupplement(CodeSystem system) => system.IsSupplement ? Supplement(system.Url) : system;

    private static Refusal Supplement(string url) =>
        Refuse(new("invalid", $"{FhirRequest.Shown(url)} is a supplement and has no codes of its own; ask the code system that it supplements."));

    /// <summary>The address with its version, as <c>url|version</c>.</summary>
    internal static string Versioned(string url, string? version) => string.IsNullOrEmpty(version) ? url : $"{url}|{version}";
}

/// <summary>A code as asked about.</summary>
internal sealed record AskedCode(string? System, string Code, string? Display, string? Version);
