using System.Text.Json;
using Tandem.Kernel.Data;

namespace Tandem.Trust.Audit;

/// <summary>What makes an event stand out, for lists of them.</summary>
[Flags]
public enum AuditMarks
{
    None = 0,

    /// <summary>Something was refused.</summary>
    Refused = 1,

    /// <summary>The seal on the record was broken in an emergency.</summary>
    BreakGlass = 2,

    /// <summary>Data left in bulk.</summary>
    Export = 4,

    /// <summary>Somebody signed in or out, or tried.</summary>
    SignIn = 8,

    /// <summary>The record was changed.</summary>
    Change = 16,

    /// <summary>Something was shown to another organisation or system.</summary>
    Disclosure = 32,

    /// <summary>What an app or service may do, and its tokens.</summary>
    App = 64,

    /// <summary>Who may do what was changed.</summary>
    Permission = 128,

    /// <summary>It tells of several patients at once.</summary>
    Several = 256,
}

/// <summary>The parts of an event that no list selects by.</summary>
public sealed record AuditDetail
{
    /// <summary>C, R, U, D or E (R4 audit-event-action).</summary>
    public string Action { get; init; } = "R";

    /// <summary>How pages name the actor.</summary>
    public string Name { get; init; } = "";

    /// <summary>The organisation acted for, or null.</summary>
    public string? Organization { get; init; }

    /// <summary>In which role.</summary>
    public string Role { get; init; } = "";

    /// <summary>HL7 v3 PurposeOfUse.</summary>
    public string Purpose { get; init; } = "";

    /// <summary>What policy said: <c>permit</c> or <c>deny</c>.</summary>
    public string Decision { get; init; } = "permit";

    /// <summary>The HTTP status of the answer; 0 when there was none.</summary>
    public int Status { get; init; }

    /// <summary>Method and path.</summary>
    public string Address { get; init; } = "";

    /// <summary>The query as it was sent.</summary>
    public string Query { get; init; } = "";

    /// <summary>The caller's network address.</summary>
    public string Remote { get; init; } = "";

    /// <summary>The calling program.</summary>
    public string Client { get; init; } = "";

    /// <summary>What ties the events of one request together.</summary>
    public string Request { get; init; } = "";

    /// <summary>What was touched, at most <see cref="Kernel.Actors.PatientTouch.MostReferences"/>; of what was refused and is of nobody who is known some thousand characters.</summary>
    public IReadOnlyList<string> References { get; init; } = [];

    /// <summary>By what means, or with what outcome; for acts beside the patients' records.</summary>
    public string How { get; init; } = "";

    /// <summary>How much was touched.</summary>
    public int Count { get; init; }

    /// <summary>What was touched of whom, when it tells of several patients; null otherwise.</summary>
    public IReadOnlyList<AuditShare>? Patients { get; init; }
}

/// <summary>An event before it has its place.</summary>
/// <param name="At">When, to the millisecond.</param>
/// <param name="Lane">0–255, from the patient or the actor.</param>
/// <param name="Patient">Whose record; null for nobody's and for several patients'.</param>
/// <param name="Actor">Who (FHIR reference); empty when nobody was signed in.</param>
/// <param name="Interaction">What was asked for, see <see cref="Kernel.Actors.TrailFacts"/>.</param>
/// <param name="Outcome">0 success, 4 refused, 8 failed (R4 audit-event-outcome).</param>
/// <param name="Marks">What makes it stand out.</param>
/// <param name="Body">The detail as JSON.</param>
internal sealed record AuditDraft(
    DateTimeOffset At, int Lane, string? Patient, string Actor, string Interaction, int Outcome, AuditMarks Marks, byte[] Body)
{
    /// <summary>Whose records, when it tells of several patients; empty otherwise.</summary>
    internal IReadOnlyList<string> Listed { get; init; } = [];
}

/// <summary>One event as it is kept. Immutable.</summary>
/// <param name="Seq">Its place among all: 1, 2, 3 … without gaps.</param>
/// <param name="Place">Its place in its lane: 1, 2, 3 … without gaps.</param>
/// <param name="Event">What happened.</param>
/// <param name="Hash">Seals it and everything before it in its lane, see <see cref="AuditChain"/>.</param>
internal sealed record AuditRow(long Seq, long Place, AuditDraft Event, byte[] Hash)
{
    internal const string Columns = "seq, place, at, lane, patient, actor, interaction, outcome, marks, body, hash";

    /// <summary>Which of its event's several patients it stands for: 1, 2, 3 …; 0 when the event is of one or none.</summary>
    internal int Part { get; private init; }

    internal AuditDetail Detail => DetailOf(Event.Body);

    /// <summary>Whose records, when it tells of several patients; empty otherwise.</summary>
    internal IReadOnlyList<string> Listed => ListedIn(Event.Marks, Event.Body);

    /// <summary>One event for each patient: itself, or what it says of each of several.</summary>
    internal IEnumerable<AuditRow> Each()
    {
        if ((Event.Marks & AuditMarks.Several) == 0)
            return [this];
        var detail = Detail;
        return detail.Patients!.Select((share, i) => this with
        {
            Part = i + 1,
            Event = Event with
            {
                Patient = share.Patient,
                Marks = Event.Marks & ~AuditMarks.Several,
                Body = BodyOf(detail with { Patients = null, References = share.References, Count = share.Count }),
            },
        });
    }

    internal static byte[] BodyOf(AuditDetail detail) => JsonSerializer.SerializeToUtf8Bytes(detail, AuditJson.Default.AuditDetail);

    /// <summary>The patients of an event of several; empty for others.</summary>
    internal static IReadOnlyList<string> ListedIn(AuditMarks marks, byte[] body) =>
        (marks & AuditMarks.Several) == 0 ? [] : [.. DetailOf(body).Patients!.Select(share => share.Patient)];

    private static AuditDetail DetailOf(byte[] body) => JsonSerializer.Deserialize(body, AuditJson.Default.AuditDetail)!;

    internal static AuditRow Read(DbRow row) => new(
        row.Integer(0),
        row.Integer(1),
        new AuditDraft(
            row.Instant(2), (int)row.Integer(3), row.TextOrNull(4), row.Text(5), row.Text(6), (int)row.Integer(7), (AuditMarks)row.Integer(8), row.Bytes(9)),
        row.Bytes(10));

    internal DbValue[] Values =>
    [
        Seq, Place, Event.At, Event.Lane, Event.Patient, Event.Actor, Event.Interaction, Event.Outcome, (int)Event.Marks, Event.Body, Hash,
    ];
}
