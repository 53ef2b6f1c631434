using Tandem.Fhir.Json;

namespace Tandem.Care.Intake;

/// <summary>One element as somebody said it.</summary>
/// <param name="At">When, in the order of the sender's events (see <see cref="Statement.At"/>).</param>
/// <param name="Json">Its value; empty when it was said to be none.</param>
/// <param name="Name">The property's name, which for a choice of types depends on the value.</param>
internal readonly record struct Said(long At, ReadOnlyMemory<byte> Json, string Name)
{
    /// <summary>True when the sender asked to delete it.</summary>
    internal bool IsCleared => Json.IsEmpty;

    /// <summary>True for a list.</summary>
    internal bool IsList => !Json.IsEmpty && Json.Span[0] == (byte)'[';
}

/// <summary>
/// A resource as the parts that are said and kept one by one: its top-level elements, with those of <c>period</c> and <c>hospitalization</c> apart, because
/// an admission says the one half and a discharge the other. The types of a choice (deceased[x]) are one part.
/// </summary>
internal static class SaidElements
{
    private static readonly string[] Choices = ["deceased", "multipleBirth"];

    internal static IEnumerable<(string Path, string Name, ReadOnlyMemory<byte> Json)> Of(FhirNode resource)
    {
        foreach (var property in resource.Properties.AsEnumerable())
        {
            var name = property.Name;
            if (name is "resourceType" or "id" or "meta")
                continue;
            if (name is "period" or "hospitalization" && property.IsObject)
            {
                foreach (var part in property.Properties.AsEnumerable())
                    yield return ($"{name}.{part.Name}", part.Name, part.RawMemory);
            }
            else
            {
                yield return (PathOf(name), name, property.RawMemory);
            }
        }
    }

    /// <summary>The part that a property or a path such as <c>period.end</c> belongs to.</summary>
    internal static string PathOf(string name) => Array.Find(Choices, choice => name.StartsWith(choice, StringComparison.Ordinal)) ?? name;

    /// <summary>The property's name of a path: what stands behind the point.</summary>
    internal static string NameOf(string path) => path[(path.IndexOf('.', StringComparison.Ordinal) + 1)..];
}
