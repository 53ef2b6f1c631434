namespace Tandem.Trial.Demo;

/// <summary>What the hub is told about the region's feeds.</summary>
internal static class DemoSources
{
    /// <summary>Identifier systems by the names that messages use for who gave a number out.</summary>
    internal static readonly IReadOnlyDictionary<string, string> Systems = SyntheticPlaces.Hospitals.Concat(SyntheticPlaces.Laboratories)
        .Select(feed => (Name: feed.Facility, feed.System))
        .Append((Name: MessageWriting.RegionalAuthority, System: "urn:oid:" + MessageWriting.RegionalOid))
        .ToDictionary(pair => pair.Name, pair => pair.System, StringComparer.OrdinalIgnoreCase);
}
