using Tandem.Kernel.Data;
using Tandem.Record.Log;

namespace Tandem.Trust.Teams;

/// <summary>Somebody is away from an instant (inclusive) until another (exclusive); their work goes to the cover, or to their teams when there is none.</summary>
public sealed record Absence(string Id, string Person, DateTimeOffset From, DateTimeOffset Until, string? Cover)
{
    internal const string Columns = "id, person, from_at, until_at, cover";

    internal static Absence Read(DbRow row) => new(row.Text(0), row.Text(1), row.Instant(2), row.Instant(3), row.TextOrNull(4));
}

/// <summary>Reads who works in which team and who stands in for whom.</summary>
public static class FindTeams
{
    internal const string ReadTeamsOf = "SELECT team FROM teams_members WHERE person = $1 ORDER BY team";

    internal const string ReadMembers = "SELECT person FROM teams_members WHERE team = $1 ORDER BY person";

    internal const string ReadCovered = "SELECT DISTINCT person FROM teams_absences WHERE cover = $1 AND from_at <= $2 AND until_at > $2 ORDER BY person";

    internal const string ReadAbsences = $"SELECT {Absence.Columns} FROM teams_absences WHERE person = $1 AND until_at > $2 ORDER BY from_at, id";

    internal const string ReadAbsence = $"SELECT {Absence.Columns} FROM teams_absences WHERE id = $1";

    /// <summary>The ids of the teams that somebody works in.</summary>
    public static IReadOnlyList<string> Of(RecordStore record, string person) => record.Database.Read(session => Of(session, person));

    /// <summary>The ids of the people who work in a team.</summary>
    public static IReadOnlyList<string> Members(RecordStore record, string team) => record.Database.Read(session => session.Query(ReadMembers, row => row.Text(0), team));

    /// <summary>The ids of those whom somebody stands in for at an instant.</summary>
    public static IReadOnlyList<string> CoveredBy(RecordStore record, string person, DateTimeOffset at) =>
        record.Database.Read(session => session.Query(ReadCovered, row => row.Text(0), person, at));

    /// <summary>A person's absences that have not ended.</summary>
    public static IReadOnlyList<Absence> Absences(RecordStore record, string person, DateTimeOffset now) =>
        record.Database.Read(session => session.Query(ReadAbsences, Absence.Read, person, now));

    /// <summary>Whether somebody is away at an instant, and who stands in.</summary>
    public static Absence? AbsenceAt(RecordStore record, string person, DateTimeOffset at) => Absences(record, person, at).FirstOrDefault(absence => absence.From <= at);

    internal static IReadOnlyList<string> Of(DbSession session, string person) => session.Query(ReadTeamsOf, row => row.Text(0), person);
}
