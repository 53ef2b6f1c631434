using Tandem.Kernel;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Access;
using Tandem.Record.Log;

namespace Tandem.Trust.Access;

/// <summary>A record that somebody opened beyond what they may otherwise see.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Actor">Who opened it (FHIR reference).</param>
/// <param name="Display">How pages name them.</param>
/// <param name="Patient">Whose (logical id).</param>
/// <param name="Reason">Why, in their words.</param>
/// <param name="From">When.</param>
/// <param name="Until">When it closes by itself (exclusive).</param>
/// <param name="Outcome">What the review came to; empty while it waits.</param>
/// <param name="Note">The reviewer's words.</param>
/// <param name="Reviewer">Who reviewed it, or null.</param>
public sealed record Emergency(
    string Id, string Actor, string Display, string Patient, string Reason, DateTimeOffset From, DateTimeOffset Until, string Outcome, string Note, string? Reviewer);

/// <summary>
/// Break-glass: whoever has to see a patient's record at once says why, and sees it for four hours; counselling notes stay closed. Each opening is reviewed.
/// </summary>
public static class EmergencyAccess
{
    /// <summary>How long a record stays open.</summary>
    public static readonly TimeSpan Lasts = TimeSpan.FromHours(4);

    /// <summary>What a review can come to.</summary>
    public static readonly IReadOnlyList<string> Outcomes = ["justified", NotJustified, "training"];

    /// <summary>The outcome that closes the record at once.</summary>
    internal const string NotJustified = "not-justified";

    private const int ShortestReason = 10;

    /// <summary>Roles that look after patients: others have nothing to open.</summary>
    private static readonly string[] Clinical = ["coordinator", "nurse", "nurse-lead", "physician", "social-worker", "pharmacist"];

    internal static readonly Table Table = new(
        "access_emergencies",
        TableKind.Rows,
        [new("id", DbKind.Text)],
        [
            new("actor", DbKind.Text), new("display", DbKind.Text), new("patient", DbKind.Text), new("reason", DbKind.Text), new("since", DbKind.Integer), new("until", DbKind.Integer),
            new("outcome", DbKind.Text), new("note", DbKind.Text), new("reviewer", DbKind.Text, Nullable: true),
        ],
        [new("actor", "actor, until"), new("waiting", "outcome, since"), new("reviewed", "until", "outcome <> ''")]);

    private const string Columns = "id, actor, display, patient, reason, since, until, outcome, note, reviewer";

    internal const string ReadOpen = $"SELECT {Columns} FROM access_emergencies WHERE actor = $1 AND until > $2 ORDER BY since";

    internal const string ReadOne = $"SELECT {Columns} FROM access_emergencies WHERE id = $1";

    internal const string ReadWaiting = $"SELECT {Columns} FROM access_emergencies WHERE outcome = '' ORDER BY since LIMIT 500";

    internal const string ReadReviewed = $"SELECT {Columns} FROM access_emergencies WHERE outcome <> '' ORDER BY since DESC LIMIT 100";

    /// <summary>True for who may open a record in an emergency.</summary>
    public static bool IsOffered(AccessScope scope) => scope.Reach.IsLimited && Clinical.Contains(scope.Role);

    /// <summary>True for who reviews.</summary>
    public static bool IsReviewer(AccessScope scope) => scope.Role is "privacy-officer" or "system";

    /// <summary>The opening of a patient's record by this actor that holds now, or null.</summary>
    public static Emergency? Find(RecordStore record, string patient, AccessScope scope, DateTimeOffset now) =>
        record.Database.Read(session => Open(session, scope.Actor.Reference, now)).FirstOrDefault(one => one.Patient == patient);

    /// <summary>The openings that wait for review, oldest first, or the latest that were reviewed; none for who does not review.</summary>
    public static IReadOnlyList<Emergency> Reviews(RecordStore record, bool waiting, AccessScope scope) =>
        IsReviewer(scope) ? record.Database.Read(session => session.Query(waiting ? ReadWaiting : ReadReviewed, Read)) : [];

