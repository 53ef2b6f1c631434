using Tandem.Fhir.Search;
using Tandem.Fhir.Views;
using Tandem.Record.Log;

namespace Tandem.Record.Bulk;

/// <summary>
/// Which Provenance goes along with an export that leaves out the type, or those that are older than it asks for (Bulk Data 2, <c>includeAssociatedData</c>): those about what was written, all of them
/// or the latest for each resource. Keeps a number of 64 bits for each resource written.
/// </summary>
internal sealed class AssociatedProvenance(string which, OwnAddresses own)
{
    internal const string Relevant = "RelevantProvenanceResources";
    internal const string Latest = "LatestProvenanceResources";

    private readonly Dictionary<long, long> written = [];

    /// <summary>What an export asks for; null when nothing, or when the type is exported anyway.</summary>
    internal static AssociatedProvenance? Of(ExportPlan plan, OwnAddresses own) =>
        plan.Associated.Length > 0 && (plan.Since is not null || !plan.Takes("Provenance")) ? new(plan.Associated, own) : null;

    /// <summary>What can be asked for.</summary>
    internal static bool IsOffered(string which) => which is Relevant or Latest;

    /// <summary>Notes a resource that was written.</summary>
    internal void Note(ResourceVersion version) => written[StableHash.Of(version.Reference)] = 0;

    /// <summary>Looks at a Provenance in the order of the log; has to be done with all before <see cref="Wants"/> is asked.</summary>
    internal void Look(ResourceVersion provenance)
    {
        foreach (var target in Targets(provenance))
        {
            if (written.ContainsKey(target))
                written[target] = provenance.Seq;
        }
    }

    /// <summary>True when it goes along.</summary>
    internal bool Wants(ResourceVersion provenance) => Targets(provenance).Any(target =>
        written.TryGetValue(target, out var latest) && (which == Relevant || latest == provenance.Seq));

    private IEnumerable<long> Targets(ResourceVersion provenance) => Targets(provenance, own).Select(StableHash.Of);

    /// <summary>What a Provenance is about (<c>Observation/1</c>), in whichever version.</summary>
    internal static IEnumerable<string> Targets(ResourceVersion provenance, OwnAddresses own) =>
        provenance.Root["target"u8].Items.AsEnumerable().Select(target => own.Relative(target["reference"u8].Text)?.Split("/_history/")[0]).OfType<string>();
}
