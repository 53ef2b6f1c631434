using Tandem.Fhir.Definitions;
using Tandem.Fhir.Json;
using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Record.Projections;

namespace Tandem.Record.Access;

/// <summary>
/// Resources that are about somebody of whom nobody here can say who it is: a patient at an address elsewhere, by an identifier or a name alone, or contained. They belong to no patient of the hub and yet to somebody, so they
/// are there for who reaches everybody's alone, until somebody says whose they are.
/// </summary>
internal sealed class Strangers : IProjection
{
    /// <summary>Elements by which a resource says whom it is about; what stands there is a patient unless it says otherwise.</summary>
    private static readonly byte[][] Persons = Bytes("subject", "patient", "beneficiary", "for", "individual");

    /// <summary>Elements that name others too: a patient only where they say so.</summary>
    private static readonly byte[][] Others = Bytes("participant", "target");

    private static readonly HashSet<string> Types = new(
        R4.Types.All.Where(type => type is { IsResource: true, Name: not "Patient" } && Persons.Concat(Others).Any(link => type.Elements.TryFind(link, out _))).Select(type => type.Name), StringComparer.Ordinal);

    public string Name => "access-strangers";

    public int Version => 1;

    public IReadOnlyList<Table> Tables => [AccessTables.Strangers];

    public bool Wants(string type) => MayBe(type);

    /// <summary>True for types that can be about a patient.</summary>
    internal static bool MayBe(string type) => Types.Contains(type);

    public void Project(ResourceVersion version, RowSink rows)
    {
        if (version.Patient is null && (Names(version.Root, Persons, isPerson: true) || Names(version.Root, Others, isPerson: false)))
            rows.Add(AccessTables.Strangers, version.Rid);
    }

    private static bool Names(FhirNode resource, byte[][] links, bool isPerson)
    {
        foreach (var link in links)
        {
            foreach (var item in resource[link].Items)
            {
                if (IsPatient(item["actor"u8].Exists ? item["actor"u8] : item, resource, isPerson))
                    return true;
            }
        }

        return false;
    }

    /// <param name="reference">A Reference.</param>
    /// <param name="resource">In which it stands.</param>
    /// <param name="isPerson">What it is taken for where it does not say what it names.</param>
    private static bool IsPatient(FhirNode reference, FhirNode resource, bool isPerson)
    {
        var named = reference["reference"u8].Text;
        if (named is not null && (named.Contains("/Patient/", StringComparison.Ordinal) || named.Contains("Patient?", StringComparison.Ordinal)))
            return true; // whatever type it says
        if (named is ['#', .. var id] && Contained(resource, id) is { Exists: true } inside)
            return inside["resourceType"u8].Is("Patient"u8);
        if (reference["type"u8].Text is { } type)
            return type == "Patient" || type.EndsWith("/Patient", StringComparison.Ordinal);
        return isPerson && (named is null ? reference["identifier"u8].Exists || reference["display"u8].Exists : named is ['#', ..] || named.StartsWith("urn:", StringComparison.Ordinal));
    }

    private static FhirNode Contained(FhirNode resource, string id)
    {
        foreach (var inside in resource["contained"u8].Items)
        {
            if (inside["id"u8].Text == id)
                return inside;
        }

        return default;
    }

    private static byte[][] Bytes(params string[] names) => [.. names.Select(System.Text.Encoding.UTF8.GetBytes)];
}
