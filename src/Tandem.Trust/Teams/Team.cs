using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Record.Projections;
using Tandem.Trust.SignIn;

namespace Tandem.Trust.Teams;

/// <summary>A team or queue that works for an organisation (a CareTeam without a subject).</summary>
/// <param name="Id">The id of its CareTeam.</param>
/// <param name="Name">Its name.</param>
/// <param name="Organization">The id of its organisation, or null for the region.</param>
/// <param name="IsQueue">True when work waits there for whoever is free.</param>
/// <param name="Active">False when it takes no work any more.</param>
public sealed record Team(string Id, string Name, string? Organization, bool IsQueue, bool Active)
{
    internal const string ReadAll = "SELECT id, name, organization, queue, active FROM teams_directory ORDER BY name, id";

    internal static readonly Table Directory = new(
        "teams_directory",
        TableKind.Rows,
        [new("id", DbKind.Text)],
        [new("name", DbKind.Text), new("organization", DbKind.Text, Nullable: true), new("queue", DbKind.Integer), new("active", DbKind.Integer)],
        []);

    /// <summary>Those that an administrator looks after; the region's own belong to the region's administrators.</summary>
    public static IReadOnlyList<Team> Visible(RecordStore record, AccessScope scope)
    {
        if (!Administration.IsAllowed(scope))
            return [];
        var within = Administration.Within(record, scope);
        return [.. record.Database.Read(session => session.Query(ReadAll, Read)).Where(team => within is null || (team.Organization is { } organization && within.Contains(organization)))];
    }

    internal static Team Read(DbRow row) => new(row.Text(0), row.Text(1), row.TextOrNull(2), row.Integer(3) != 0, row.Integer(4) != 0);
}

/// <summary>One row for each team and queue.</summary>
internal sealed class TeamProjection : IProjection
{
    public string Name => "teams-directory";

    public int Version => 1;

    public IReadOnlyList<Table> Tables => [Team.Directory];

    public bool Wants(string type) => type == "CareTeam";

    public void Project(ResourceVersion version, RowSink rows)
    {
        if (version.Root["subject"u8].Exists)
            return;
        var isQueue = version.Root["category"u8].Items.AsEnumerable().SelectMany(category => category["coding"u8].Items.AsEnumerable())
            .Any(coding => coding["system"u8].Text == SaveTeam.KindSystem && coding["code"u8].Text == "queue");
        rows.Add(
            Team.Directory, version.Id, version.Root["name"u8].Text is { Length: > 0 } name ? name : version.Id, SaveTeam.OrganizationOf(version), isQueue ? 1 : 0,
            version.Root["status"u8].Text is null or "active" or "proposed" ? 1 : 0);
    }
}
