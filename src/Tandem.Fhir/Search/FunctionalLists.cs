namespace Tandem.Fhir.Search;

/// <summary>The lists that have a name instead of an id (R4 12.1.3, Current Resource Lists), told by the state of the resources themselves.</summary>
internal static class FunctionalLists
{
    private static readonly KeyValuePair<string, string>[] Problems = [new("clinical-status", "active,recurrence,relapse"), new("verification-status:not", "refuted,entered-in-error")];
    private static readonly KeyValuePair<string, string>[] Allergies = [new("clinical-status", "active"), new("verification-status:not", "refuted,entered-in-error")];

    /// <summary>The parameters that a list of this name stands for; null when the type has no such list.</summary>
    internal static IReadOnlyList<KeyValuePair<string, string>>? Of(string type, string list) => (type, list) switch
    {
        ("Condition", "$current-problems") => Problems,
        ("AllergyIntolerance", "$current-allergies") => Allergies,
        ("AllergyIntolerance", "$current-drug-allergies") => [.. Allergies, new("category", "medication")],
        ("MedicationStatement", "$current-medications") => [new("status", "active,intended")],
        ("MedicationRequest", "$current-medications") => [new("status", "active")],
        _ => null,
    };
}
