namespace Tandem.Care.Patients;

/// <summary>Who has to be told of an accepted amendment.</summary>
/// <param name="Id">Logical id of the Communication that names them: the answer, or what the patient added. A loop each, until all are told.</param>
/// <param name="All">In the order in which they were typed.</param>
public sealed record AmendmentRecipients(string Id, IReadOnlyList<AmendmentRecipient> All);

/// <summary>One of them.</summary>
/// <param name="Name">Name and address as typed.</param>
/// <param name="Told">That they were told; null as long as they were not.</param>
public sealed record AmendmentRecipient(string Name, AmendmentNotice? Told);

/// <summary>The evidence that somebody was told.</summary>
/// <param name="Way">A code of <see cref="AmendmentCodes.Ways"/>.</param>
/// <param name="Note">What there is to say about it, or empty.</param>
/// <param name="By">Who told them, by name.</param>
/// <param name="At">When.</param>
public sealed record AmendmentNotice(string Way, string Note, string By, DateTimeOffset At);
