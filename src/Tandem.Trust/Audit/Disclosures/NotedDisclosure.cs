using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Record.Retention;

namespace Tandem.Trust.Audit;

/// <summary>A disclosure made outside of the hub, as somebody noted it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Patient">Whose record (logical id).</param>
/// <param name="At">The day: its midnight where the site is.</param>
/// <param name="Recipient">The name of the person or entity that received it.</param>
/// <param name="Address">Where they are, or empty.</param>
/// <param name="What">What was disclosed.</param>
/// <param name="Purpose">A code of <see cref="DisclosureWords.Purposes"/>.</param>
/// <param name="By">Who noted it (reference).</param>
/// <param name="NotedAt">When.</param>
/// <param name="TakenBack">Who took it back as wrong (reference), or null; it stays, and is on no statement any more.</param>
internal sealed record NotedDisclosure(string Id, string Patient, DateTimeOffset At, string Recipient, string Address, string What, string Purpose, string By, DateTimeOffset NotedAt, string? TakenBack = null)
    : IStatementEntry<NotedDisclosure>
{
    internal static readonly Table Table = new(
        "disclosures_noted",
        TableKind.Rows,
        [new("id", DbKind.Text)],
        [
            new("patient", DbKind.Text), new("at", DbKind.Integer), new("recipient", DbKind.Text), new("address", DbKind.Text), new("what", DbKind.Text), new("purpose", DbKind.Text), new("noted_by", DbKind.Text),
            new("noted_at", DbKind.Integer), new("taken_back", DbKind.Text, Nullable: true),
        ],
        [new("patient", "patient, at"), new("noted", "noted_at")]);

    private const string Columns = "id, patient, at, recipient, address, what, purpose, noted_by, noted_at, taken_back";

    internal const string ReadOfPatient = $"SELECT {Columns} FROM disclosures_noted WHERE patient = $1 AND at >= $2 AND at < $3 AND taken_back IS NULL ORDER BY at DESC, id DESC";

    internal const string ReadOne = $"SELECT {Columns} FROM disclosures_noted WHERE id = $1";

    /// <summary>A statement goes six years back, and what was noted late stays as long as the statement that it may be on (45 CFR 164.528(d), 164.530(j)).</summary>
    internal const string FindOld = $"SELECT id FROM disclosures_noted WHERE noted_at < $1 AND {RetentionModule.NotHeld} LIMIT $2";

    /// <inheritdoc/>
    public static string QueryOne => ReadOne;

    /// <inheritdoc/>
    public static NotedDisclosure Read(DbRow row) => new(
        row.Text(0), row.Text(1), row.Instant(2), row.Text(3), row.Text(4), row.Text(5), row.Text(6), row.Text(7), row.Instant(8), row.TextOrNull(9));

    /// <inheritdoc/>
    public void Write(WriteSession session) => session.Write(Table, Id, Patient, At, Recipient, Address, What, Purpose, By, NotedAt, TakenBack);

    /// <inheritdoc/>
    /// <remarks>Ids and the purpose's code. Who received it stands with the entry.</remarks>
    public TrailAct Told(string code, AccessScope scope) => new(code, ActKind.Care, $"{Id}: {Purpose}") { Actor = scope.Actor.Reference, Patient = Patient };
}
