using Tandem.Fhir.Json;
using Tandem.Kernel.Outcomes;

namespace Tandem.Record.Operations;

/// <summary>
/// The definition that an operation is about: the one on the path, the one that was sent, or the one a canonical address (<c>url|version</c>) means. It is
/// named in one way only. The parameter that carries one is named after its type.
/// </summary>
internal static class NamedDefinition
{
    /// <summary>Finds it.</summary>
    /// <param name="call">The call.</param>
    /// <param name="type">Its resource type.</param>
    /// <param name="what">What it is, in words: <c>plan</c>.</param>
    internal static Outcome<FhirNode> Find(OperationRequest call, string type, string what)
    {
        var parameter = ParameterOf(type);
        var (sent, canonical) = (call[parameter].Resource, call.Text("canonical"));
        if ((call.Id.Length > 0 ? 1 : 0) + (sent.Exists ? 1 : 0) + (canonical is null ? 0 : 1) > 1)
            return Refusal.Invalid("", new RefusalDetail("invalid", $"Name the {what} in one way: by its id on the path, by canonical, or sent as {parameter}."));
        if (call.Id.Length > 0)
            return call.Fhir.Service.Store.Read(type, call.Id, call.Fhir.Scope, call.Fhir.Limit).Succeeded(out var version, out var refusal) ? version.Root : refusal;
        if (sent.Exists)
            return sent;
        if (canonical is null)
            return Refusal.Invalid("", new RefusalDetail("required", $"Name the {what}: canonical, or send it as {parameter}."));
        var found = ByCanonical(call, type, canonical);
        return found.Exists ? found : Refusal.NotFound($"There is no {what} with this address.");
    }

    /// <summary>The parameter that a definition of this type is sent in: <c>planDefinition</c>.</summary>
    internal static string ParameterOf(string type) => char.ToLowerInvariant(type[0]) + type[1..];

    /// <summary>What a canonical address means; nothing when it is not here.</summary>
    internal static FhirNode ByCanonical(OperationRequest call, string type, string canonical)
    {
        var parts = canonical.Split('|', 2);
        return call.Fhir.Service.Definitions.Find(type, parts[0], parts.Length > 1 ? parts[1] : null);
    }

    /// <summary>The canonical address that means exactly this definition: <c>url|version</c>; null for one without an address.</summary>
    internal static string? CanonicalOf(FhirNode definition)
    {
        var (url, version) = (definition["url"u8].Text, definition["version"u8].Text);
        return url is null || version is null ? url : $"{url}|{version}";
    }
}
