using Tandem.Fhir.Definitions;
using Tandem.Fhir.Json;
using Tandem.Fhir.Views;
using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Record.Projections;

namespace Tandem.Record.Access;

/// <summary>
/// Resources that are about somebody of whom nobody here can say who it is: a patient at an address elsewhere, by an identifier or a name alone, or contained. They belong to no patient of the hub and yet to somebody, so they
/// are there for who reaches everybody's alone, until somebody says whose they are. So are those that name somebody here by an address that was not the record's own when they were written.
/// </summary>
internal sealed class Strangers(OwnAddresses own) : IProjection
{
    /// <summary>Elements by which a resource says whom it is about; what stands there is a patient unless it says otherwise.</summary>
    private static readonly byte[][] Persons = Bytes("subject", "patient", "beneficiary", "for", "individual", "candidate");

    /// <summary>Elements that name others too: a patient only where they say so.</summary>
    private static readonly byte[][] Others = Bytes("participant", "target", "actor", "deliverTo");

    private static readonly HashSet<string> Types = new(
        R4.Types.All.Where(type => type is { IsResource: true, Name: not "Patient" } && Persons.Concat(Others).Any(link => type.Elements.TryFind(link, out _))).Select(type => type.Name), StringComparer.Ordinal);

    public string Name => "access-strangers";

    public int Version => own.VersionOf(3);

    public IReadOnlyList<Table> Tables => [AccessTables.Strangers];

    public bool Wants(string type) => MayBe(type);

    /// <summary>True for types that can be about a patient.</summary>
    internal static bool MayBe(string type) => Types.Contains(type);

    public void Project(ResourceVersion version, RowSink rows)
    {
        if (version.Patient is null && (Names(version.Root, Persons, isPerson: true) || Names(version.Root, Others, isPerson: false)))
            rows.Add(AccessTables.Strangers, version.Rid);
    }

    private bool Names(FhirNode resource, byte[][] links, bool isPerson)
    {
        foreach (var link in links)
        {
            foreach (var item in resource[link].Items)
            {
                var kind = PatientReference.Of(PatientOf.Named(item), resource, own).Kind;
                if (kind is PatientReferenceKind.Here or PatientReferenceKind.Elsewhere or PatientReferenceKind.Stated || (isPerson && kind == PatientReferenceKind.Unstated))
                    return true;
            }
        }

        return false;
    }

    private static byte[][] Bytes(params string[] names) => [.. names.Select(System.Text.Encoding.UTF8.GetBytes)];
}
