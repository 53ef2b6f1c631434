using Tandem.Fhir.Search;
using Tandem.Fhir.Views;
using Tandem.Kernel.Data;
using Tandem.Record.Access;
using Tandem.Record.Log;
using Tandem.Record.Projections;

namespace Tandem.Trust.Access;

/// <summary>What each patient agreed to and refused, in force with the commit of the Consent: the next request is held to it.</summary>
internal sealed class ConsentProjection(OwnAddresses own) : IProjection
{
    public string Name => "access-consents";

    public int Version => own.VersionOf(4);

    public IReadOnlyList<Table> Tables => [AccessTables.Consents];

    public bool Wants(string type) => type == "Consent";

    public void Project(ResourceVersion version, RowSink rows)
    {
        if (version.Patient is not { } patient)
            return;
        var number = 0;
        foreach (var term in ConsentReading.Read(version.Root, own))
        {
            rows.Add(
                AccessTables.Consents, patient, version.Rid, number++, term.IsPermit, term.Depth, term.Party, term.Label, term.Purpose, term.When.Since, term.When.Until,
                term.Part.Acts, term.Part.IsLimited, term.Part.Class, StableHash.Of(term.Part.Class), term.Part.Code.Code, term.Part.Code.System,
                term.Part.Data is { } data ? AccessTables.TypeNumber(data.Type) : 0, term.Part.Data is { } typed ? StableHash.Of(typed.Type) : 0,
                term.Part.Data is { } named ? StableHash.Of(named.Id) : 0, term.Part.Data is { Pointing: true }, term.Part.Period.Since, term.Part.Period.Until,
                term.When.SinceDay, term.When.UntilDay, term.Part.Period.SinceDay, term.Part.Period.UntilDay);
        }
    }
}
