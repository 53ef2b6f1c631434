using Tandem.Kernel.Data;

namespace Tandem.Trust.Teams;

/// <summary>Who works in which team, and who stands in for whom. These rows, and not CareTeam.participant, decide whose work somebody shares.</summary>
public static class TeamTables
{
    internal static readonly Table Members = new(
        "teams_members",
        TableKind.Rows,
        [new("team", DbKind.Text), new("person", DbKind.Text)],
        [new("since", DbKind.Integer)],
        [new("person", "person")]);

    /// <summary>From (inclusive) until (exclusive); the cover is a person, or null when the team takes the work.</summary>
    internal static readonly Table Absences = new(
        "teams_absences",
        TableKind.Rows,
        [new("id", DbKind.Text)],
        [
            new("person", DbKind.Text), new("from_at", DbKind.Integer), new("until_at", DbKind.Integer), new("cover", DbKind.Text, Nullable: true),
            new("noted_by", DbKind.Text),
        ],
        [new("person", "person, from_at"), new("cover", "cover, from_at")]);

    internal static IEnumerable<Table> All => [Members, Absences];
}
