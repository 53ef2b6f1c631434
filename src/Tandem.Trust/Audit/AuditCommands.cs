using System.Globalization;
using Tandem.Fhir.Views;
using Tandem.Kernel;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;

namespace Tandem.Trust.Audit;

/// <summary>Which events are exported.</summary>
/// <param name="From">Not before; null for the beginning.</param>
/// <param name="To">Before this; null for the end.</param>
/// <param name="Patient">Only of this patient (id), or null.</param>
/// <param name="Actor">Only by this actor (reference), or null.</param>
public sealed record AuditSelection(DateTimeOffset? From = null, DateTimeOffset? To = null, string? Patient = null, string? Actor = null);

/// <summary>What operators do with the audit from the command line.</summary>
public static class AuditCommands
{
    /// <summary>Holds every event and root against its seal.</summary>
    /// <param name="database">The audit's own database, see <see cref="Database.Beside"/>.</param>
    /// <param name="options">Where key and second place are.</param>
    public static AuditVerdict Verify(Database database, AuditOptions options)
    {
        using var key = AuditKey.Open(options.KeyFile, mayMake: false);
        return AuditStore.Verify(database, new RootFolder(options.RootFolder), key);
    }

    /// <summary>Writes events as AuditEvents, one on each line, oldest first.</summary>
    /// <returns>How many.</returns>
    public static long Export(Database database, AuditSelection selection, Stream into)
    {
        var (after, count) = (0L, 0L);
        while (true)
        {
            var page = database.Read(session => session.Query(AuditTables.ReadAfter, AuditRow.Read, after, 1_000));
            foreach (var row in page.SelectMany(row => row.Each()).Where(row => IsMeant(row.Event, selection)))
            {
                into.Write(AuditEventJson.Of(row));
                into.WriteByte((byte)'\n');
                count++;
            }

            if (page.Count < 1_000)
                return count;
            after = page[^1].Seq;
        }
    }

    /// <summary>
    /// Removes what is older than it has to be kept, up to the last root signed before that day, and signs that it did. Nothing is removed while a patient's
    /// events are on hold.
    /// </summary>
    /// <param name="database">The audit's own.</param>
    /// <param name="options">Where key and second place are.</param>
    /// <param name="days">How many days events are kept by the rule in force (<see cref="TrustRetention.AccessLog"/>).</param>
    /// <param name="before">The first day (UTC) whose events stay.</param>
    /// <param name="clock">Tells today.</param>
    /// <returns>A sentence about what was removed; Conflict or Invalid when nothing may be.</returns>
    public static Outcome<string> Purge(Database database, AuditOptions options, int days, DateOnly before, TimeProvider clock)
    {
        var kept = Math.Max(days, TrustRetention.AccessLog.LeastDays);
        var latest = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime).AddDays(-kept);
        if (before > latest)
            return Refusal.Invalid(string.Create(CultureInfo.InvariantCulture, $"Events are kept for {kept} days: only those before {latest:yyyy-MM-dd} may be removed. The rule is on the page Retention and holds."));
        using var key = AuditKey.Open(options.KeyFile, mayMake: false);
        using var ledger = new AuditLedger(database, key, new RootFolder(options.RootFolder), options, clock);
        ledger.Open();
        return ledger.Purge(new DateTimeOffset(before, default, TimeSpan.Zero));
    }

    /// <summary>Puts a patient on hold, or changes the reason; the access log tells of it first.</summary>
    /// <param name="database">The audit's own.</param>
    /// <param name="options">Where key and second place are.</param>
    /// <param name="patient">The patient's id, also as <c>Patient/id</c>, or <see cref="LegalHolds.WholeHub"/>.</param>
    /// <param name="reason">Why; no health information.</param>
    /// <param name="isInRecord">True for the id of a patient in the record.</param>
    /// <param name="clock">Tells since when.</param>
    /// <returns>A sentence about what was done; NotFound when neither an event nor the record knows the patient.</returns>
    public static Outcome<string> Hold(Database database, AuditOptions options, string patient, string reason, Func<string, bool> isInRecord, TimeProvider clock)
    {
        var id = IdOf(patient);
        if (id != LegalHolds.WholeHub && database.Read(session => session.First(AuditTables.HasPatient, row => row.Integer(0), id)) == 0 && !isInRecord(id))
            return Refusal.NotFound($"Neither the access log nor the record has a patient {id}. Nothing is on hold; check the id.");
        Tell(database, options, HoldAct("hold-placed", id, reason), clock);
        LegalHolds.Put(database, id, reason, Environment.UserName, clock);
        return id == LegalHolds.WholeHub ? "Nothing is removed until the hold is ended." : $"What is kept of patient {id} stays until the hold is ended.";
    }

    /// <summary>Ends a patient's hold; the access log tells of it first.</summary>
    /// <returns>A sentence about what was done; NotFound when there was no hold.</returns>
    public static Outcome<string> EndHold(Database database, AuditOptions options, string patient, TimeProvider clock)
    {
        var id = IdOf(patient);
        if (LegalHolds.All(database).All(hold => hold.Patient != id))
            return Refusal.NotFound($"There is no hold on patient {id}.");
        Tell(database, options, HoldAct("hold-ended", id, ""), clock);
        LegalHolds.End(database, id);
        return "The hold was ended.";
    }

    /// <summary>A hold as the access log has it.</summary>
    internal static TrailAct HoldAct(string code, string id, string why) => new(code, ActKind.Permission, why) { Patient = id == LegalHolds.WholeHub ? null : id };

    private static string IdOf(string patient) => PatientReference.IdIn(patient) ?? patient;

    /// <summary>Keeps an event of what is done by command, in the tables at once.</summary>
    private static void Tell(Database database, AuditOptions options, TrailAct act, TimeProvider clock)
    {
        using var key = AuditKey.Open(options.KeyFile, mayMake: false);
        using var ledger = new AuditLedger(database, key, new RootFolder(options.RootFolder), options, clock);
        ledger.Open();
        var entry = new TrailEntry(new TrailFacts(act.Code) { Address = "tandem audit", Client = "command line" }, AccessScope.System, 0, []) { Acts = [act] };
        var journal = Ids.New(clock);
        ledger.Append(journal, [.. AuditKeeper.Drafts(entry, clock.GetUtcNow()).Select((draft, index) => new JournalEntry(index + 1, draft))]);
        ledger.Forget(journal);
        ledger.Sign(RootKind.Closed);
    }

    private static bool IsMeant(AuditDraft happened, AuditSelection selection) =>
        (selection.From is null || happened.At >= selection.From) && (selection.To is null || happened.At < selection.To)
        && (selection.Patient is null || happened.Patient == selection.Patient) && (selection.Actor is null || happened.Actor == selection.Actor);
}
