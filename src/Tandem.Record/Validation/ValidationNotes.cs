using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Log;

namespace Tandem.Record.Validation;

/// <summary>What was found wrong with a resource that was accepted all the same (mode <see cref="ValidationMode.Warn"/>), beside the entry of the log that it is about.</summary>
/// <param name="Reference">Type and id.</param>
/// <param name="Actor">Who wrote it (FHIR reference).</param>
/// <param name="App">The app it came by (client_id), or null.</param>
/// <param name="At">When it was written.</param>
/// <param name="Errors">How many rules it breaks.</param>
/// <param name="Warnings">How many warnings there are beside.</param>
/// <param name="Outcome">The OperationOutcome as JSON; its sentences repeat no value of the resource.</param>
public sealed record ValidationNote(string Reference, string Actor, string? App, DateTimeOffset At, int Errors, int Warnings, string Outcome)
{
    /// <summary>One row for each resource whose last version is to be looked at or was; no outcome yet for one that waits.</summary>
    internal static readonly Table Table = new(
        "validation_notes",
        TableKind.Rows,
        [new("rid", DbKind.Integer)],
        [
            new("seq", DbKind.Integer), new("type", DbKind.Text), new("id", DbKind.Text), new("actor", DbKind.Text), new("app", DbKind.Text, Nullable: true),
            new("at", DbKind.Integer), new("errors", DbKind.Integer), new("warnings", DbKind.Integer), new("outcome", DbKind.Text, Nullable: true),
        ],
        [new("broken", "seq", "errors > 0"), new("noted", "seq", "outcome IS NOT NULL AND errors = 0")]);

    internal const string ReadWaiting = "SELECT app FROM validation_notes WHERE rid = $1 AND seq = $2 AND outcome IS NULL";

    /// <summary>What breaks a rule, before a place of the log, the newest first; what was written again since, or deleted, is not among them.</summary>
    internal const string ReadBroken = $"{ReadNoted} AND n.errors > 0 {NewestFirst}";

    /// <summary>What has warnings only, before a place of the log, the newest first.</summary>
    internal const string ReadWarned = $"{ReadNoted} AND n.errors = 0 {NewestFirst}";

    private const string ReadNoted =
        "SELECT n.type, n.id, n.actor, n.app, n.at, n.errors, n.warnings, n.outcome, n.seq FROM validation_notes n JOIN resources r ON r.type = n.type AND r.id = n.id WHERE n.outcome IS NOT NULL AND r.seq = n.seq";

    private const string NewestFirst = "AND n.seq < $1 ORDER BY n.seq DESC LIMIT $2";

    /// <summary>Where it stands in the list.</summary>
    internal NotePlace Place { get; private init; }

    /// <summary>A page of what is noted, for people who may see a part of the hub: what breaks a rule first, then what has warnings only, the newest of each first.</summary>
    /// <param name="record">The record.</param>
    /// <param name="after">The last of the page before; null for the first page.</param>
    /// <param name="most">How many at most.</param>
    /// <param name="scope">On whose behalf.</param>
    /// <param name="part">What the scope must be allowed to read.</param>
    public static NotesPage Page(RecordStore record, NotePlace? after, int most, AccessScope scope, string part)
    {
        if (!scope.May(Interactions.Read, part))
            return new NotesPage([], null);
        var found = record.Database.Read(session =>
        {
            List<ValidationNote> notes = after is { HasErrors: false } ? [] : session.Query(ReadBroken, Read, after?.Seq ?? long.MaxValue, most + 1);
            if (notes.Count <= most)
                notes.AddRange(session.Query(ReadWarned, Read, after is { HasErrors: false } place ? place.Seq : long.MaxValue, most + 1 - notes.Count));
            return notes;
        });
        return found.Count > most ? new NotesPage(found[..most], found[most - 1].Place) : new NotesPage(found, null);
    }

    private static ValidationNote Read(DbRow row) => new(
        $"{row.Text(0)}/{row.Text(1)}", row.Text(2), row.TextOrNull(3), row.Instant(4), (int)row.Integer(5), (int)row.Integer(6), row.Text(7))
    {
        Place = new NotePlace(row.Integer(5) > 0, row.Integer(8)),
    };
}
