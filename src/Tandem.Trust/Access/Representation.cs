using Tandem.Fhir.Json;
using Tandem.Fhir.Views;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;

namespace Tandem.Trust.Access;

/// <summary>
/// What a representative sees: of a child everything but what the child's safety asks to leave out; of an adolescent not what the law lets the young person
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

    internal const string ReadPatient =
        "SELECT p.patient, b.body FROM resources p JOIN resources r ON r.type = 'Patient' AND r.id = p.patient AND r.deleted = 0 JOIN log b ON b.seq = r.seq "
        + "WHERE p.type = 'RelatedPerson' AND p.id = $1 AND p.deleted = 0";

    /// <summary>The grants of a related person: one for whom it represents.</summary>
    internal static IEnumerable<Grant> GrantsOf(Grant grant, DbSession session, string reference, DateTimeOffset now)
    {
        if (!reference.StartsWith("RelatedPerson/", StringComparison.Ordinal))
            return [];
        return session.Query(ReadPatient, row => (Patient: row.Text(0), Body: row.Bytes(1)), reference["RelatedPerson/".Length..])
            .Select(found => Of(grant, found.Patient, FhirJson.ParseStored(found.Body).Root["birthDate"u8].Text, now));
    }

    /// <summary>The grant for one patient. Whose age is not known counts as adult.</summary>
    internal static Grant Of(Grant grant, string patient, string? birthDate, DateTimeOffset now)
    {
        var own = grant with { Whose = Whose.Of(patient), Withheld = [.. grant.Withheld.Union(Never)], AsksConsent = true };
        return AgeOf(birthDate, now) switch
        {
            >= AdultFrom => own with { Needs = ConsentReading.Representative },
            >= AdolescentFrom => own with { Withheld = [.. own.Withheld.Union(OwnDecision)] },
            _ => own,
        };
    }

    private static int AgeOf(string? birthDate, DateTimeOffset now)
    {
        if (!FhirDateTime.TryParse(birthDate ?? "", out var born))
            return AdultFrom;
        var day = born.Low(TimeZoneInfo.Utc).UtcDateTime;
        var years = now.UtcDateTime.Year - day.Year;
        return now.UtcDateTime < day.AddYears(years) ? years - 1 : years;
    }
}
