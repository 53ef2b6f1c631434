using System.Text.Json;
using Tandem.Fhir.Definitions;
using Tandem.Fhir.Json;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Operations;
using Tandem.Record.Rest;

namespace Tandem.Record.Bulk;

/// <summary>One file to import.</summary>
/// <param name="Type">The resource type of each line, or null when lines may differ.</param>
/// <param name="Url">An address of an allowed host, or the name of a file in the import folder.</param>
internal sealed record ImportInput(string? Type, string Url)
{
    /// <summary>The file's name without what could lead out of the folder; null for an address.</summary>
    internal string? FileName => Uri.TryCreate(Url, UriKind.Absolute, out var uri) && !uri.IsFile ? null : Path.GetFileName(Url.Replace("file://", "", StringComparison.Ordinal));

    /// <summary>How it is told of: without the query of an address and the name and password in it, by which files are let out elsewhere.</summary>
    internal string Name => FileName ?? new Uri(Url).GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
}

/// <summary>What to import.</summary>
internal sealed record ImportPlan(IReadOnlyList<ImportInput> Inputs)
{
    internal string ToJson() => JsonSerializer.Serialize(this);

    internal static ImportPlan FromJson(string json) => JsonSerializer.Deserialize<ImportPlan>(json)!;

    /// <summary>Reads the parameter <c>input</c>, each with the parts <c>type</c> and <c>url</c>.</summary>
    internal static Outcome<ImportPlan> Read(OperationRequest call, BulkOptions options)
    {
        var problems = new List<RefusalDetail>();
        if (call.Text("inputFormat") is { } format && format is not ("application/fhir+ndjson" or "application/ndjson"))
            problems.Add(new("not-supported", "inputFormat can be application/fhir+ndjson only."));
        var inputs = call.Arguments.Where(argument => argument.Name == "input").Select(argument => Input(argument.Parameter)).ToList();
        foreach (var input in inputs)
            problems.AddRange(Problems(input, options));
        return problems.Count > 0 ? Refusal.Invalid("", [.. problems]) : new ImportPlan(inputs);
    }

    private static ImportInput Input(FhirNode parameter)
    {
        string? Part(string name) => parameter["part"u8].Items.AsEnumerable().FirstOrDefault(part => part["name"u8].Text == name) is { Exists: true } part
            ? new OperationArgument(name, null, part).Text
            : null;
        return new(Part("type"), Part("url") ?? "");
    }

    private static IEnumerable<RefusalDetail> Problems(ImportInput input, BulkOptions options)
    {
        if (input.Type is { } type && !R4.IsResourceType(type))
            yield return new("value", $"FHIR R4 has no resource type {FhirRequest.Shown(type)}.");
        if (input.Url.Length == 0)
            yield return new("required", "Each input needs the parts type and url.");
        else if (input.FileName is { } name)
        {
            if (!File.Exists(Path.Combine(options.Import, name)))
                yield return new("not-found", $"There is no file {FhirRequest.Shown(name)} in the hub's import folder.");
        }
        else if (!IsAllowed(new Uri(input.Url), options))
            yield return new("security", "Files may be fetched only over https from hosts that the hub's configuration names (Bulk:ImportHosts).");
    }

    /// <summary>Over https, from a named host; without encryption from this machine only.</summary>
    private static bool IsAllowed(Uri uri, BulkOptions options) =>
        options.ImportHosts.Contains(uri.Authority) && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback));
}
