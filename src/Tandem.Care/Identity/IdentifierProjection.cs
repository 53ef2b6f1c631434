using System.Security.Cryptography;
using System.Text;
using Tandem.Fhir.Views;
using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Record.Projections;

namespace Tandem.Care.Identity;

/// <summary>Who and what is known by which number: patients, visits, orders and specimens by identifier system and value.</summary>
internal sealed class IdentifierProjection(OwnAddresses own) : IProjection
{
    internal static readonly Table Identifiers = new(
        "identity_identifiers",
        TableKind.Rows,
        [new("type", DbKind.Text), new("system", DbKind.Text), new("value", DbKind.Text), new("id", DbKind.Text)],
        [new("patient", DbKind.Text, Nullable: true), new("survivor", DbKind.Text, Nullable: true)],
        []);

    internal const string Find = "SELECT id, patient, survivor FROM identity_identifiers WHERE type = $1 AND system = $2 AND value = $3 ORDER BY id LIMIT 8";

    /// <summary>How many numbers <see cref="FindMany"/> asks for: type, system and value of each.</summary>
    internal const int ManyAtOnce = 32;

    internal const int MostOfMany = 256;

    private const int LongestKept = 300;

    internal const string FindMany =
        """
        SELECT i.type, i.system, i.value, i.id FROM (VALUES ($1, $2, $3), ($4, $5, $6), ($7, $8, $9), ($10, $11, $12),
          ($13, $14, $15), ($16, $17, $18), ($19, $20, $21), ($22, $23, $24),
          ($25, $26, $27), ($28, $29, $30), ($31, $32, $33), ($34, $35, $36), ($37, $38, $39), ($40, $41, $42), ($43, $44, $45), ($46, $47, $48),
          ($49, $50, $51), ($52, $53, $54), ($55, $56, $57), ($58, $59, $60), ($61, $62, $63), ($64, $65, $66), ($67, $68, $69), ($70, $71, $72),
          ($73, $74, $75), ($76, $77, $78), ($79, $80, $81), ($82, $83, $84), ($85, $86, $87), ($88, $89, $90), ($91, $92, $93), ($94, $95, $96)) w
        JOIN identity_identifiers i ON i.type = w.column1 AND i.system = w.column2 AND i.value = w.column3 ORDER BY i.id LIMIT 256
        """;

    public string Name => "identifiers";

    public int Version => own.VersionOf(3);

    public IReadOnlyList<Table> Tables => [Identifiers];

    public bool Wants(string type) => type is "Patient" or "Encounter" or "ServiceRequest" or "Specimen";

    public void Project(ResourceVersion version, RowSink rows)
    {
        var survivor = version.Type == "Patient" ? SurvivorOf(version, own) : null;
        var seen = new HashSet<(string, string)>();
        foreach (var node in version.Root["identifier"u8].Items)
        {
            var identifier = new Identifier(node);
            if (identifier is { System: { } system, Value: { } value } && seen.Add((system, value)))
                rows.Add(Identifiers, version.Type, KeyOf(system), KeyOf(value), version.Id, version.Patient, survivor);
        }
    }

    /// <summary>A system or a value as the table has it: what is longer than a key of PostgreSQL holds by its SHA-256, so that none is taken for another that begins alike.</summary>
    internal static string KeyOf(string text) => text.Length <= LongestKept ? text : "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>A number as the table has it.</summary>
    internal static (string Type, string System, string Value) KeyOf((string Type, string System, string Value) number) =>
        (number.Type, KeyOf(number.System), KeyOf(number.Value));

    /// <summary>The patient into whom this one was merged (Patient.link of type replaced-by).</summary>
    internal static string? SurvivorOf(ResourceVersion patient, OwnAddresses own)
    {
        foreach (var link in patient.Root["link"u8].Items)
        {
            if (link["type"u8].Is("replaced-by"u8) && PatientReference.IdIn(link["other"u8]["reference"u8].Text, own) is { } other)
                return other;
        }

        return null;
    }
}
