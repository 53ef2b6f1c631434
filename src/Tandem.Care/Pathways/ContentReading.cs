using System.Collections.Frozen;
using NodaTime;
using NodaTime.Text;
using Tandem.Care.Results;
using Tandem.Fhir.Json;
using Tandem.Fhir.Views;
using Tandem.Kernel.Calendars;
using Tandem.Kernel.Data;
using Tandem.Record.Log;

namespace Tandem.Care.Pathways;

/// <summary>Reads all content from the record and compiles it.</summary>
public static class ContentReading
{
    /// <summary>Who writes what ships with the hub; content that somebody else has written is the site's own.</summary>
    internal const string ShippedBy = "Device/content";

    private const string ReadType =
        "SELECT l.id, l.actor, l.body, l.previous FROM resources r JOIN log l ON l.seq = r.seq WHERE r.type = $1 AND r.deleted = 0 ORDER BY r.id";

    private const string ReadOfNobody = // what is in a patient's record says nothing of the region
        "SELECT l.id, l.actor, l.body, l.previous FROM resources r JOIN log l ON l.seq = r.seq WHERE r.type = $1 AND r.deleted = 0 AND r.patient IS NULL ORDER BY r.id";

    private const string ReadBefore = "SELECT id, actor, body, previous FROM log WHERE seq = $1 AND deleted = 0";

    private static readonly string[] DirectoryTypes = ["Organization", "Location", "CareTeam"];

    /// <summary>The resource types that content consists of.</summary>
    internal static readonly FrozenSet<string> Types = FrozenSet.ToFrozenSet(
        ["PlanDefinition", "ObservationDefinition", "ValueSet", "Basic", "CareTeam", "Organization", "Location"]);

    /// <summary>Reads the content as it stands. A PlanDefinition that cannot be used is told in the faults; its last usable version stays in force.</summary>
    public static ContentInForce Read(DbSession session, OwnAddresses own)
    {
        var faults = new List<ContentFault>();
        var (plans, ladders) = (new List<PathwayPlan>(), new List<EscalationLadder>());
        foreach (var entry in Entries(session, "PlanDefinition"))
            ReadPlan(session, entry, plans, ladders, faults);
        var limits = CriticalLimits.Read(
            Entries(session, "ObservationDefinition").Select(entry => ($"ObservationDefinition/{entry.Id}", entry.Root, entry.IsOwn)),
            (reference, element, reason) => faults.Add(new(reference, element, reason)));
        var places = DirectoryTypes
            .SelectMany(type => Entries(session, type).Select(entry => ($"{type}/{entry.Id}", entry.Root)));
        var byName = ladders.GroupBy(ladder => ladder.Name).ToFrozenDictionary(group => group.Key, group => group.OrderByDescending(ladder => ladder.IsOwn).First());
        foreach (var plan in plans)
        {
            foreach (var action in plan.Actions.Where(action => !byName.ContainsKey(action.Ladder)))
                faults.Add(new($"PlanDefinition {plan.Pathway}|{plan.Version}", action.Id, $"There is no ladder named \"{action.Ladder}\"; the back-up is called when it is due."));
        }

        return new()
        {
            Plans = plans,
            Ladders = byName,
            Limits = limits,
            Own = own,
            Directory = CareDirectory.Read([.. places], own),
            ValueSets = ValueSets(Entries(session, "ValueSet")),
            Calendar = Calendar(session.Query(ReadOfNobody, Entry, "Basic"), faults),
            Faults = faults,
        };
    }

    private static void ReadPlan(DbSession session, ContentEntry entry, List<PathwayPlan> plans, List<EscalationLadder> ladders, List<ContentFault> faults)
    {
        for (var version = entry; version is not null; version = Before(session, version))
        {
            if (IsLadder(version.Root))
            {
                if (EscalationLadder.Read("PlanDefinition/" + entry.Id, version.Root, version.IsOwn, faults.Add) is { } ladder)
                {
                    ladders.Add(ladder);
                    return;
                }
            }
            else if (!IsPathway(version.Root))
            {
                return;
            }
            else if (PathwayCompiler.Compile("PlanDefinition/" + entry.Id, version.Root, version.IsOwn, faults.Add) is { } plan)
            {
                plans.Add(plan);
                return;
            }
        }
    }

    internal static bool IsLadder(FhirNode plan) => plan["type"u8].FirstCode() == "workflow-definition";

    /// <summary>PlanDefinitions of other kinds (order sets, templates) may lie in the record too.</summary>
    internal static bool IsPathway(FhirNode plan) => plan["type"u8].FirstCode() is "clinical-protocol" or "eca-rule";

