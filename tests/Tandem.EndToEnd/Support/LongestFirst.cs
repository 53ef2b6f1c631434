using Tandem.EndToEnd.Support;
using Tandem.EndToEnd.Trust;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(LongestFirst))]

namespace Tandem.EndToEnd.Support;

/// <summary>What takes longest begins, so that no processor is idle while the last of it ends; all others by name.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string?[] Longest = [typeof(HubOfFeeds).FullName, typeof(HubOfWorklists).FullName, typeof(TrustPagesTests).FullName];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections
            .OrderBy(collection => !Longest.Any(one => collection.TestCollectionDisplayName.Contains($" {one} ", StringComparison.Ordinal)))
            .ThenBy(collection => collection.TestCollectionDisplayName, StringComparer.Ordinal)];
}
