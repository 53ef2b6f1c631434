namespace Tandem.Trust.Access;

/// <summary>Somebody in one of their roles, as far as access asks.</summary>
/// <param name="Reference">FHIR reference: <c>Practitioner/…</c>, <c>Patient/…</c> or <c>RelatedPerson/…</c>.</param>
/// <param name="Display">How pages name them.</param>
/// <param name="Role">The role they act in.</param>
/// <param name="Organization">FHIR reference of the organisation they act for, or null for the region.</param>
/// <param name="Teams">FHIR references of their teams.</param>
/// <param name="Purpose">HL7 v3 PurposeOfUse.</param>
public sealed record Member(string Reference, string Display, string Role, string? Organization, IReadOnlyList<string> Teams, string Purpose);
