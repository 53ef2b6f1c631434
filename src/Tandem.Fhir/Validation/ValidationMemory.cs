using Tandem.Fhir.Json;

namespace Tandem.Fhir.Validation;

/// <summary>What one validation has found out already: references lead in circles and to the same resources again and again.</summary>
internal sealed class ValidationMemory(ValidationOptions options)
{
    private const int MostResolved = 10_000;

    private readonly Dictionary<(FhirNode, object), bool> answers = [];
    private readonly Dictionary<string, FhirNode> resolved = new(StringComparer.Ordinal);

    /// <summary>The ways to extensions so far.</summary>
    internal WalkedPlaces Walked { get; } = new();

    internal bool Once((FhirNode Value, object Question) asked, Func<bool> find)
    {
        if (!answers.TryAdd(asked, true))
            return answers[asked];
        return answers[asked] = find();
    }

    /// <summary>What the caller finds for a reference; missing where it finds nothing.</summary>
    internal FhirNode Resolve(string reference)
    {
        if (options.Resolve is not { } resolve)
            return default;
        if (!resolved.TryGetValue(reference, out var known) && resolved.Count < MostResolved)
            resolved[reference] = known = resolve(reference);
        return known;
    }
}
