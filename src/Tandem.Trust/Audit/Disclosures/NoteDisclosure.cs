using System.Globalization;
using NodaTime;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Kernel.Pages;
using Tandem.Record.Log;

namespace Tandem.Trust.Audit;

/// <summary>A disclosure as it was typed.</summary>
/// <param name="Day">The day where the site is (yyyy-MM-dd).</param>
/// <param name="Recipient">Who received it.</param>
/// <param name="Address">Where they are, or empty.</param>
/// <param name="What">What it was.</param>
/// <param name="Purpose">A code of <see cref="DisclosureWords.Purposes"/>.</param>
internal sealed record DisclosureForm(string Day, string Recipient, string Address, string What, string Purpose);

/// <summary>Staff note what left the house beside the hub: by telephone, fax or paper, a report to public health, an answer to a court. Act and event are one commit.</summary>
internal sealed class NoteDisclosure(RecordStore record, FindDisclosures disclosures, StatementEntries entries)
{
    /// <summary>What the access log says when one was noted.</summary>
    internal const string NotedAct = "disclosure-noted";

    /// <summary>And when one was taken back.</summary>
    internal const string TakenBackAct = "disclosure-taken-back";

    private const int Longest = 500;

    /// <summary>Roles that answer requests for records.</summary>
    private static readonly string[] Noting = ["coordinator", "nurse", "nurse-lead", "physician", "front-desk"];

    /// <summary>True for who may note what was disclosed of a patient: who answers for privacy, and those named above for whom they reach.</summary>
    internal bool IsOffered(string patient, AccessScope scope) => FindAccess.IsFor(scope) || (IsNoting(scope) && record.Read("Patient", patient, scope).Refusal is null);

    /// <summary>True for roles that note, whomever they reach.</summary>
    internal static bool IsNoting(AccessScope scope) => FindAccess.IsFor(scope) || Noting.Contains(scope.Role);

    /// <summary>Notes one.</summary>
    /// <returns>Its id.</returns>
    internal async Task<Outcome<string>> HandleAsync(string patient, DisclosureForm form, AccessScope scope, CancellationToken cancel) => IsOffered(patient, scope)
        ? await entries.BeginAsync(patient, (zone, by, now, id) => Decide(patient, form, zone, by, now, id), NotedAct, scope, cancel)
        : Refusal.NotFound(DisclosureWords.NotYours);

    /// <summary>Takes one back that was noted by mistake: the row stays, and is on no statement any more. For who answers for privacy.</summary>
    internal async Task<Outcome<string>> TakeBackAsync(string patient, string id, AccessScope scope, CancellationToken cancel) => FindAccess.IsFor(scope)
        ? await entries.EndAsync<NotedDisclosure>(
            id,
            (noted, _) => noted.TakenBack is null && noted.Patient == patient ? noted with { TakenBack = scope.Actor.Reference } : null,
            TakenBackAct,
            DisclosureWords.NoEntry,
            scope,
            cancel)
        : Refusal.Forbidden(DisclosureWords.NotYours);

    /// <summary>Keeps that a statement was handed out (45 CFR 164.528(d)(2)), with its time and how many lines it has.</summary>
    internal async Task<Outcome<int>> GiveAsync(string patient, int years, AccessScope scope, CancellationToken cancel)
    {
        if (!FindAccess.IsFor(scope))
            return Refusal.Forbidden(DisclosureWords.NotYours);
        var accounting = await disclosures.OfAsync(patient, years);
        return await record.WriteAsync<int>(
            scope,
            session =>
            {
                if (session.Find("Patient", patient) is null)
                    return Refusal.NotFound(DisclosureWords.NotYours);
                session.Acted(new TrailAct(
                    FindDisclosures.GivenAct, ActKind.Care, string.Create(CultureInfo.InvariantCulture, $"{accounting.From:yyyy-MM-dd} to {accounting.To:yyyy-MM-dd}, {accounting.Lines.Count}")) { Actor = scope.Actor.Reference, Patient = patient });
                return accounting.Lines.Count;
            },
            cancel);
    }

    internal static Outcome<NotedDisclosure> Decide(string patient, DisclosureForm form, DateTimeZone zone, string by, DateTimeOffset now, string id)
    {
        if (!DateOnly.TryParseExact(form.Day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return Refusal.Unprocessable(DisclosureWords.DayMissing);
        var at = LocalDate.FromDateOnly(day).AtStartOfDayInZone(zone).ToDateTimeOffset().ToUniversalTime();
        if (at > now || at < now.AddYears(-Accounting.MostYears))
            return Refusal.Unprocessable(DisclosureWords.DayMissing);
        var (recipient, address, what) = (form.Recipient.Trim(), form.Address.Trim(), form.What.Trim());
        if (recipient.Length is 0 or > Longest || what.Length is 0 or > Longest || address.Length > Longest)
            return Refusal.Unprocessable(DisclosureWords.Incomplete);
        return DisclosureWords.Purposes.ContainsKey(form.Purpose)
            ? new NotedDisclosure(id, patient, at, recipient, address, what, form.Purpose, by, now)
            : Refusal.Unprocessable(DisclosureWords.PurposeMissing);
    }
}

/// <summary>The way to the page for other modules' pages.</summary>
public static class NotingDisclosures
{
    /// <summary>What the page is called.</summary>
    public static Phrase Title => DisclosureWords.Title;

    /// <summary>True for roles that note disclosures; of which patients, the page decides.</summary>
    public static bool IsOffered(AccessScope scope) => NoteDisclosure.IsNoting(scope);
}
