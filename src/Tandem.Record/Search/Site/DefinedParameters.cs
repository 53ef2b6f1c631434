using Tandem.Fhir.Json;
using Tandem.Record.Log;

namespace Tandem.Record.Search.Site;

/// <summary>The site's own SearchParameter resources by their addresses: what a composite may be made of.</summary>
internal static class DefinedParameters
{
    /// <summary>Finds an active one among those that are there, the oldest of its address.</summary>
    internal static FhirNode Find(IEnumerable<ResourceVersion> defined, string url) =>
        defined.FirstOrDefault(version => SiteParameterRules.IsInForce(version) && version.Root["url"u8].Text == url)?.Root ?? default;
}
