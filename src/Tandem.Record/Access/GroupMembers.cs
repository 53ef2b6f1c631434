using Tandem.Fhir.Json;
using Tandem.Fhir.Views;
using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Record.Projections;

namespace Tandem.Record.Access;

/// <summary>
/// Whom each Group names, and of whom each Person tells: a limited reader sees one all of whose members they reach. Members that are devices, medications, substances or people of staff tell of no patient; groups of groups cannot be
/// told, nor can a Person that is linked to nobody.
/// </summary>
internal sealed class GroupMembers(OwnAddresses own) : IProjection
{
    private static readonly string[] NoPatients = ["Device", "Medication", "Substance", "Practitioner", "PractitionerRole"];

    public string Name => "access-members";

    public int Version => own.VersionOf(5);

    public IReadOnlyList<Table> Tables => [AccessTables.Members];

    public bool Wants(string type) => IsOne(type);

    /// <summary>True for the types that belong to nobody and name patients.</summary>
    internal static bool IsOne(string type) => type is "Group" or "Person";

    public void Project(ResourceVersion version, RowSink rows)
    {
        var members = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in version.Root["member"u8].Items)
        {
            if (PatientIn(member["entity"u8], version.Root) is { } patient)
                members.Add(patient);
        }

        foreach (var link in version.Root["link"u8].Items)
        {
            if (PatientIn(link["target"u8], version.Root) is { } patient)
                members.Add(patient);
        }

        if (version.Type == "Person" && !version.Root["link"u8].Exists)
            members.Add("");
        foreach (var patient in members)
            rows.Add(AccessTables.Members, version.Rid, patient);
    }

    /// <summary>The logical id of the patient, empty for somebody who cannot be told; null for what is no patient.</summary>
    private string? PatientIn(FhirNode entity, FhirNode resource) => PatientReference.Of(entity, resource, own) switch
    {
        { Id: { } id } => id,
        { Kind: PatientReferenceKind.NoPatient, Type: { } type } when NoPatients.Contains(type) => null,
        _ => "",
    };
}
