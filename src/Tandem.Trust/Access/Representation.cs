using Tandem.Fhir.Json;
using Tandem.Fhir.Views;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Access;

namespace Tandem.Trust.Access;

/// <summary>
/// What a representative sees of each patient they stand for: of a child everything but what the child's safety asks to leave out; of an adolescent not what the law lets the young person
/// decide alone; of an adult what a consent names the representative for (category <c>representative</c>).
/// </summary>
internal static class Representation
{
    /// <summary>From this age on the young person decides alone about some care (state laws differ: 12 to 14; the strictest is kept).</summary>
    internal const int AdolescentFrom = 12;

    /// <summary>From this age on nobody represents without a consent or an order.</summary>
    internal const int AdultFrom = 18;

    /// <summary>Never for a representative: a violent household may be theirs.</summary>
    private static readonly string[] Never = ["SDV", ConsentReading.CounsellingNotes];

    private static readonly string[] OwnDecision = ["SEX", "HIV", "PSY", ConsentReading.SubstanceUse];

    internal const string ReadPatients =
        "SELECT a.patient, a.related, b.body FROM access_representatives a JOIN resources r ON r.type = 'Patient' AND r.id = a.patient AND r.deleted = 0 JOIN log b ON b.seq = r.seq "
        + "WHERE a.account = $1 AND a.since <= $2 AND a.until > $2 AND a.since_day <= $3 AND a.until_day > $3 ORDER BY a.patient, a.related";

    internal const string ReadAccounts = "SELECT DISTINCT a.account FROM access_representatives a WHERE a.patient = $1 AND a.since <= $2 AND a.until > $2 AND a.since_day <= $3 AND a.until_day > $3 ORDER BY a.account";

    /// <summary>The accounts by which a RelatedPerson acts.</summary>
    internal const string ReadAccountsOf = "SELECT DISTINCT a.account FROM access_representatives a WHERE a.related = $1 ORDER BY a.account";

    /// <summary>By which other RelatedPersons an account stands for somebody whose time is not over.</summary>
    internal const string ReadOthers = "SELECT a.related FROM access_representatives a WHERE a.account = $1 AND a.related <> $2 AND a.until > $3 AND a.until_day > $4 ORDER BY a.related";

    /// <summary>The grants of a representative: one for each patient whom they stand for now, by the clock of the site: ages change with its day.</summary>
    internal static IEnumerable<Grant> GrantsOf(Grant grant, DbSession session, string reference, DateTimeOffset now) => Patients(session, reference, now)
        .DistinctBy(found => found.Patient).Select(found => Of(grant, found.Patient, FhirJson.ParseStored(found.Body).Root["birthDate"u8].Text, DateOnly.FromDateTime(now.DateTime)));

    /// <summary>What a representative is called in the records of those whom they stand for (references), so that a consent may name either.</summary>
    internal static IEnumerable<string> SelvesOf(DbSession session, string reference, DateTimeOffset now) =>
        Patients(session, reference, now).Select(found => "RelatedPerson/" + found.Related).Where(other => other != reference).Distinct();

    /// <summary>The accounts (ids) of those who stand for a patient now, by the clock of the site; what they see is for their scope to say.</summary>
    internal static List<string> AccountsOf(DbSession session, string patient, DateTimeOffset now)
    {
        return session.Query(ReadAccounts, row => row.Text(0), patient, now, AccessTables.ClockOf(now));
    }

    private static List<(string Patient, string Related, byte[] Body)> Patients(DbSession session, string reference, DateTimeOffset now)
    {
        if (!reference.StartsWith("RelatedPerson/", StringComparison.Ordinal))
            return [];
        return session.Query(ReadPatients, row => (row.Text(0), row.Text(1), row.Bytes(2)), reference["RelatedPerson/".Length..], now, AccessTables.ClockOf(now));
    }

    /// <summary>The grant for one patient. Whose age is not known counts as adult.</summary>
    internal static Grant Of(Grant grant, string patient, string? birthDate, DateOnly today)
    {
        var own = grant with { Whose = Whose.Of(patient), Withheld = [.. grant.Withheld.Union(Never)], AsksConsent = true };
        return AgeOf(birthDate, today) switch
        {
            >= AdultFrom => own with { Needs = ConsentReading.Representative },
            >= AdolescentFrom => own with { Withheld = [.. own.Withheld.Union(OwnDecision)] },
            _ => own,
        };
    }

    /// <summary>Whole years; a birth date without a day is taken as its earliest.</summary>
    internal static int AgeOf(string? birthDate, DateOnly today)
    {
        if (!FhirDateTime.TryParse(birthDate ?? "", out var born))
            return AdultFrom;
        var day = DateOnly.FromDateTime(born.Low(TimeZoneInfo.Utc).UtcDateTime);
        var years = today.Year - day.Year;
        return today < day.AddYears(years) ? years - 1 : years;
    }
}
