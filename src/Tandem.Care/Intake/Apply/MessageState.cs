using Tandem.Kernel.Data;
using Tandem.Record.Log;

namespace Tandem.Care.Intake;

/// <summary>What became of a message. One word each, kept in the inbox.</summary>
public static class MessageStatus
{
    /// <summary>It is in the record.</summary>
    public const string Applied = "applied";

    /// <summary>It waits for a person.</summary>
    public const string Quarantined = "quarantined";

    /// <summary>A person decided that it will not be applied.</summary>
    public const string Dismissed = "dismissed";

    /// <summary>A corrected copy of it took its place.</summary>
    public const string Replaced = "replaced";
}

/// <summary>What became of a message, when and why.</summary>
/// <param name="Id">The message.</param>
/// <param name="Number">Its place in the order of arrival.</param>
/// <param name="Source">Its source.</param>
/// <param name="Status">See <see cref="MessageStatus"/>.</param>
/// <param name="At">Since when.</param>
/// <param name="Why">Why it waits or waited; of an applied one a warning, if there is one.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="Patient">Whom it was applied to (logical id), or null.</param>
/// <param name="Actor">The person who decided (FHIR reference), or null.</param>
public sealed record MessageState(
    string Id, long Number, string Source, string Status, DateTimeOffset At, MessageState.Cause Why, int Attempts, string? Patient, string? Actor)
{
    /// <summary>What the person wrote who dismissed it, or the id of the message that took its place.</summary>
    internal string? Note { get; init; }

    internal const string Columns = "s.id, s.number, s.source, s.status, s.at, s.reason, s.detail, s.place, s.attempts, s.patient, s.actor, s.note";

    internal const string ReadById = $"SELECT {Columns} FROM intake_states s WHERE s.id = $1";

    /// <summary>Reason (see <see cref="Reason"/>), a sentence, and a place in the message.</summary>
    public sealed record Cause(string? Reason, string? Detail, string? Place)
    {
        internal static readonly Cause None = new(null, null, null);
    }

    internal void Write(WriteSession session) => session.Write(
        IntakeTables.States, Id, Number, Source, Status, At, Why.Reason, Why.Detail, Why.Place, Attempts, Patient, Actor, Note);

    internal static MessageState Read(DbRow row) => new(
        row.Text(0), row.Integer(1), row.Text(2), row.Text(3), row.Instant(4), new Cause(row.TextOrNull(5), row.TextOrNull(6), row.TextOrNull(7)),
        (int)row.Integer(8), row.TextOrNull(9), row.TextOrNull(10)) { Note = row.TextOrNull(11) };
}
