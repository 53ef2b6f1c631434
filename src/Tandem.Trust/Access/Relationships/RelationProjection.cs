using Tandem.Fhir.Views;
using Tandem.Kernel.Data;
using Tandem.Record.Access;
using Tandem.Record.Log;
using Tandem.Record.Projections;

namespace Tandem.Trust.Access;

/// <summary>Who has to do with which patient, from what the record says: encounters, episodes, care teams, attribution, referrals, appointments, work.</summary>
internal sealed class RelationProjection(OwnAddresses own) : IProjection
{
    public string Name => "access-relations";

    public int Version => own.VersionOf(4);

    public IReadOnlyList<Table> Tables => [AccessTables.Relations];

    public bool Wants(string type) => RelationReading.Knows(type);

    public void Project(ResourceVersion version, RowSink rows)
    {
        if (version.Patient is not { } patient)
            return;
        foreach (var relation in RelationReading.Read(version, own).DistinctBy(relation => (relation.Party, relation.Basis))) // of one resource all end together
            rows.Add(AccessTables.Relations, patient, relation.Party, version.Rid, relation.Basis, relation.When.Until, relation.When.UntilDay);
    }
}
