using Tandem.Fhir.Json;
using Tandem.Kernel.Data;
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

    private const int LongestAccount = 64; // an id; a longer text is nobody's, and no key of PostgreSQL holds any

    internal static readonly Table Representatives = new(
        "access_representatives",
        TableKind.Rows,
        [new("account", DbKind.Text), new("rid", DbKind.Integer)],
        [new("related", DbKind.Text), new("patient", DbKind.Text), new("since", DbKind.Integer), new("since_day", DbKind.Integer), new("until", DbKind.Integer), new("until_day", DbKind.Integer)],
        [new("patient", "patient")]);

    public string Name => "access-representatives";

    public int Version => 3;

    public IReadOnlyList<Table> Tables => [Representatives];

    public bool Wants(string type) => type == "RelatedPerson";

    public void Project(ResourceVersion version, RowSink rows)
    {
        var root = version.Root;
        if (version.Patient is not { } patient || root["active"u8].Boolean == false)
            return;
        var when = Validity.Of(root["period"u8], Validity.Always);
        foreach (var account in Accounts(root).Prepend(version.Id).Distinct())
            rows.Add(Representatives, account, version.Rid, version.Id, patient, when.Since, when.SinceDay, when.Until, when.UntilDay);
    }

    private static IEnumerable<string> Accounts(FhirNode root) => root["identifier"u8].Items.AsEnumerable()
        .Where(identifier => identifier["system"u8].Text == AccountSystem && !identifier["use"u8].Is("old"u8)).Select(identifier => identifier["value"u8].Text).OfType<string>()
        .Where(account => account.Length <= LongestAccount);
}
