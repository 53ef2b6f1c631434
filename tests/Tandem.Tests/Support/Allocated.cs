namespace Tandem.Tests.Support;

/// <summary>The memory that work takes on the thread that does it.</summary>
internal static class Allocated
{
    private const int Rounds = 5;

    /// <summary>Bytes allocated by one run of <paramref name="work"/>: the least of five, since a collection or a method compiled anew in the middle of one adds what is not the work's.</summary>
    internal static long Least(Action work)
    {
        var least = long.MaxValue;
        for (var round = 0; round < Rounds; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            work();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
