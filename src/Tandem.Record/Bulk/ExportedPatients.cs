using Tandem.Fhir.Search;
using Tandem.Fhir.Views;
using Tandem.Kernel.Actors;
using Tandem.Record.Access;
using Tandem.Record.Log;

namespace Tandem.Record.Bulk;

/// <summary>The patients whose records an export is of, and what belongs to these: by the patients whom it names as its own, and a Provenance of no patient by what it is about (Bulk Data 2, "includeAssociatedData").</summary>
/// <param name="ids">Logical ids; null for every patient.</param>
/// <param name="record">Where it is looked up to whom something belongs.</param>
/// <param name="scope">On whose behalf: what is about something out of its reach belongs to nobody.</param>
/// <param name="own">The record's own addresses.</param>
internal sealed class ExportedPatients(HashSet<string>? ids, RecordStore record, AccessScope scope, OwnAddresses own)
{
    internal const string ReadPatient = "SELECT r.patient FROM resources r WHERE r.type = $1 AND r.id = $2 /*reach rid:r.rid*/";

    /// <summary>Those of a plan; null for the whole record.</summary>
    /// <exception cref="BulkException">Their group is no longer there.</exception>
    internal static ExportedPatients? Of(ExportPlan plan, RecordStore record, AccessScope scope, SearchIndexOptions options, DateTimeOffset at)
    {
        var own = options.Own;
        if (!plan.IsOfPatients)
            return null;
        if (plan.Of == ExportPlan.AllPatients)
            return new(plan.Patients.Count > 0 ? [.. plan.Patients] : null, record, scope, own);
        var members = new GroupRoll(record, scope, own, options.Zone, at).Of(plan.Of) ?? throw new BulkException("The group is no longer there.");
        if (plan.Patients.Count > 0)
            members.IntersectWith(plan.Patients);
        return new(members, record, scope, own);
    }

    /// <summary>True for what belongs to one of them.</summary>
    internal bool Hold(ResourceVersion version) => version is { Patient: null, Type: "Provenance", Deleted: false }
        ? AssociatedProvenance.Targets(version, own).Any(target => Hold(OwnerOf(target)))
        : Hold(version.Patient) || (ids is not null && PatientOf.Others(version, own).Any(Hold));

    private bool Hold(string? patient) => patient is not null && ids?.Contains(patient) != false;

    private string? OwnerOf(string reference) => reference.Split('/') is [var type, var id]
        ? record.Database.Read(session => session.FirstWithin(scope, ReadPatient, row => row.TextOrNull(0), type, id))
        : null;
}
