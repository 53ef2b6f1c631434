using Tandem.Kernel.Data;

namespace Tandem.Care.Loops;

/// <summary>What the hub keeps of escalations beside the loops themselves.</summary>
internal static class EscalationTables
{
    /// <summary>Until which climb a person has marked what climbed to them as seen.</summary>
    internal static readonly Table Seen = new("loops_seen", TableKind.Rows, [new("person", DbKind.Text)], [new("until_at", DbKind.Integer)], []);
}