    private static BusinessCalendar Calendar(List<ContentEntry> basics, List<ContentFault> faults)
    {
        var entry = basics.Where(basic => basic.Root["code"u8].FirstCode() == "business-calendar").OrderByDescending(basic => basic.IsOwn).FirstOrDefault();
        var root = entry?.Root ?? default;
        var name = root.Extension("time-zone")["valueCode"u8].Text;
        var zone = BusinessCalendar.ZoneNamed(name);
        if (entry is not null && zone is null)
            faults.Add(new("Basic/" + entry.Id, "extension(time-zone)", $"There is no time zone named \"{name}\"; UTC is used."));
        var weekend = root.ExtensionsOf("weekend").Select(day => Weekday(day["valueCode"u8].Text)).OfType<IsoDayOfWeek>().ToHashSet();
        if (entry is null || weekend.Count is 0 or 7)
            weekend = [IsoDayOfWeek.Saturday, IsoDayOfWeek.Sunday];
        List<HolidayRule> holidays = [];
        if (entry is null || root.ExtensionsOf("holidays").Any(set => set["valueCode"u8].Is("us-federal"u8)))
            holidays.AddRange(UsFederalHolidays.Rules);
        foreach (var closed in root.ExtensionsOf("closed"))
        {
            if (LocalDatePattern.Iso.Parse(closed.Extension("date")["valueDate"u8].Text ?? "").TryGetValue(default, out var date))
                holidays.Add(new SingleDate(date) { Name = closed.Extension("name")["valueString"u8].Text ?? "Closed" });
            else
                faults.Add(new("Basic/" + entry!.Id, "extension(closed)", "A closed day needs a date such as 2026-03-08."));
        }

        return new BusinessCalendar(zone ?? DateTimeZone.Utc, weekend, holidays);
    }

    private static IsoDayOfWeek? Weekday(string? code) => code switch
    {
        "mon" => IsoDayOfWeek.Monday,
        "tue" => IsoDayOfWeek.Tuesday,
        "wed" => IsoDayOfWeek.Wednesday,
        "thu" => IsoDayOfWeek.Thursday,
        "fri" => IsoDayOfWeek.Friday,
        "sat" => IsoDayOfWeek.Saturday,
        "sun" => IsoDayOfWeek.Sunday,
        _ => null,
    };

    private static FrozenDictionary<string, FrozenSet<string>> ValueSets(List<ContentEntry> entries)
    {
        var sets = new Dictionary<string, FrozenSet<string>>();
        foreach (var entry in entries.OrderBy(entry => entry.IsOwn)) // the site's own comes last and stays
        {
            if (entry.Root["url"u8].Text is not { } url)
                continue;
            var members = new HashSet<string>();
            foreach (var include in entry.Root["compose"u8]["include"u8].Items)
            {
                foreach (var concept in include["concept"u8].Items)
                {
                    if (concept["code"u8].Text is { } code)
                        members.UnionWith([$"{include["system"u8].Text}|{code}", "|" + code]);
                }
            }

            sets[url] = members.ToFrozenSet();
        }

        return sets.ToFrozenDictionary();
    }

    private static List<ContentEntry> Entries(DbSession session, string type) => session.Query(ReadType, Entry, type);

    private static ContentEntry? Before(DbSession session, ContentEntry entry) =>
        entry.Previous == 0 ? null : session.First(ReadBefore, Entry, entry.Previous);

    private static ContentEntry Entry(DbRow row) =>
        new(row.Text(0), row.Text(1) != ShippedBy, FhirJson.ParseStored(row.Bytes(2)).Root, row.Integer(3));

    private sealed record ContentEntry(string Id, bool IsOwn, FhirNode Root, long Previous);
}

/// <summary>The content in force in this process, read again when it changes, whichever node changes it. Thread-safe.</summary>
public sealed class PathwayContent
{
    private readonly Database database;
    private readonly OwnAddresses own;
    private volatile ContentInForce? current;
    private long forgotten;

    /// <summary>Follows a record.</summary>
    public PathwayContent(RecordStore record)
    {
        (database, own) = (record.Database, record.Own);
        record.Signal.Committed += changes =>
        {
            if (changes.Any(change => ContentReading.Types.Contains(change.After.Type)))
                Forget();
        };
    }

    /// <summary>The content as last read.</summary>
    public ContentInForce Current => current ?? database.Read(At);

    /// <summary>The content, read from a given state of the data when it was forgotten.</summary>
    internal ContentInForce At(DbSession session)
    {
        if (current is { } known)
            return known;
        var before = Interlocked.Read(ref forgotten);
        var read = ContentReading.Read(session, own);
        if (before == Interlocked.Read(ref forgotten)) // else it may be from before what made it be forgotten meanwhile
            current = read;
        return read;
    }

    /// <summary>Reads it again at the next use.</summary>
    public void Forget()
    {
        Interlocked.Increment(ref forgotten);
        current = null;
    }
}
