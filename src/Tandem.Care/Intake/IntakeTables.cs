using Tandem.Kernel.Data;

namespace Tandem.Care.Intake;

/// <summary>
/// What intake keeps. Receiving only appends (a message, the receipt that makes it unique, its place in the queue, a count), so that an
/// acknowledgement costs no query; everything else is written when the message is applied.
/// </summary>
internal static class IntakeTables
{
    /// <summary>Every transmission as it came, in order of arrival.</summary>
    internal static readonly Table Messages = new(
        "intake_messages",
        TableKind.Append,
        [new("number", DbKind.Integer)],
        [
            new("id", DbKind.Text), new("source", DbKind.Text), new("received_at", DbKind.Integer), new("remote", DbKind.Text),
            new("control_id", DbKind.Text), new("type", DbKind.Text), new("sent_at", DbKind.Integer, Nullable: true),
            new("answer", DbKind.Text), new("cut", DbKind.Integer), new("edit_of", DbKind.Text, Nullable: true), new("raw", DbKind.Bytes),
        ],
        [new("source", "source, number")]) { Heap = true };

    /// <summary>Which transmission of a message was the first; a later one of the same id is a repetition.</summary>
    internal static readonly Table Receipts = new(
        "intake_receipts", TableKind.Append, [new("id", DbKind.Text)], [new("number", DbKind.Integer)], []);

    /// <summary>Transmissions that wait to be applied.</summary>
    internal static readonly Table Pending = new(
        "intake_pending", TableKind.Rows, [new("number", DbKind.Integer)], [new("attempts", DbKind.Integer)], []) { Heap = true };

    /// <summary>What became of a message.</summary>
    internal static readonly Table States = new(
        "intake_states",
        TableKind.Rows,
        [new("id", DbKind.Text)],
        [
            new("number", DbKind.Integer), new("source", DbKind.Text), new("status", DbKind.Text), new("at", DbKind.Integer),
            new("reason", DbKind.Text, Nullable: true), new("detail", DbKind.Text, Nullable: true), new("place", DbKind.Text, Nullable: true),
            new("attempts", DbKind.Integer), new("patient", DbKind.Text, Nullable: true), new("actor", DbKind.Text, Nullable: true),
            new("note", DbKind.Text, Nullable: true),
        ],
        [new("quarantined", "status, number", "status = 'quarantined'"), new("source", "source, status, number", "status <> 'applied'")]);

    /// <summary>Which message a source first used a control id for.</summary>
    internal static readonly Table Controls = new(
        "intake_controls", TableKind.Append, [new("source", DbKind.Text), new("control_id", DbKind.Text)], [new("id", DbKind.Text)], []);

    /// <summary>What each source says of a resource, and when it said each part.</summary>
    internal static readonly Table Statements = new(
        "intake_statements",
        TableKind.Rows,
        [new("type", DbKind.Text), new("id", DbKind.Text), new("source", DbKind.Text)],
        [new("said", DbKind.Bytes)],
        []);

    /// <summary>Counts per source and minute (minutes since 1970).</summary>
    internal static readonly Table Counts = new(
        "intake_counts",
        TableKind.Counters,
        [new("source", DbKind.Text), new("minute", DbKind.Integer)],
        [
            new("received", DbKind.Integer), new("repeated", DbKind.Integer), new("applied", DbKind.Integer), new("quarantined", DbKind.Integer),
            new("lag_ms", DbKind.Integer),
        ],
        [new("minute", "minute, source")]);

    /// <summary>Sources registered while running.</summary>
    internal static readonly Table Sources = new(
        "intake_sources",
        TableKind.Rows,
        [new("id", DbKind.Text)],
        [new("settings", DbKind.Text), new("at", DbKind.Integer)],
        []);

    internal static readonly IReadOnlyList<Table> All = [Messages, Receipts, Pending, States, Controls, Statements, Counts, Sources];
}
