using Tandem.Fhir.Json;

namespace Tandem.Fhir.Validation;

/// <summary>The items of a questionnaire that stand beside each other, by their linkId.</summary>
internal sealed class FormLevel
{
    internal FormLevel(FhirNode asked)
    {
        Items = [.. asked.Items.AsEnumerable()];
        for (var at = 0; at < Items.Count; at++)
        {
            if (Items[at]["linkId"u8].Text is { } link)
                Places.TryAdd(link, at);
            if (Items[at]["required"u8].Boolean == true)
                Required.Add(at);
        }
    }

    /// <summary>In the order of the form.</summary>
    internal IReadOnlyList<FhirNode> Items { get; }

    /// <summary>Which of <see cref="Items"/> has a linkId; the first where several have it.</summary>
    internal Dictionary<string, int> Places { get; } = new(StringComparer.Ordinal);

    /// <summary>Which of <see cref="Items"/> are looked at where nothing is given for them.</summary>
    internal List<int> Required { get; } = [];
}
