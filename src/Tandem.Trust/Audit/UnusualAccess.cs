using Tandem.Fhir.Json;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Log;

namespace Tandem.Trust.Audit;

/// <summary>Why somebody should look at an access.</summary>
internal enum UnusualReason
{
    /// <summary>Very many different patients in a day.</summary>
    ManyCharts,

    /// <summary>Patient and reader bear the same family name.</summary>
    SameSurname,

    /// <summary>Patient and reader live at the same address.</summary>
    SameAddress,

    /// <summary>The patient works here too.</summary>
    Colleague,

    /// <summary>The record is very restricted (confidentiality V).</summary>
    VeryRestricted,
}

/// <summary>What is unusual.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Actor">Who (FHIR reference).</param>
/// <param name="Patient">Whose record, or empty for many.</param>
/// <param name="Count">Events, or patients for <see cref="UnusualReason.ManyCharts"/>.</param>
internal sealed record UnusualFinding(UnusualReason Reason, string Actor, string Patient, long Count);

/// <summary>Finds accesses of the last days that a privacy officer should look at. It accuses nobody: each has an innocent explanation too.</summary>
internal static class UnusualAccess
{
    internal const int ManyCharts = 100;
    private const int MostPairs = 2_000;

    internal const string ReadPairs =
        "SELECT actor, patient, COUNT(*) FROM audit_events WHERE seq > $1 AND patient IS NOT NULL AND actor LIKE 'Practitioner/%' GROUP BY actor, patient";

    /// <summary>Events of several patients (see <see cref="AuditMarks.Several"/>).</summary>
    internal const string ReadSeveral =
        "SELECT actor, marks, body FROM audit_events WHERE seq > $1 AND (marks & 256) <> 0 AND actor LIKE 'Practitioner/%'";

    internal const string ReadAt = "SELECT at FROM audit_events WHERE seq >= $1 ORDER BY seq LIMIT 1";

    internal const string ReadLast = "SELECT COALESCE(MAX(seq), 0) FROM audit_events";

    /// <summary>What is unusual since a time; true when there was more than was looked through.</summary>
    internal static (IReadOnlyList<UnusualFinding> Findings, bool IsCut) Find(Database audit, RecordStore record, DateTimeOffset now, TimeSpan days)
    {
        var (pairs, many) = audit.Read(session => (Pairs(session, Before(session, now - days)), Many(session, now)));
        var findings = new List<UnusualFinding>(many);
        var known = new Dictionary<string, FhirNode>(StringComparer.Ordinal);
        foreach (var ((actor, patient), count) in pairs.OrderBy(pair => pair.Key.Actor, StringComparer.Ordinal).ThenBy(pair => pair.Key.Patient, StringComparer.Ordinal).Take(MostPairs))
            findings.AddRange(Decide(Read(record, known, actor), Read(record, known, "Patient/" + patient)).Select(reason => new UnusualFinding(reason, actor, patient, count)));
        return (findings, pairs.Count > MostPairs);
    }

    /// <summary>What reader and patient have in common.</summary>
    internal static IEnumerable<UnusualReason> Decide(FhirNode reader, FhirNode patient)
    {
        if (!patient.Exists)
            yield break;
        var (families, others) = (Families(reader), Families(patient));
        if (families.Overlaps(others))
            yield return UnusualReason.SameSurname;
        if (Addresses(reader).Overlaps(Addresses(patient)))
            yield return UnusualReason.SameAddress;
        if (Flags(patient).Any(flag => flag is "STAFF" or "employee"))
            yield return UnusualReason.Colleague;
        if (Flags(patient).Contains("V"))
            yield return UnusualReason.VeryRestricted;
    }

    /// <summary>Who touched whose record how often since a place.</summary>
    private static Dictionary<(string Actor, string Patient), long> Pairs(DbSession session, long since)
    {
        var pairs = session.Query(ReadPairs, row => ((row.Text(0), row.Text(1)), row.Integer(2)), since).ToDictionary(pair => pair.Item1, pair => pair.Item2);
        session.ForEach(
            ReadSeveral,
            row =>
            {
                foreach (var patient in AuditRow.ListedIn((AuditMarks)row.Integer(1), row.Bytes(2)))
                    pairs[(row.Text(0), patient)] = pairs.GetValueOrDefault((row.Text(0), patient)) + 1;
            },
            since);
        return pairs;
    }

    /// <summary>Who touched many records within a day.</summary>
    private static IEnumerable<UnusualFinding> Many(DbSession session, DateTimeOffset now) => [.. Pairs(session, Before(session, now - TimeSpan.FromDays(1))).Keys
        .GroupBy(pair => pair.Actor).Select(seen => new UnusualFinding(UnusualReason.ManyCharts, seen.Key, "", seen.Count()))
        .Where(finding => finding.Count >= ManyCharts).OrderByDescending(finding => finding.Count).Take(50)];

    /// <summary>The last place before a time: times never fall along the audit of one hub, so halving finds it.</summary>
    private static long Before(DbSession session, DateTimeOffset since)
    {
        var (low, high) = (0L, session.First(ReadLast, row => row.Integer(0)) + 1);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if (session.First(ReadAt, row => (long?)row.Integer(0), middle) is { } at && at < since.ToUnixTimeMilliseconds())
                low = middle + 1;
            else
                high = middle;
        }

        return Math.Max(0, low - 1);
    }

    private static FhirNode Read(RecordStore record, Dictionary<string, FhirNode> known, string reference)
    {
        if (known.TryGetValue(reference, out var node))
            return node;
        var parts = reference.Split('/');
        return known[reference] = record.Read(parts[0], parts[1], AccessScope.System).Succeeded(out var version, out _) ? version.Root : default;
    }

    private static HashSet<string> Families(FhirNode person)
    {
        var families = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var name in person["name"u8].Items)
        {
            // a name that is only text is told by its last word
            if ((name["family"u8].Text ?? name["text"u8].Text?.Split(' ')[^1]) is { Length: > 1 } family)
                families.Add(family);
        }

        return families;
    }

    private static HashSet<string> Addresses(FhirNode person)
    {
        var addresses = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var address in person["address"u8].Items)
        {
            if (address["line"u8].First.Text is { Length: > 0 } line && (address["postalCode"u8].Text ?? address["city"u8].Text) is { Length: > 0 } place)
                addresses.Add($"{line.Trim()}|{place.Trim()}");
        }

        return addresses;
    }

    private static HashSet<string> Flags(FhirNode patient)
    {
        var flags = new HashSet<string>(StringComparer.Ordinal);
        foreach (var label in patient["meta"u8]["security"u8].Items)
        {
            if (label["code"u8].Text is { } code)
                flags.Add(code);
        }

        foreach (var tag in patient["meta"u8]["tag"u8].Items)
        {
            if (tag["code"u8].Text is { } code)
                flags.Add(code);
        }

        return flags;
    }
}
