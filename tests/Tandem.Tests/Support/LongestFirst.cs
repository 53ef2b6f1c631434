using Tandem.Tests.Crash;
using Tandem.Tests.Simulation;
using Tandem.Tests.Support;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(LongestFirst))]

namespace Tandem.Tests.Support;

/// <summary>Classes that take minutes begin, so that no processor is idle while the last of them ends; all others by name, which is the same order everywhere.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string?[] Longest = [typeof(CrashTests).FullName, typeof(RegionSimulationTests).FullName];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections
            .OrderBy(collection => !Longest.Any(one => collection.TestCollectionDisplayName.Contains($" {one} ", StringComparison.Ordinal)))
            .ThenBy(collection => collection.TestCollectionDisplayName, StringComparer.Ordinal)];
}
