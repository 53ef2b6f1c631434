using System.Globalization;
using Tandem.Fhir.Search;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Record.Retention;

namespace Tandem.Trust.Audit;

/// <summary>
/// What a health oversight agency or a law enforcement official asked for: that a patient is not told for a time of what was disclosed to them (45 CFR 164.528(a)(2)). Only who answers for privacy knows of it.
/// </summary>
/// <param name="Id">Its id.</param>
/// <param name="Patient">Whose statement (logical id).</param>
/// <param name="Agency">The agency, as recipients of disclosures are named.</param>
/// <param name="Official">Who made the statement, or empty.</param>
/// <param name="Purpose">A code of <see cref="SuspensionWords.Purposes"/>.</param>
/// <param name="IsWritten">False for an oral statement, which holds for <see cref="OralDays"/> at most.</param>
/// <param name="StatedAt">The day of the statement: its midnight where the site is.</param>
/// <param name="EndsAt">Until when (exclusive).</param>
/// <param name="Reason">What the statement says, such as its number; no health information.</param>
/// <param name="By">Who noted it (reference).</param>
/// <param name="NotedAt">When.</param>
/// <param name="EndedBy">Who ended it before its time (reference), or null.</param>
internal sealed record DisclosureSuspension(
    string Id, string Patient, string Agency, string Official, string Purpose, bool IsWritten, DateTimeOffset StatedAt, DateTimeOffset EndsAt, string Reason, string By, DateTimeOffset NotedAt, string? EndedBy = null)
    : IStatementEntry<DisclosureSuspension>
{
    /// <summary>How long an oral statement holds at most, from its day on (45 CFR 164.528(a)(2)(ii)(C)).</summary>
    internal const int OralDays = 30;

    internal static readonly Table Table = new(
        "disclosures_suspended",
        TableKind.Rows,
        [new("id", DbKind.Text)],
        [
            new("patient", DbKind.Text), new("agency", DbKind.Text), new("official", DbKind.Text), new("purpose", DbKind.Text), new("written", DbKind.Integer), new("stated_at", DbKind.Integer), new("ends_at", DbKind.Integer),
            new("reason", DbKind.Text), new("noted_by", DbKind.Text), new("noted_at", DbKind.Integer), new("ended_by", DbKind.Text, Nullable: true),
        ],
        [new("patient", "patient, noted_at"), new("ends", "ends_at")]);

    private const string Columns = "id, patient, agency, official, purpose, written, stated_at, ends_at, reason, noted_by, noted_at, ended_by";

    internal const string ReadOfPatient = $"SELECT {Columns} FROM disclosures_suspended WHERE patient = $1 ORDER BY noted_at DESC, id DESC";

    internal const string ReadOne = $"SELECT {Columns} FROM disclosures_suspended WHERE id = $1";

    /// <summary>Statements are documented for six years after they were in effect (45 CFR 164.528(a)(2)(ii)(A), 164.530(j)).</summary>
    internal const string FindOld = $"SELECT id FROM disclosures_suspended WHERE ends_at < $1 AND {RetentionModule.NotHeld} LIMIT $2";

    /// <inheritdoc/>
    public static string QueryOne => ReadOne;

    /// <inheritdoc/>
    public static DisclosureSuspension Read(DbRow row) => new(
        row.Text(0), row.Text(1), row.Text(2), row.Text(3), row.Text(4), row.Integer(5) != 0, row.Instant(6), row.Instant(7), row.Text(8), row.Text(9), row.Instant(10), row.TextOrNull(11));

    /// <inheritdoc/>
    public void Write(WriteSession session) => session.Write(Table, Id, Patient, Agency, Official, Purpose, IsWritten, StatedAt, EndsAt, Reason, By, NotedAt, EndedBy);

    /// <inheritdoc/>
    /// <remarks>Why and until when. Agency, official and patient stand with the row.</remarks>
    public TrailAct Told(string code, AccessScope scope) => new(
        code, ActKind.Permission, string.Create(CultureInfo.InvariantCulture, $"{Id}: {Purpose}, {(IsWritten ? "written" : "oral")}, until {EndsAt:yyyy-MM-ddTHH:mm}Z; {Reason}")) { Actor = scope.Actor.Reference };

    /// <summary>True until its time is over or somebody ended it.</summary>
    internal bool IsInForce(DateTimeOffset now) => EndedBy is null && now < EndsAt;

    /// <summary>
    /// True for a line that it keeps from the patient: to this agency, by its whole name or one of the parts between commas, whatever its case and accents; of what was noted by hand only what was for oversight or law enforcement.
    /// </summary>
    internal bool Holds(Disclosure line) =>
        line.Kind is not (DisclosureKind.App or DisclosureKind.Emergency or DisclosureKind.Research) && (line.Noted is not { } noted || SuspensionWords.Purposes.ContainsKey(noted.Purpose)) && IsTo(line.Recipient);

    private bool IsTo(string recipient) => recipient.Split(',').Prepend(recipient).Any(name => Plain(name) == Plain(Agency));

    private static string Plain(string name) => string.Join(' ', StringIndex.Normalise(name).Split([' ', '.', '-'], StringSplitOptions.RemoveEmptyEntries));
}