    /// <summary>Opens a patient's record. The patient's existence is not told: an opening of a record that is not there is kept and reviewed like any other.</summary>
    /// <param name="session">The write; kept with whatever else it stages, such as the notice to the privacy officer.</param>
    /// <param name="patient">Logical id.</param>
    /// <param name="reason">Why.</param>
    /// <param name="scope">Who.</param>
    public static Outcome<Emergency> Begin(WriteSession session, string patient, string reason, AccessScope scope)
    {
        if (Decide(reason, scope) is { } refusal)
            return refusal;
        if (session.Query(ReadOpen, Read, scope.Actor.Reference, session.ClockNow).FirstOrDefault(one => one.Patient == patient) is { } open)
            return open;
        var id = Ids.From("emergency", scope.Actor.Reference, patient, session.ClockNow.ToUnixTimeMilliseconds().ToString(System.Globalization.CultureInfo.InvariantCulture));
        var emergency = new Emergency(id, scope.Actor.Reference, scope.Actor.Display, patient, reason.Trim(), session.ClockNow, session.ClockNow + Lasts, "", "", null);
        Write(session, emergency);
        session.Acted(new TrailAct("emergency-opened", ActKind.Emergency, id) { Actor = scope.Actor.Reference, Patient = patient });
        return emergency;
    }

    /// <summary>Keeps what a review came to. What was not justified is closed with it, if it is still open.</summary>
    public static Task<Outcome<Emergency>> ReviewAsync(RecordStore record, string id, string outcome, string note, AccessScope scope, CancellationToken cancel) =>
        record.WriteAsync<Emergency>(
            scope,
            session =>
            {
                if (!IsReviewer(scope) || session.Query(ReadOne, Read, id).FirstOrDefault() is not { } emergency)
                    return Refusal.NotFound("There is no such opening to review.");
                if (!Outcomes.Contains(outcome) || note.Trim().Length == 0)
                    return Refusal.Unprocessable(AccessWords.ReviewIncomplete);
                if (emergency.Actor == scope.Actor.Reference)
                    return Refusal.Forbidden(AccessWords.NotYourOwn);
                var until = outcome == NotJustified && emergency.Until > session.ClockNow ? session.ClockNow : emergency.Until;
                var reviewed = emergency with { Outcome = outcome, Note = note.Trim(), Reviewer = scope.Actor.Reference, Until = until };
                Write(session, reviewed);
                session.Acted(new TrailAct("emergency-reviewed", ActKind.Emergency, outcome) { Actor = scope.Actor.Reference, Subjects = [emergency.Actor], Patient = emergency.Patient });
                return reviewed;
            },
            cancel);

    internal static Refusal? Decide(string reason, AccessScope scope)
    {
        if (!IsOffered(scope))
            return Refusal.Forbidden(AccessWords.NoEmergency);
        return reason.Trim().Length < ShortestReason ? Refusal.Unprocessable(AccessWords.ReasonMissing) : null;
    }

    internal static List<Emergency> Open(DbSession session, string actor, DateTimeOffset now) => session.Query(ReadOpen, Read, actor, now);

    /// <summary>What an opening allows: to look at everything of these patients, whatever was refused, but for counselling notes.</summary>
    internal static Grant GrantOf(IEnumerable<Emergency> opened) =>
        new(Interactions.Look, [], Whose.Of([.. opened.Select(one => one.Patient).Distinct()])) { Withheld = [ConsentReading.CounsellingNotes] };

    private static Emergency Read(DbRow row) => new(
        row.Text(0), row.Text(1), row.Text(2), row.Text(3), row.Text(4), row.Instant(5), row.Instant(6), row.Text(7), row.Text(8), row.TextOrNull(9));

    private static void Write(WriteSession session, Emergency one) => session.Write(
        Table, one.Id, one.Actor, one.Display, one.Patient, one.Reason, one.From, one.Until, one.Outcome, one.Note, one.Reviewer);
}
