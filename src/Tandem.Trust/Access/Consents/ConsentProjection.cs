using Tandem.Kernel.Data;
using Tandem.Record.Access;
using Tandem.Record.Log;
using Tandem.Record.Projections;

namespace Tandem.Trust.Access;

/// <summary>What each patient agreed to and refused, in force with the commit of the Consent: the next request is held to it.</summary>
internal sealed class ConsentProjection : IProjection
{
    public string Name => "access-consents";

    public int Version => 1;

    public IReadOnlyList<Table> Tables => [AccessTables.Consents];

    public bool Wants(string type) => type == "Consent";

    public void Project(ResourceVersion version, RowSink rows)
    {
        if (version.Patient is not { } patient)
            return;
        var number = 0;
        foreach (var term in ConsentReading.Read(version.Root))
        {
            rows.Add(
                AccessTables.Consents, patient, version.Rid, number++, term.IsPermit, term.Depth, term.Party, term.Label, term.Purpose, term.Since, term.Until);
        }
    }
}
