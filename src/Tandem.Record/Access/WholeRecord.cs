using Tandem.Fhir.Definitions;
using Tandem.Kernel.Actors;

namespace Tandem.Record.Access;

/// <summary>Who may do anything with the record, such as a service that was approved for the whole region with <c>system/*.cruds</c>.</summary>
public static class WholeRecord
{
    /// <summary>True for who may create and change every resource that there may be.</summary>
    public static bool MayWriteEverything(this AccessScope scope) => R4.ResourceTypes.All(type => scope.May(Interactions.Create, type) && scope.ReachesAll(type));
}
