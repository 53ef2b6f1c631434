using Tandem.Fhir.Json;
using Tandem.Fhir.Views;
using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Record.Projections;
using Tandem.Trust.People;

namespace Tandem.Care.CareTeams;

/// <summary>One narrow row for each team, organisation, role and person that can own work.</summary>
internal sealed class ReceiverProjection : IProjection
{
    internal static readonly Table Receivers = new(
        "careteams_receivers",
        TableKind.Rows,
        [new("reference", DbKind.Text)],
        [new("name", DbKind.Text), new("kind", DbKind.Integer), new("active", DbKind.Integer)],
        []);

    public string Name => "careteams-receivers";

    public int Version => 2;

    public IReadOnlyList<Table> Tables => [Receivers];

    public bool Wants(string type) => type is "CareTeam" or "Organization" or "Practitioner" or "PractitionerRole";

    public void Project(ResourceVersion version, RowSink rows)
    {
        var kind = version.Type switch
        {
            "CareTeam" => ReceiverKind.Team,
            "Organization" => ReceiverKind.Organization,
            _ => ReceiverKind.Person,
        };
        rows.Add(Receivers, version.Reference, NameOf(version) is { Length: > 0 } name ? name : version.Id, (int)kind, IsActive(version) ? 1 : 0);
    }

    private static string? NameOf(ResourceVersion version) => version.Type switch
    {
        "Practitioner" => new PractitionerView(version.Root).Names.First.Words,
        "PractitionerRole" => version.Root["practitioner"u8]["display"u8].Text,
        _ => version.Root["name"u8].Text,
    };

    /// <summary>Roles that the hub gave are named where they stand, but work is given to their person.</summary>
    private static bool IsActive(ResourceVersion version) => version.Type switch
    {
        "CareTeam" => version.Root["status"u8].Text is null or "active" or "proposed",
        "PractitionerRole" when IsOfHub(version.Root) => false,
        _ => version.Root["active"u8].Boolean ?? true,
    };

    private static bool IsOfHub(FhirNode role) =>
        role["code"u8].Items.AsEnumerable().SelectMany(code => code["coding"u8].Items.AsEnumerable()).Any(coding => coding["system"u8].Text == Roles.System);
}
