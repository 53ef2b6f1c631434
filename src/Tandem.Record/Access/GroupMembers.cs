using Tandem.Fhir.Json;
using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Record.Projections;

namespace Tandem.Record.Access;

/// <summary>Whom each Group names: a limited reader sees one all of whose members they reach. Members that are devices, medications, substances or people of staff tell of no patient; groups of groups cannot be told.</summary>
internal sealed class GroupMembers : IProjection
{
    private static readonly string[] NoPatients = ["Device", "Medication", "Substance", "Practitioner", "PractitionerRole"];

    public string Name => "access-members";

    public int Version => 1;

    public IReadOnlyList<Table> Tables => [AccessTables.Members];

    public bool Wants(string type) => type == "Group";

    public void Project(ResourceVersion version, RowSink rows)
    {
        var members = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in version.Root["member"u8].Items)
        {
            if (PatientIn(member["entity"u8]) is { } patient && members.Add(patient))
                rows.Add(AccessTables.Members, version.Rid, patient);
        }
    }

    /// <summary>The logical id of the patient, empty for somebody who cannot be told; null for what is no patient.</summary>
    private static string? PatientIn(FhirNode entity) => entity["reference"u8].Text?.Split('/') switch
    {
        ["Patient", { Length: > 0 } id, ..] => id,
        [var type, _, ..] when NoPatients.Contains(type) => null,
        _ => "",
    };
}
