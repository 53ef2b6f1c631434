using NodaTime;
using Tandem.Fhir.Json;
using Tandem.Kernel.Calendars;
using Tandem.Kernel.Data;
using Tandem.Kernel.Pages;
using Tandem.Record.Log;

namespace Tandem.Record.Retention;

/// <summary>A rule as the record has it.</summary>
/// <param name="Id">The id of its resource.</param>
/// <param name="Rule">What it says.</param>
/// <param name="Seq">Of several for one day the highest holds.</param>
/// <param name="At">When it was written.</param>
/// <param name="Actor">Who wrote it: a FHIR reference.</param>
public sealed record KeptRule(string Id, RetentionRule Rule, long Seq, DateTimeOffset At, string Actor);

/// <summary>
/// How long each kind is kept: by the latest rule that the site has put in force, and until there is one as the installation's setting or the product says. What rules say is read again when a
/// <c>Basic</c> was written since. Nothing is kept for less than the kind's least, nor, on any day, for less than the rules said when that day began: whatever is written today, by the page or through
/// <c>/fhir</c>, shortens nothing before tomorrow. Thread-safe.
/// </summary>
public sealed class RetentionRules(Database record, RetentionSettings settings, SiteSettings site)
{
    internal const string ReadLast = "SELECT COALESCE(MAX(seq), 0) FROM log WHERE type = 'Basic'";

    internal const string ReadAll = $"SELECT {LogTables.Columns} FROM log l WHERE l.type = 'Basic' AND l.patient IS NULL ORDER BY l.seq";

    private volatile Known known = new(-1, []);

    /// <summary>The day that it is where the site is.</summary>
    public DateOnly DayOf(DateTimeOffset at) => BusinessCalendar.DateOf(at, Zone).ToDateOnly();

    /// <summary>When a day begins where the site is.</summary>
    internal DateTimeOffset BeginOf(DateOnly day) => LocalDate.FromDateOnly(day).AtStartOfDayInZone(Zone).ToDateTimeOffset();

    /// <summary>How many days a kind is kept at an instant, today's or a later one.</summary>
    public int DaysOf(RetainedKind kind, DateTimeOffset at)
    {
        var (versions, day) = (Versions(), DayOf(at));
        var began = BeginOf(day);
        return Math.Max(DaysOf(kind, day, Current(versions)), DaysOf(kind, day, Current(versions.Where(version => version.At < began))));
    }

    /// <summary>The time that a kind is kept for as long as the site has set no rule.</summary>
    public int Starting(RetainedKind kind) => settings.DaysOf(kind);

    /// <summary>What the rules say of a day, without what was said when it began.</summary>
    public int DaysOf(RetainedKind kind, DateOnly day) => DaysOf(kind, day, Current(Versions()));

    /// <summary>All rules of a kind, also those to come, taken back and not usable because they are below the least; the latest first.</summary>
    public IReadOnlyList<KeptRule> Of(RetainedKind kind) =>
        [.. Current(Versions()).Where(kept => kept.Rule.Kind == kind.Code).OrderByDescending(kept => (kept.Rule.From, kept.Seq))];

    /// <summary>The rule that holds on a day; null while the starting time does.</summary>
    public KeptRule? InForce(RetainedKind kind, DateOnly day) => InForce(kind, day, Current(Versions()));

    private DateTimeZone Zone => BusinessCalendar.ZoneNamed(site.TimeZone) ?? DateTimeZone.Utc;

    private int DaysOf(RetainedKind kind, DateOnly day, IEnumerable<KeptRule> rules) => InForce(kind, day, rules)?.Rule.Days ?? settings.DaysOf(kind);

    private static KeptRule? InForce(RetainedKind kind, DateOnly day, IEnumerable<KeptRule> rules) => rules
        .Where(kept => kept.Rule.Kind == kind.Code && kept.Rule.Status == RuleStatus.Active && kept.Rule.Days >= kind.LeastDays && kept.Rule.From <= day)
        .MaxBy(kept => (kept.Rule.From, kept.Seq));

    /// <summary>Of versions in the order of the log the last of each resource, where that is a rule.</summary>
    private static IEnumerable<KeptRule> Current(IEnumerable<Version> versions) => versions.GroupBy(version => version.Rid).Select(one => one.Last())
        .Where(version => version.Rule is not null).Select(version => new KeptRule(version.Id, version.Rule!, version.Seq, version.At, version.Actor));

    private IReadOnlyList<Version> Versions()
    {
        var last = record.Read(session => session.First(ReadLast, row => row.Integer(0)));
        if (known.Seq == last)
            return known.Versions;
        var all = record.Read(session => session.Query(ReadAll, ReadVersion));
        var rules = all.Where(version => version.Rule is not null).Select(version => version.Rid).ToHashSet();
        var read = new Known(last, [.. all.Where(version => rules.Contains(version.Rid))]);
        known = read;
        return read.Versions;
    }

    private static Version ReadVersion(DbRow row)
    {
        var basic = row.Integer(10) != 0 ? default : FhirJson.ParseStored(row.Bytes(12)).Root;
        return new(row.Integer(0), row.Integer(1), row.Text(3), row.Instant(5), row.Text(6), basic.Exists && RetentionRule.IsRule(basic) ? RetentionRule.Read(basic, out _) : null);
    }

    private sealed record Known(long Seq, IReadOnlyList<Version> Versions);

    private sealed record Version(long Seq, long Rid, string Id, DateTimeOffset At, string Actor, RetentionRule? Rule);
}
