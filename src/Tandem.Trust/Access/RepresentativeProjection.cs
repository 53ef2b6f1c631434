using Tandem.Fhir.Json;
using Tandem.Fhir.Views;
using Tandem.Kernel.Data;
using Tandem.Record.Access;
using Tandem.Record.Log;
using Tandem.Record.Projections;

namespace Tandem.Trust.Access;

/// <summary>
/// Who stands for whom: one row for each active RelatedPerson and account, from the beginning to the end (exclusive) of its period. The account is that of the RelatedPerson's own id, or one
/// that it names as an identifier of <see cref="AccountSystem"/>: so one person stands for several patients, by a RelatedPerson in the record of each.
/// </summary>
internal sealed class RepresentativeProjection : IProjection
{
    /// <summary>The system of identifiers that are ids of accounts.</summary>
    internal const string AccountSystem = "https://tandem.example/fhir/NamingSystem/account";

    internal static readonly Table Representatives = new(
        "access_representatives",
        TableKind.Rows,
        [new("account", DbKind.Text), new("rid", DbKind.Integer)],
        [new("related", DbKind.Text), new("patient", DbKind.Text), new("since", DbKind.Integer), new("until", DbKind.Integer)],
        [new("patient", "patient")]);

    public string Name => "access-representatives";

    public int Version => 1;

    public IReadOnlyList<Table> Tables => [Representatives];

    public bool Wants(string type) => type == "RelatedPerson";

    public void Project(ResourceVersion version, RowSink rows)
    {
        var root = version.Root;
        if (version.Patient is not { } patient || root["active"u8].Boolean == false)
            return;
        var since = FhirDateTime.TryParse(root["period"u8]["start"u8].Text ?? "", out var start) ? start.Low(TimeZoneInfo.Utc).ToUnixTimeMilliseconds() : 0;
        var until = FhirDateTime.TryParse(root["period"u8]["end"u8].Text ?? "", out var end) ? end.High(TimeZoneInfo.Utc).ToUnixTimeMilliseconds() : AccessTables.NoEnd;
        foreach (var account in Accounts(root).Prepend(version.Id).Distinct())
            rows.Add(Representatives, account, version.Rid, version.Id, patient, since, until);
    }

    private static IEnumerable<string> Accounts(FhirNode root) => root["identifier"u8].Items.AsEnumerable()
        .Where(identifier => identifier["system"u8].Text == AccountSystem && !identifier["use"u8].Is("old"u8)).Select(identifier => identifier["value"u8].Text).OfType<string>();
}
