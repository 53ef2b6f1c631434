namespace Tandem.Kernel.Actors;

/// <summary>
/// The parts of resources that a policy can leave out for a role (OWASP ASVS 5.0, V8.1.2). They are few on purpose: each is one that no list, word or search of the hub tells
/// by another way.
/// </summary>
public static class HiddenPart
{
    /// <summary>Every identifier that a state gives to a person (US Social Security number, HL7 v2 table 0203 <c>SS</c>), wherever in a resource it stands.</summary>
    public const string NationalIdentifier = "national-identifier";

    /// <summary>All names: of single elements as <c>Type.element</c>.</summary>
    public static IReadOnlyList<string> All { get; } = [NationalIdentifier, "Coverage.subscriberId", "Patient.photo", "RelatedPerson.photo"];
}
