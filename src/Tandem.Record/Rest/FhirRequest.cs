using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Tandem.Fhir.Definitions;
using Tandem.Fhir.Search;
using Tandem.Fhir.Views;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;

namespace Tandem.Record.Rest;

/// <summary>What a client wants back from a write (R4 3.1.0.1.4, Prefer: return).</summary>
internal enum Preference
{
    Unstated,
    Minimal,
    Representation,
    OperationOutcome,
}

/// <summary>One request to the FHIR interface.</summary>
internal sealed class FhirRequest(HttpContext http, FhirService service, string prefix)
{
    private IReadOnlyList<KeyValuePair<string, string>> pairs = http.Request.QueryString.HasValue ? QueryPairs.Read(http.Request.QueryString.Value!) : [];
    private ResultShape? shape;
    private ReadLimit? limit;
    private WireForm? accepted;
    private bool isFormKnown;

    internal HttpContext Http => http;

    internal FhirService Service => service;

    /// <summary>The path of the interface, without a slash at the end.</summary>
    internal string Prefix => prefix;

    /// <summary>True for an entry of a bundle, which others stand beside.</summary>
    internal bool IsEntry { get; init; }

    internal AccessScope Scope { get; } = http.Scope();

    internal CancellationToken Cancel => http.RequestAborted;

    /// <summary>When what the database runs for a read is ended: when the client has gone, and after <see cref="RestLimits.LongestRead"/>.</summary>
    internal ReadLimit Limit => limit ??= new(service.Limits.LongestRead, Cancel);

    /// <summary>The address of the interface, without a slash at the end.</summary>
    internal string Address => field ??= $"{http.Request.Scheme}://{http.Request.Host}{http.Request.PathBase}{prefix}";

    /// <summary>By what references within the record may begin: what the installation says, and the address by which this request came.</summary>
    internal OwnAddresses Own => field ??= service.Search.Options.Own.With(Address);

    internal string Type => (string?)http.GetRouteValue("type") ?? "";

    internal string Id => (string?)http.GetRouteValue("id") ?? "";

    internal Preference Preference { get; } = PreferHeader.Return(http.Request.Headers);

    /// <summary>False when the client asked to go on with what is understood (R4 3.1.1.3.1, Prefer: handling=lenient).</summary>
    internal bool IsStrict { get; } = !PreferHeader.IsLenient(http.Request.Headers);

    /// <summary>True when the client wants the text laid out over lines (R4 3.1.0.1.13).</summary>
    internal bool Pretty => General("_pretty") == "true";

    /// <summary>The form of the answer; JSON when the client takes none of ours, for it has to be told so.</summary>
    internal WireForm Form => Accepted ?? WireForm.Json;

    /// <summary>True when the client takes a form that this server has.</summary>
    internal bool IsAnswerable => Accepted is not null;

    /// <summary>How much of the resources the client wants.</summary>
    internal ResultShape Shape => shape ??= ResultShape.Read(pairs).Succeeded(out var read, out _) ? read : ResultShape.Whole;

    /// <summary>What is wrong with <c>_summary</c>, or too much of <c>_elements</c>; null when nothing is.</summary>
    internal Refusal? Misshapen => ResultShape.Read(pairs).Refusal;

    /// <summary>True when a body was sent, or may come in pieces, whether or not its form is said.</summary>
    internal bool HasBody => http.Request.ContentLength is { } length ? length > 0 : http.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true;

    /// <summary>True when the body is XML, so that places in it are not those of the JSON it becomes.</summary>
    internal bool IsXmlBody => ContentTypes.IsXml(http.Request.ContentType);

    /// <summary>Takes parameters from a form too: what holds for every answer may stand there as well.</summary>
    internal void Take(IReadOnlyList<KeyValuePair<string, string>> form)
    {
        pairs = [.. pairs, .. form];
        (shape, isFormKnown) = (null, false);
    }

    private WireForm? Accepted
    {
        get
        {
            if (!isFormKnown)
                (accepted, isFormKnown) = (ContentTypes.Accepted(http.Request, General("_format")), true);
            return accepted;
        }
    }

    private string? General(string name)
    {
        foreach (var (key, value) in pairs)
        {
            if (key == name)
                return value;
        }

        return null;
    }

    /// <summary>Refuses an operation that is not there, by its name with the dollar sign.</summary>
    internal static Refusal NoOperation(string name) => Refusal.NotFound($"There is no operation {Shown(name)} here; /metadata lists what is there.");

    /// <summary>Refuses a type that is none (R4 3.1.0.1.2 puts it on the path), and an operation that is none where a type or an id would stand.</summary>
    internal Refusal? UnknownType()
    {
        if (R4.IsResourceType(Type) && Id is not ['$', ..])
            return null;
        return (R4.IsResourceType(Type) ? Id : Type) is ['$', ..] operation
            ? NoOperation(operation)
            : new(RefusalKind.NotFound, "not", [new("not-supported", $"FHIR R4 has no resource type of this name: {Shown(Type)}.")]);
    }

    /// <summary>Refuses parameters that a read does not take, so that none is silently dropped.</summary>
    internal Refusal? UnknownParameters(params ReadOnlySpan<string> known)
    {
        if (!http.Request.QueryString.HasValue && pairs.Count == 0)
            return null;
        foreach (var name in http.Request.Query.Keys)
        {
            if (name is "_format" or "_pretty" or "_summary" or "_elements" || known.Contains(name))
                continue;
            return Refusal.Invalid("", new RefusalDetail("not-supported", $"The parameter {Shown(name)} is not supported here."));
        }

        if (pairs.Where(pair => pair.Key != "_elements").Distinct().GroupBy(pair => pair.Key).FirstOrDefault(same => same.Skip(1).Any()) is { } repeated)
            return Refusal.Invalid("", new RefusalDetail("value", $"{repeated.Key} is given with several values. Give it once."));
        if (pairs.Any(pair => pair.Key == "_elements" && pair.Value.Split(',').Any(string.IsNullOrWhiteSpace)))
            return Refusal.Invalid("", new RefusalDetail("value", "A value of _elements is empty."));
        if (pairs.Any(pair => pair.Key == "_pretty" && pair.Value is not ("true" or "false")))
            return Refusal.Invalid("", new RefusalDetail("value", "_pretty is true or false."));
        if (Misshapen is { } misshapen)
            return misshapen;
        return pairs.Where(pair => pair.Key == "_elements").SelectMany(pair => ElementNames.Unknown(Type, pair.Value)).FirstOrDefault() is { } element
            ? Refusal.Invalid("", new RefusalDetail("not-supported", ElementNames.WhyUnknown(element)))
            : null;
    }

    /// <summary>A client's word for an answer: cut short, without control characters.</summary>
    internal static string Shown(string text) =>
        new([.. (text.Length > 64 ? text[..64] + "…" : text).Where(c => !char.IsControl(c))]);
}
