using System.Globalization;
using NodaTime;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Calendars;
using Tandem.Kernel.Outcomes;

namespace Tandem.Trust.Audit;

/// <summary>An agency's statement as it was typed.</summary>
/// <param name="Agency">Which agency.</param>
/// <param name="Official">Who made the statement.</param>
/// <param name="Purpose">A code of <see cref="SuspensionWords.Purposes"/>.</param>
/// <param name="Form"><c>written</c> or <c>oral</c>.</param>
/// <param name="Stated">The day of the statement where the site is (yyyy-MM-dd).</param>
/// <param name="Until">The last day (yyyy-MM-dd); of an oral statement empty for the longest time.</param>
/// <param name="Reason">What the statement says.</param>
internal sealed record SuspensionForm(string Agency, string Official, string Purpose, string Form, string Stated, string Until, string Reason);

/// <summary>
/// Who answers for privacy keeps from a patient's statement, for a time, what was disclosed to an agency that asks for it (45 CFR 164.528(a)(2)), and ends it. Act and event are one commit; the event is in nobody's record, so that
/// the patient does not find it among who looked.
/// </summary>
internal sealed class SuspendDisclosures(StatementEntries entries)
{
    private const int Longest = 300;
    private const int MostYears = 100;

    /// <summary>Begins one.</summary>
    /// <returns>Its id.</returns>
    internal async Task<Outcome<string>> HandleAsync(string patient, SuspensionForm form, AccessScope scope, CancellationToken cancel) => FindAccess.IsFor(scope)
        ? await entries.BeginAsync(patient, (zone, by, now, id) => Decide(patient, form, zone, by, now, id), "disclosures-suspended", scope, cancel)
        : Refusal.Forbidden(SuspensionWords.NotYours);

    /// <summary>Ends one before its time; the patient is told from then on.</summary>
    internal async Task<Outcome<string>> EndAsync(string patient, string id, AccessScope scope, CancellationToken cancel) => FindAccess.IsFor(scope)
        ? await entries.EndAsync<DisclosureSuspension>(
            id,
            (suspension, now) => suspension.Patient == patient && suspension.IsInForce(now) ? suspension with { EndedBy = scope.Actor.Reference, EndsAt = now } : null,
            "disclosures-resumed",
            SuspensionWords.NoSuspension,
            scope,
            cancel)
        : Refusal.Forbidden(SuspensionWords.NotYours);

    internal static Outcome<DisclosureSuspension> Decide(string patient, SuspensionForm form, DateTimeZone zone, string by, DateTimeOffset now, string id)
    {
        var (agency, official, reason, isWritten) = (form.Agency.Trim(), form.Official.Trim(), form.Reason.Trim(), form.Form == "written");
        if (!SuspensionWords.Purposes.ContainsKey(form.Purpose) || (!isWritten && form.Form != "oral"))
            return Refusal.Unprocessable(SuspensionWords.FormMissing);
        if (agency.Length is 0 or > Longest || reason.Length is 0 or > Longest || official.Length > Longest || (!isWritten && official.Length == 0))
            return Refusal.Unprocessable(SuspensionWords.Incomplete);
        var today = BusinessCalendar.DateOf(now, zone).ToDateOnly();
        if (!TryDay(form.Stated, out var stated) || stated > today || stated < today.AddYears(-Accounting.MostYears))
            return Refusal.Unprocessable(SuspensionWords.StatedMissing);
        var latest = isWritten ? today.AddYears(MostYears) : stated.AddDays(DisclosureSuspension.OralDays);
        if (!TryDay(form.Until, out var until) && (isWritten || form.Until.Trim().Length > 0))
            return Refusal.Unprocessable(SuspensionWords.UntilMissing);
        if (form.Until.Trim().Length == 0)
            until = latest;
        if (until < today || until > latest)
            return Refusal.Unprocessable(isWritten ? SuspensionWords.UntilMissing : SuspensionWords.OralTooLong);
        return new DisclosureSuspension(id, patient, agency, official, form.Purpose, isWritten, BeginOf(stated, zone), BeginOf(until.AddDays(1), zone), reason, by, now);
    }

    private static bool TryDay(string text, out DateOnly day) => DateOnly.TryParseExact(text.Trim(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day);

    private static DateTimeOffset BeginOf(DateOnly day, DateTimeZone zone) => LocalDate.FromDateOnly(day).AtStartOfDayInZone(zone).ToDateTimeOffset().ToUniversalTime();
}
