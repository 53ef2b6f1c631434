using Tandem.Fhir.Json;
using Tandem.Fhir.Views;
using Tandem.Record.Bundles;

namespace Tandem.Record.Log;

/// <summary>Versions with the references that begin with the record's own address as relative ones (R4 2.3.0.1), for what reads references as texts.</summary>
public static class OwnReferences
{
    /// <summary>The resource so; as it is where it has none. Missing for a deletion.</summary>
    /// <param name="version">What the log keeps.</param>
    /// <param name="own">The record's own addresses.</param>
    public static FhirNode RootWithin(this ResourceVersion version, OwnAddresses own)
    {
        var root = version.Root;
        if (!own.MayOccurIn(root.Raw))
            return root;
        var changes = ReferenceSpots.Of(root).Where(spot => spot.IsReference && own.Begin(spot.Text)).Select(spot => (spot, own.Relative(spot.Text)!)).ToList();
        return changes.Count == 0 ? root : FhirJson.ParseStored(ReferenceSpots.Rewritten(root, changes)).Root;
    }
}
