using System.Globalization;
using Tandem.Fhir.Json;
using Tandem.Fhir.Terminology;
using Tandem.Kernel;
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
            new("filter", "string", "Beginnings of words of the display, or of the code; case and accents do not count."),
            new("offset", "integer", "How many codes to pass over."),
            new("count", "integer", "How many codes to give; 0 gives their number only."),
            new("activeOnly", "boolean", "True leaves out codes no longer in use."),
            new("includeDefinition", "boolean", "True gives the value set's definition too."),
            new("excludeNested", "boolean", "The answer is never nested."),
            new("return", "ValueSet", "The value set with its expansion.", 1, IsOut: true),
        ],
        Run = call => Task.FromResult(Run(call)),
    };

    private static readonly string[] Shown = ["id", "url", "version", "name", "title"];

    private static FhirReply Run(OperationRequest call)
    {
        if (!Number(call, "offset").Succeeded(out var offset, out var refusal) || !Number(call, "count").Succeeded(out var count, out refusal))
            return refusal;
        if (!Expansion(call).Succeeded(out var expansion, out refusal))
            return refusal;
        var filter = Words(call.Text("filter") ?? "");
        var activeOnly = call.Text("activeOnly") == "true";
        var codes = expansion.Codes.Where(code => (!activeOnly || !code.IsInactive) && Fits(code, filter)).ToList();
        var page = codes.Skip(offset ?? 0).Take(count ?? int.MaxValue).ToList();
        return new FhirReply(200, Write(call, expansion.Resource, codes.Count, page, offset, count));
    }

    private static Outcome<ValueSetExpansion> Expansion(OperationRequest call)
    {
        if (!Asked(call).Succeeded(out var asked, out var refusal))
            return refusal;
        var terminology = call.Fhir.Service.Definitions.Current.Terminology;
        var (url, sent) = asked;
        var expansion = url is null ? terminology.Expand(sent, out var fault) : terminology.Expand(url, out fault);
        return expansion is null ? TerminologyReply.Refuse(fault!) : expansion;
    }

    /// <summary>The value set that is meant: stored under the id on the path, sent, or named.</summary>
    internal static Outcome<(string? Url, FhirNode Sent)> Asked(OperationRequest call)
    {
        if (call.Id.Length > 0)
            return call.Fhir.Service.Store.Read("ValueSet", call.Id, call.Fhir.Scope).Succeeded(out var version, out var refusal) ? (null, version.Root) : refusal;
        if (call["valueSet"].Resource is { Exists: true } sent)
            return (null, sent);
        return call.Text("url") is { } url
            ? (TerminologyReply.Versioned(url, call.Text("valueSetVersion")), default(FhirNode))
            : Refusal.Invalid("", new RefusalDetail("required", "Name the value set: url, or send it as valueSet."));
    }

    private static Outcome<int?> Number(OperationRequest call, string name)
    {
        if (call.Text(name) is not { } text)
            return (int?)null;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : Refusal.Invalid("", new RefusalDetail("value", $"{name} has to be a number from 0 on."));
    }

    private static string[] Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Every word typed begins a word of the display, or the code itself.</summary>
    private static bool Fits(ValueSetCode code, string[] filter) => Array.TrueForAll(filter, typed =>
        Begins(code.Code, typed) || (code.Display ?? "").Split([' ', '-', '/', ',', '(', '.'], StringSplitOptions.RemoveEmptyEntries).Any(word => Begins(word, typed)));

    private static bool Begins(string word, string typed) =>
        CultureInfo.InvariantCulture.CompareInfo.IsPrefix(word, typed, CompareOptions.IgnoreCase | CompareOptions.IgnoreNonSpace);

    private static byte[] Write(OperationRequest call, FhirNode set, int total, List<ValueSetCode> page, int? offset, int? count) => FhirWriter.Resource("ValueSet", json =>
    {
        foreach (var name in Shown)
            json.Text(name, set[name].Text);
        json.Text("status", set["status"u8].Text ?? "active");
        if (call.Text("includeDefinition") == "true")
            json.Raw("compose", set["compose"u8]);
        json.Object("expansion", expansion =>
        {
            expansion.Text("identifier", "urn:uuid:" + Ids.New(call.Fhir.Service.Clock)).Instant("timestamp", call.Fhir.Service.Clock.GetUtcNow());
            expansion.Number("total", total).Number("offset", offset);
            expansion.Array("parameter", parameters =>
            {
                parameters.Text("filter", "valueString", call.Text("filter"));
                if (count is not null)
                    parameters.Item(item => item.Text("name", "count").Number("valueInteger", count));
                if (call.Text("activeOnly") is not null)
                    parameters.Item(item => item.Text("name", "activeOnly").Boolean("valueBoolean", call.Text("activeOnly") == "true"));
            });
            expansion.Array("contains", page, (item, code) => item
                .Text("system", code.System).Boolean("abstract", code.IsAbstract ? true : null).Boolean("inactive", code.IsInactive ? true : null)
                .Text("version", code.Version).Text("code", code.Code).Text("display", code.Display));
        });
    });
}
