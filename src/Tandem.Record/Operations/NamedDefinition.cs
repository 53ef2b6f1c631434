using Tandem.Fhir.Json;
using Tandem.Kernel.Outcomes;

namespace Tandem.Record.Operations;

/// <summary>
/// The definition that an operation is about: the one on the path, the one that was sent, or the one a canonical address (<c>url|version</c>) means, in this
/// order. The parameter that carries one is named after its type.
/// </summary>
internal static class NamedDefinition
{
    /// <summary>Finds it.</summary>
    /// <param name="call">The call.</param>
    /// <param name="type">Its resource type.</param>
    /// <param name="what">What it is, in words: <c>plan</c>.</param>
    internal static Outcome<FhirNode> Find(OperationRequest call, string type, string what)
    {
        if (call.Id.Length > 0)
            return call.Fhir.Service.Store.Read(type, call.Id, call.Fhir.Scope).Succeeded(out var version, out var refusal) ? version.Root : refusal;
        var parameter = ParameterOf(type);
        if (call[parameter].Resource is { Exists: true } sent)
            return sent;
        if (call.Text("canonical") is not { } canonical)
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
}
