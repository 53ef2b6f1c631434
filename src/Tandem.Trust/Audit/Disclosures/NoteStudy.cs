using System.Globalization;
using NodaTime;
using Tandem.Kernel;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Calendars;
using Tandem.Kernel.Outcomes;
using Tandem.Kernel.Pages;
using Tandem.Record.Log;

namespace Tandem.Trust.Audit;

/// <summary>A study as it was typed; days where the site is (yyyy-MM-dd).</summary>
internal sealed record StudyForm(string Name, string About, string What, string First, string Last, string People, StudyContact Sponsor, StudyContact Researcher);

/// <summary>Who answers for privacy notes research that statements sum up (45 CFR 164.528(b)(4)), or takes it back. Act and event are one commit.</summary>
internal sealed class NoteStudy(RecordStore record, SiteSettings site, TimeProvider clock)
{
    internal const int Longest = 1_000;

    /// <summary>Notes one.</summary>
    /// <returns>Its id.</returns>
    internal async Task<Outcome<string>> HandleAsync(StudyForm form, AccessScope scope, CancellationToken cancel)
    {
        if (!FindAccess.IsFor(scope))
            return Refusal.Forbidden(StudyWords.NotYours);
        var zone = BusinessCalendar.ZoneNamed(site.TimeZone) ?? DateTimeZone.Utc;
        if (!Decide(form, zone, scope.Actor.Reference, clock.GetUtcNow(), Ids.New(clock)).Succeeded(out var study, out var refusal))
            return refusal;
        return await record.WriteAsync<string>(scope, session => Keep(session, study, "study-noted", scope), cancel);
    }

    /// <summary>Takes one back that was noted by mistake: the row stays, and is on no statement any more.</summary>
    internal async Task<Outcome<string>> TakeBackAsync(string id, AccessScope scope, CancellationToken cancel)
    {
        if (!FindAccess.IsFor(scope))
            return Refusal.Forbidden(StudyWords.NotYours);
        return await record.WriteAsync<string>(
            scope,
            session => session.Query(SummedStudy.ReadOne, SummedStudy.Read, id).FirstOrDefault() is { TakenBack: null } study
                ? Keep(session, study with { TakenBack = scope.Actor.Reference }, "study-taken-back", scope)
                : Refusal.NotFound(StudyWords.NoStudy),
            cancel);
    }

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

    private static Outcome<string> Keep(WriteSession session, SummedStudy study, string act, AccessScope scope)
    {
        study.Write(session);
        session.Acted(new TrailAct(act, ActKind.Permission, string.Create(CultureInfo.InvariantCulture, $"{study.Id}: {study.People}")) { Actor = scope.Actor.Reference });
        return study.Id;
    }
}
