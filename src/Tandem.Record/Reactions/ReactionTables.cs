using Tandem.Kernel.Data;
using Tandem.Record.Log;

namespace Tandem.Record.Reactions;

/// <summary>Where each reaction stands in the log, and what was parked.</summary>
internal static class ReactionTables
{
    internal static readonly Table Cursors = new(
        "reaction_cursors", TableKind.Rows, [new("name", DbKind.Text)], [new("seq", DbKind.Integer)], []);

    internal static readonly Table Parked = new(
        "reactions_parked",
        TableKind.Rows,
        [new("name", DbKind.Text), new("seq", DbKind.Integer)],
        [new("reason", DbKind.Text), new("parked_at", DbKind.Integer)],
        []);

    internal const string ReadCursor = "SELECT seq FROM reaction_cursors WHERE name = $1";

    internal const string ReadParked = "SELECT name, seq, reason, parked_at FROM reactions_parked ORDER BY parked_at, name, seq LIMIT $1";
}

/// <summary>A change that a reaction, or work beside the reactions, could not take in.</summary>
/// <param name="Reaction">Which reaction or work.</param>
/// <param name="Seq">The change's place in the log.</param>
/// <param name="Reason">What went wrong: the kind of fault, a colon, and its text, which may quote the record.</param>
/// <param name="At">When it was given up.</param>
public sealed record ParkedChange(string Reaction, long Seq, string Reason, DateTimeOffset At)
{
    /// <summary>The kind of fault alone: it names no patient.</summary>
    public string Fault => Reason.Split(':')[0];
}

/// <summary>Work beside the reactions that follows the log by itself and parks what it cannot take in.</summary>
/// <param name="Name">Under which it parks.</param>
/// <param name="Decide">What to write for an entry of the log, decided outside the writer; must be harmless when run again.</param>
public sealed record ParkedWork(string Name, Func<ResourceVersion, Action<WriteSession>> Decide);
