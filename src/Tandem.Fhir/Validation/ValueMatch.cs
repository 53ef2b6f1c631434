using Tandem.Fhir.FhirPath;
using Tandem.Fhir.FhirPath.Model;
using Tandem.Fhir.Json;

namespace Tandem.Fhir.Validation;

/// <summary>Values against <c>fixed[x]</c> and <c>pattern[x]</c> (R4 2.24.0.5).</summary>
internal static class ValueMatch
{
    /// <summary>Exactly the same, whatever the order of properties.</summary>
    internal static bool IsFixed(FhirNode wanted, in FhirValue value) => value.Node.Exists && Nodes.Equal(wanted, value.Node);

    /// <summary>At least what the pattern has: each property, and for each item of a list one that matches it.</summary>
    internal static bool HasPattern(FhirNode pattern, FhirNode value)
    {
        switch (pattern.Kind)
        {
            case JsonKind.Object:
                foreach (var property in pattern.Properties)
                {
                    if (!HasPattern(property, value[property.NameUtf8]))
                        return false;
                }

                return value.IsObject;
            case JsonKind.Array:
                foreach (var item in pattern.Items)
                {
                    if (!value.Items.AsEnumerable().Any(other => HasPattern(item, other)))
                        return false;
                }

                return value.Exists;
            default:
                return value.Exists && Nodes.Equal(pattern, value);
        }
    }
}
