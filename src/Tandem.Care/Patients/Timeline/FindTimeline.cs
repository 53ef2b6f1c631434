using System.Globalization;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Access;

namespace Tandem.Care.Patients;

/// <summary>A place in a timeline: the entries before it come next.</summary>
/// <param name="At">Milliseconds since 1970 UTC.</param>
/// <param name="Key">The entry's key.</param>
public sealed record TimelinePlace(long At, string Key)
{
    /// <summary>After everything.</summary>
    public static readonly TimelinePlace End = new(long.MaxValue, "");

    /// <summary>Reads what <see cref="ToString"/> wrote; the end for anything else.</summary>
    public static TimelinePlace Parse(string? text)
    {
        var mark = text?.IndexOf('~', StringComparison.Ordinal) ?? -1;
        return mark > 0 && long.TryParse(text.AsSpan(0, mark), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var at)
            ? new TimelinePlace(at, text![(mark + 1)..])
            : End;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{At}~{Key}");
}

/// <summary>A page of a timeline, and the place where the next begins; null at its end.</summary>
public sealed record TimelinePage(IReadOnlyList<TimelineEntry> Entries, TimelinePlace? Next);

/// <summary>What happened to a patient, the latest first.</summary>
internal static class FindTimeline
{
    internal const int PageSize = 60;

    internal const string ReadKind =
        $"""
        SELECT {TimelineProjection.Columns} FROM patients_timeline t
        WHERE t.patient = $1 AND t.kind = $5 AND (t.at, t.entry) < ($2, $3) /*reach seq:t.seq*/ ORDER BY t.at DESC, t.entry DESC LIMIT $4
        """;

    /// <summary>A patient's entries lie by kind: the kinds are walked side by side, each no further than the page.</summary>
    internal static readonly string ReadPage =
        $"SELECT * FROM ({string.Join(" UNION ALL ", TimelineKinds.All.Select(kind => $"SELECT * FROM ({ReadKind.Replace("$5", $"'{kind}'", StringComparison.Ordinal)}) k_{kind}"))}) u "
        + "ORDER BY at DESC, entry DESC LIMIT $4";

    /// <summary>One page.</summary>
    /// <param name="session">Reads.</param>
    /// <param name="patient">Logical id.</param>
    /// <param name="kind">One of <see cref="TimelineKinds"/>, or null for all.</param>
    /// <param name="before">Where it begins.</param>
    /// <param name="more">How many entries beyond a page: an open page that is read again keeps what it showed although new entries came.</param>
    /// <param name="scope">On whose behalf.</param>
    internal static TimelinePage Page(DbSession session, string patient, string? kind, TimelinePlace before, int more, AccessScope scope)
    {
        var size = PageSize + more;
        var entries = kind is null
            ? session.QueryWithin(scope, ReadPage, TimelineProjection.Read, patient, before.At, before.Key, size + 1)
            : session.QueryWithin(scope, ReadKind, TimelineProjection.Read, patient, before.At, before.Key, size + 1, kind);
        if (entries.Count <= size)
            return new TimelinePage(entries, null);
        entries.RemoveAt(size);
        return new TimelinePage(entries, new TimelinePlace(entries[^1].At.ToUnixTimeMilliseconds(), entries[^1].Key));
    }
}
