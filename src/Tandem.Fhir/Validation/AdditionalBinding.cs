using Tandem.Fhir.Json;

namespace Tandem.Fhir.Validation;

/// <summary>
/// A binding beside an element's own: in the extension additional-binding (FHIR Tools; US Core has it) or as R5 has it, <c>binding.additional</c>. One for
/// a certain use (<c>usage</c>) is passed over, as who uses a resource for what cannot be told from it, and so is one that a single repeat has to keep (<c>any</c>).
/// </summary>
/// <param name="Purpose"><c>required</c>, <c>extensible</c>, <c>maximum</c> or one that asks nothing of a value.</param>
/// <param name="ValueSet">The value set's address.</param>
internal sealed record AdditionalBinding(string Purpose, string ValueSet)
{
    private static readonly string[] Extensions =
    [
        "http://hl7.org/fhir/tools/StructureDefinition/additional-binding",
        "http://hl7.org/fhir/5.0/StructureDefinition/extension-ElementDefinition.binding.additional",
    ];

    /// <summary>Those of a binding (<c>ElementDefinition.binding</c>).</summary>
    internal static List<AdditionalBinding> Read(FhirNode binding)
    {
        var found = new List<AdditionalBinding>();
        foreach (var item in binding["additional"u8].Items)
            Take(found, item["purpose"u8].Text, item["valueSet"u8].Text, item["usage"u8].Exists || item["any"u8].Boolean == true);
        foreach (var extension in binding["extension"u8].Items)
        {
            if (!Extensions.Contains(extension["url"u8].Text))
                continue;
            var parts = extension["extension"u8].Items.AsEnumerable().ToLookup(part => part["url"u8].Text);
            Take(found, parts["purpose"].FirstOrDefault()["valueCode"u8].Text, parts["valueSet"].FirstOrDefault()["valueCanonical"u8].Text, parts["usage"].Any() || parts["any"].FirstOrDefault()["valueBoolean"u8].Boolean == true);
        }

        return found;
    }

    private static void Take(List<AdditionalBinding> found, string? purpose, string? valueSet, bool isPassedOver)
    {
        if (purpose is not null && valueSet is not null && !isPassedOver)
            found.Add(new(purpose, valueSet));
    }
}
