using Tandem.Kernel.Outcomes;

namespace Tandem.Care.Intake.Mapping;

/// <summary>
/// What one message says, as resources to be matched and merged into the record by the intake stage. References between them are
/// placeholders: <c>urn:tandem:patient</c>, <c>urn:tandem:encounter</c>, and <c>urn:tandem:{report|observation|order|specimen}:{n}</c>, n counting from 1
/// in the message. They stand only in <c>reference</c> elements, and each names a resource of this message.
/// </summary>
/// <param name="Event">The event: A01, A03…, R01.</param>
/// <param name="EventAt">When it happened by the sender's word (EVN-6, else EVN-2, else MSH-7); orders what the source says.</param>
/// <param name="Patient">Whom it is about.</param>
/// <param name="Encounter">The visit; null when the message names none.</param>
/// <param name="Resources">Orders, specimens, reports and observations, each after those it refers to.</param>
/// <param name="Warnings">What was sent but could not be taken over, with its place.</param>
internal sealed record MappedMessage(
    string Event,
    DateTimeOffset EventAt,
    MappedPatient Patient,
    MappedEncounter? Encounter,
    IReadOnlyList<MappedResource> Resources,
    IReadOnlyList<RefusalDetail> Warnings);

/// <summary>An identifier by which something is found again in the record: both parts exactly.</summary>
internal readonly record struct NaturalKey(string System, string Value);

/// <summary>
/// The patient. The JSON holds what the message says: an element in it replaces the record's, except that identifiers are added to
/// those known (by system and value); an element that is not in it leaves the record's alone.
/// </summary>
/// <param name="Keys">Record numbers that identify one person; never empty. Numbers that are shared or mistyped too often (SSN, licence, account) are in the JSON only.</param>
/// <param name="Json">UTF-8, without id and meta.</param>
/// <param name="Cleared">Elements the sender asked to delete by an explicit null, such as <c>address</c>.</param>
internal sealed record MappedPatient(IReadOnlyList<NaturalKey> Keys, byte[] Json, IReadOnlyList<string> Cleared)
{
    /// <summary>What the other resources call it.</summary>
    internal const string Placeholder = "urn:tandem:patient";
}

/// <summary>The visit. Merged like <see cref="MappedPatient"/>, and <c>period</c> and <c>hospitalization</c> element by element.</summary>
/// <param name="Keys">The visit number; never empty.</param>
/// <param name="Json">UTF-8, without id and meta.</param>
/// <param name="Cleared">Elements to delete, such as <c>period.end</c> when a discharge was cancelled.</param>
/// <param name="StatusIsStated">False when the event says nothing of the status (A08, R01): the record's status then stays, and the one in the JSON is for a visit that is new.</param>
internal sealed record MappedEncounter(IReadOnlyList<NaturalKey> Keys, byte[] Json, IReadOnlyList<string> Cleared, bool StatusIsStated)
{
    /// <summary>What the other resources call it.</summary>
    internal const string Placeholder = "urn:tandem:encounter";
}

/// <summary>An order, specimen, report or observation.</summary>
/// <param name="Type">FHIR type.</param>
/// <param name="Placeholder">What the other resources of the message call it.</param>
/// <param name="Keys">Identifiers by which it is found again, any of which suffices; they are in the JSON too.</param>
/// <param name="Json">UTF-8, without id and meta.</param>
/// <param name="IsWhole">True when it replaces what the record has (reports, observations); false when it is merged like <see cref="MappedPatient"/>, because others own it (orders, specimens).</param>
internal sealed record MappedResource(string Type, string Placeholder, IReadOnlyList<NaturalKey> Keys, byte[] Json, bool IsWhole);
