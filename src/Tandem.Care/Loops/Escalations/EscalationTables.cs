using Tandem.Kernel.Data;

namespace Tandem.Care.Loops;

/// <summary>What the hub keeps of escalations beside the loops themselves.</summary>
internal static class EscalationTables
{
    /// <summary>Until which climb a person has marked as seen what climbed to a receiver: to them, to a team of theirs, to whom they stood in for.</summary>
    internal static readonly Table Seen = new("loops_seen", TableKind.Rows, [new("person", DbKind.Text), new("receiver", DbKind.Text)], [new("until_at", DbKind.Integer)], []);
}
