using System.Globalization;
using NodaTime;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;

namespace Tandem.Trust.Audit;

/// <summary>A study as it was typed; days where the site is (yyyy-MM-dd).</summary>
internal sealed record StudyForm(string Name, string About, string What, string First, string Last, string People, StudyContact Sponsor, StudyContact Researcher);

/// <summary>Who answers for privacy notes research that statements sum up (45 CFR 164.528(b)(4)), or takes it back. Act and event are one commit.</summary>
internal sealed class NoteStudy(StatementEntries entries)
{
    internal const int Longest = 1_000;

    /// <summary>Notes one.</summary>
    /// <returns>Its id.</returns>
    internal async Task<Outcome<string>> HandleAsync(StudyForm form, AccessScope scope, CancellationToken cancel) => FindAccess.IsFor(scope)
        ? await entries.BeginAsync(patient: null, (zone, by, now, id) => Decide(form, zone, by, now, id), "study-noted", scope, cancel)
        : Refusal.Forbidden(StudyWords.NotYours);

    /// <summary>Takes one back that was noted by mistake: the row stays, and is on no statement any more.</summary>
    internal async Task<Outcome<string>> TakeBackAsync(string id, AccessScope scope, CancellationToken cancel) => FindAccess.IsFor(scope)
        ? await entries.EndAsync<SummedStudy>(
            id, (study, _) => study.TakenBack is null ? study with { TakenBack = scope.Actor.Reference } : null, "study-taken-back", StudyWords.NoStudy, scope, cancel)
        : Refusal.Forbidden(StudyWords.NotYours);

    internal static Outcome<SummedStudy> Decide(StudyForm form, DateTimeZone zone, string by, DateTimeOffset now, string id)
    {
        var (name, about, what, sponsor, researcher) = (form.Name.Trim(), form.About.Trim(), form.What.Trim(), Trimmed(form.Sponsor), Trimmed(form.Researcher));
        string[] all = [name, about, what, sponsor.Name, sponsor.Address, sponsor.Phone, researcher.Name, researcher.Address, researcher.Phone];
        if (all.Any(text => text.Length is 0 or > Longest))
            return Refusal.Unprocessable(StudyWords.Incomplete);
        if (!TryDay(form.First, zone, out var first) || !TryDay(form.Last, zone, out var last) || first > last || last > now)
            return Refusal.Unprocessable(StudyWords.DaysMissing);
        return int.TryParse(form.People, NumberStyles.None, CultureInfo.InvariantCulture, out var people) && people >= SummedStudy.LeastPeople
            ? new SummedStudy(id, name, about, what, first, last, people, sponsor, researcher, by, now)
            : Refusal.Unprocessable(StudyWords.TooFew);
    }

    private static StudyContact Trimmed(StudyContact contact) => new(contact.Name.Trim(), contact.Address.Trim(), contact.Phone.Trim());

    private static bool TryDay(string text, DateTimeZone zone, out DateTimeOffset at)
    {
        var isDay = DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day);
        at = isDay ? LocalDate.FromDateOnly(day).AtStartOfDayInZone(zone).ToDateTimeOffset().ToUniversalTime() : default;
        return isDay;
    }
}
