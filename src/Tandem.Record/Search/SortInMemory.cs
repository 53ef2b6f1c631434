using System.Globalization;
using Tandem.Fhir.Definitions;
using Tandem.Fhir.Json;
using Tandem.Fhir.Search;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Access;
using Tandem.Record.Log;

namespace Tandem.Record.Search;

/// <summary>
/// Sorting by what the index keeps as hashes only: codes, references and addresses (R4 3.1.1.5.2). The resources found are read for their keys, one by one, and those of the page once more,
/// so there may not be too many; of several values the first counts, descending the last. What has none comes last.
/// </summary>
internal sealed class SortInMemory(SearchQuery query, SearchIndexOptions options, Reach reach)
{
    private const int Most = 10_000;

    /// <summary>So many numbers are enough to tell whether there are too many.</summary>
    internal const int Enough = Most + 1;

    /// <summary>True when some key needs it.</summary>
    internal static bool IsNeeded(SearchQuery query) =>
        query.Result.Sort.Any(key => key.Parameter.Code is not ("_id" or "_lastUpdated") && key.Parameter.Type is SearchType.Token or SearchType.Reference or SearchType.Uri);

    /// <summary>The hits after a place.</summary>
    /// <param name="session">Where to read.</param>
    /// <param name="numbers">The numbers of all that is found; below zero of what is contained.</param>
    /// <param name="place">After which, and up to which number.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="bytes">The page ends with the hit that brings it to so many.</param>
    internal Outcome<Hits> Page(DbSession session, List<long> numbers, PagePlace place, int limit, long bytes)
    {
        if (numbers.Count > Most)
            return Refusal.Invalid("", new RefusalDetail("too-costly", $"More than {Most} resources are found: too many to be sorted by a code, reference or address."));
        var found = numbers.Where(number => number <= place.Most).Select(number => Read(session, number) is { } version ? Keyed(version, number) : null).OfType<KeyedNumber>().ToList();
        found.Sort(Compare);
        if (query.Result.Contained != ContainedMode.False && !query.Result.ContainedAlone)
            found = [.. found.DistinctBy(one => ContainedTypes.AroundOf(one.Number))];
        if (place.Keys.Count > 0)
            found.RemoveAll(one => Compare(one.Keys, one.Number, place.Keys, place.Rid) <= 0);
        var (hits, size, read) = (new List<Hit>(), 0L, 0);
        for (; read < found.Count && hits.Count < limit && size < bytes; read++)
        {
            if (Read(session, found[read].Number) is not { } version)
                continue;
            hits.Add(Hit.Of(version, found[read].Number, found[read].Keys, query.Result.ContainedAlone));
            size += version.Bytes.Length;
        }

        return new Hits(hits, read < found.Count ? place.After(hits[^1], 0) : null);
    }

    private ResourceVersion? Read(DbSession session, long number) => session.First(
        $"SELECT {LogTables.Columns} FROM resources r {LedJoin.To(LedJoin.EngineOf(session), "log l", "l.seq = r.seq")} WHERE r.rid = $1", LogTables.Read, ContainedTypes.AroundOf(number))?.ShownTo(reach);

    private int Compare(KeyedNumber left, KeyedNumber right) => Compare(left.Keys, left.Number, right.Keys, right.Number);

    private int Compare(IReadOnlyList<string> left, long leftNumber, IReadOnlyList<string> right, long rightNumber)
    {
        for (var at = 0; at < left.Count; at++)
        {
            // A missing key (empty) is last whichever way; a key of its own is never empty.
            var order = (left[at].Length == 0, right[at].Length == 0) switch
            {
                (true, true) => 0,
                (true, false) => 1,
                (false, true) => -1,
                _ => string.CompareOrdinal(left[at], right[at]) * (query.Result.Sort[at].Descending ? -1 : 1),
            };
            if (order != 0)
                return order;
        }

        return leftNumber.CompareTo(rightNumber) * (query.Result.Sort[0].Descending ? -1 : 1);
    }

    /// <summary>The keys of a resource, or of the one it contains that the number tells.</summary>
    private KeyedNumber Keyed(ResourceVersion version, long number)
    {
        var node = number < 0 ? version.Root["contained"u8].Items.AsEnumerable().ElementAt(ContainedTypes.Place(number)) : version.Root;
        return new(number, Keys(version, node));
    }

    private List<string> Keys(ResourceVersion version, FhirNode node)
    {
        var values = new SearchValueList();
        SearchIndexValues.Read(node, query.ResourceType, options, values);
        var keys = new List<string>();
        foreach (var key in query.Result.Sort)
        {
            var found = new List<string>();
            if (key.Parameter.Code == "_lastUpdated")
                found.Add(Ordered(version.At.ToUnixTimeMilliseconds()));
            else if (key.Parameter.Code == "_id")
                found.Add(node["id"u8].Text ?? "");
            foreach (var value in values.Span)
            {
                if (value.Group == 0 && value.ParameterId == key.Parameter.Id && Text(key.Parameter, value) is { Length: > 0 } text)
                    found.Add(text[..SearchTables.LengthKept(text)]);
            }

            keys.Add((key.Descending ? found.Max(StringComparer.Ordinal) : found.Min(StringComparer.Ordinal)) ?? "");
        }

        return keys;
    }

    private static string? Text(SearchParameter parameter, in SearchValue value) => parameter.Type switch
    {
        SearchType.Date => Ordered(value.Low),
        SearchType.Number or SearchType.Quantity => Ordered(value.NumberLow),
        SearchType.String => value.Text,
        SearchType.Token when value.Kind == SearchType.String || value.SystemHash == SearchValue.OfType => null,
        SearchType.Token => Code(value.Source, value.CodeHash),
        _ when value.Kind == SearchType.Token => null,
        _ => value.Source.Text,
    };

    /// <summary>A code as it is written; what is true or false as that, for its source may be something else, such as the time of a death.</summary>
    private static string? Code(FhirNode source, long hash) =>
        hash == StableHash.Of("true"u8) ? "true"
        : hash == StableHash.Of("false"u8) ? "false"
        : source.IsObject ? source["code"u8].Text ?? source["value"u8].Text : source.Text;

    /// <summary>A number as a text in the same order.</summary>
    private static string Ordered(long number) => ((ulong)number ^ (1UL << 63)).ToString("x16", CultureInfo.InvariantCulture);

    private static string Ordered(double number)
    {
        var bits = BitConverter.DoubleToInt64Bits(number + 0.0);
        return Ordered(bits < 0 ? bits ^ long.MaxValue : bits);
    }

    /// <summary>What is sorted: without the resource, of which each may be large.</summary>
    private sealed record KeyedNumber(long Number, IReadOnlyList<string> Keys);
}
