namespace Tandem.Tests.Record.Rest;

/// <summary>What a client did to one resource and what it was told.</summary>
/// <param name="Key">The resource.</param>
/// <param name="Start">When the request was sent.</param>
/// <param name="End">When the answer was there.</param>
/// <param name="IsWrite">True for an update or patch, false for a read.</param>
/// <param name="IfMatch">The version that had to be current; 0 for any.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="Version">The version told; 0 when none was.</param>
/// <param name="Token">What was written, or read.</param>
internal sealed record Operated(string Key, long Start, long End, bool IsWrite, int IfMatch, int Status, int Version, string Token);

/// <summary>Holds the history of concurrent clients against what one record, changed one write at a time, can have answered.</summary>
internal static class HistoryChecker
{
    /// <summary>What cannot have been; empty when all is well.</summary>
    internal static List<string> Faults(IEnumerable<Operated> history, IReadOnlyDictionary<string, IReadOnlyList<string>> kept) =>
        [.. history.GroupBy(one => one.Key).SelectMany(one => OfOne(one.Key, [.. one], kept[one.Key]))];

    /// <param name="key">The resource.</param>
    /// <param name="operations">All operations on it.</param>
    /// <param name="tokens">What the record says each version held, the first version first; version 1 was there before.</param>
    private static IEnumerable<string> OfOne(string key, List<Operated> operations, IReadOnlyList<string> tokens)
    {
        var writes = operations.Where(one => one.IsWrite && one.Status < 300).OrderBy(one => one.Version).ToList();
        for (var i = 0; i < writes.Count; i++)
        {
            if (writes[i].Version != i + 2)
                yield return $"{key}: version {i + 2} was answered {(writes[i].Version < i + 2 ? "twice" : "to nobody")}.";
        }

        if (tokens.Count != writes.Count + 1)
            yield return $"{key}: {writes.Count} writes were acknowledged, {tokens.Count - 1} are kept.";
        foreach (var one in operations)
        {
            if (one.Status < 300 && (one.Version < 1 || one.Version > tokens.Count || tokens[one.Version - 1] != one.Token))
                yield return $"{key}: what was {(one.IsWrite ? "written" : "read")} as version {one.Version} is something else in the record.";
            if (one.IsWrite && one.Status < 300 && one.IfMatch > 0 && one.Version != one.IfMatch + 1)
                yield return $"{key}: version {one.Version} was written although {one.IfMatch} had to be current.";
            if (one.Status == 412 && !writes.Exists(write => write.Version == one.IfMatch + 1 && write.Start < one.End))
                yield return $"{key}: version {one.IfMatch} was refused although it was current all the time.";
            if (one.Status >= 300 && one.Status != 412)
                yield return $"{key}: {one.Status} was answered.";
        }

        foreach (var fault in Order(key, operations))
            yield return fault;
    }

    /// <summary>What ended before something else began is not later than it.</summary>
    private static IEnumerable<string> Order(string key, List<Operated> operations)
    {
        var byStart = operations.Where(one => one.Status < 300).OrderBy(one => one.Start).ToList();
        var byEnd = operations.Where(one => one.Status < 300).OrderBy(one => one.End).ToList();
        var (newest, at) = (1, 0);
        foreach (var one in byStart)
        {
            for (; at < byEnd.Count && byEnd[at].End < one.Start; at++)
                newest = Math.Max(newest, byEnd[at].Version);
            if (one.Version < newest || (one.IsWrite && one.Version == newest && newest > 1))
                yield return $"{key}: version {one.Version} came after {newest} had been answered.";
        }
    }
}

/// <summary>The checker finds what it is there for.</summary>
public sealed class HistoryCheckerTests
{
    private static readonly Dictionary<string, IReadOnlyList<string>> Kept = new() { ["a"] = ["0", "x", "y"] };

    [Fact]
    public void A_sound_history_has_no_faults() =>
        Assert.Empty(HistoryChecker.Faults([Write(1, 2, 2, "x", ifMatch: 1), Write(3, 5, 3, "y"), Read(3, 4, 2, "x"), Write(4, 9, 0, "z", 412, 2), Read(6, 7, 3, "y")], Kept));

    [Theory]
    [InlineData("lost")]
    [InlineData("twice")]
    [InlineData("stale read")]
    [InlineData("wrong content")]
    [InlineData("ignored condition")]
    [InlineData("needless refusal")]
    [InlineData("back in time")]
    public void What_cannot_have_been_is_found(string what)
    {
        Operated[] history = what switch
        {
            "lost" => [Write(1, 2, 2, "x")],
            "twice" => [Write(1, 2, 2, "x"), Write(1, 2, 2, "x")],
            "stale read" => [Write(1, 2, 2, "x"), Write(3, 4, 3, "y"), Read(5, 6, 2, "x")],
            "wrong content" => [Write(1, 2, 2, "x"), Write(3, 4, 3, "y"), Read(5, 6, 3, "x")],
            "ignored condition" => [Write(1, 2, 2, "x"), Write(3, 4, 3, "y", ifMatch: 1)],
            "needless refusal" => [Write(1, 2, 2, "x"), Write(3, 4, 3, "y"), Write(5, 6, 0, "z", 412, 3)],
            _ => [Write(3, 4, 2, "x"), Write(1, 2, 3, "y")],
        };
        Assert.NotEmpty(HistoryChecker.Faults(history, Kept));
    }

    private static Operated Write(long start, long end, int version, string token, int status = 200, int ifMatch = 0) => new("a", start, end, true, ifMatch, status, version, token);

    private static Operated Read(long start, long end, int version, string token) => new("a", start, end, false, 0, 200, version, token);
}
