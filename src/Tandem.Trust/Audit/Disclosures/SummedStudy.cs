using System.Globalization;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Log;

namespace Tandem.Trust.Audit;

/// <summary>Whom a patient can turn to about a study: name, address and telephone number.</summary>
internal sealed record StudyContact(string Name, string Address, string Phone);

/// <summary>
/// Research for which parts of <see cref="LeastPeople"/> or more records were disclosed without authorisation, as every patient's statement sums it up instead of saying who was among them (45 CFR 164.528(b)(4)).
/// </summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">The name of the protocol or activity.</param>
/// <param name="About">In plain words what it is for, and by which criteria records were chosen.</param>
/// <param name="What">Which kind of information it was.</param>
/// <param name="First">The first day: its midnight where the site is.</param>
/// <param name="Last">The last day, the same way.</param>
/// <param name="People">About how many people.</param>
/// <param name="Sponsor">Who sponsored it.</param>
/// <param name="Researcher">Who received the information.</param>
/// <param name="By">Who noted it (reference).</param>
/// <param name="NotedAt">When.</param>
/// <param name="TakenBack">Who took it back as wrong (reference), or null; it stays, and is on no statement any more.</param>
internal sealed record SummedStudy(
    string Id, string Name, string About, string What, DateTimeOffset First, DateTimeOffset Last, int People, StudyContact Sponsor, StudyContact Researcher, string By, DateTimeOffset NotedAt, string? TakenBack = null)
    : IStatementEntry<SummedStudy>
{
    /// <summary>Fewer are told one by one.</summary>
    internal const int LeastPeople = 50;

    internal static readonly Table Table = new(
        "disclosures_studies",
        TableKind.Rows,
        [new("id", DbKind.Text)],
        [
            new("name", DbKind.Text), new("about", DbKind.Text), new("what", DbKind.Text), new("first_at", DbKind.Integer), new("last_at", DbKind.Integer), new("people", DbKind.Integer),
            new("sponsor", DbKind.Text), new("sponsor_address", DbKind.Text), new("sponsor_phone", DbKind.Text), new("researcher", DbKind.Text), new("researcher_address", DbKind.Text), new("researcher_phone", DbKind.Text),
            new("noted_by", DbKind.Text), new("noted_at", DbKind.Integer), new("taken_back", DbKind.Text, Nullable: true),
        ],
        [new("last", "last_at")]);

    private const string Columns =
        "id, name, about, what, first_at, last_at, people, sponsor, sponsor_address, sponsor_phone, researcher, researcher_address, researcher_phone, noted_by, noted_at, taken_back";

    internal const string ReadAll = $"SELECT {Columns} FROM disclosures_studies ORDER BY last_at DESC, id DESC";

    internal const string ReadOfTime = $"SELECT {Columns} FROM disclosures_studies WHERE last_at >= $1 AND first_at < $2 AND taken_back IS NULL ORDER BY last_at DESC, id DESC";

    internal const string ReadOne = $"SELECT {Columns} FROM disclosures_studies WHERE id = $1";

    /// <summary>As long as a statement may have to name it (45 CFR 164.528(d), 164.530(j)).</summary>
    internal const string FindOld = "SELECT id FROM disclosures_studies WHERE last_at < $1 AND noted_at < $1 LIMIT $2";

    /// <inheritdoc/>
    public static string QueryOne => ReadOne;

    /// <inheritdoc/>
    public static SummedStudy Read(DbRow row) => new(
        row.Text(0), row.Text(1), row.Text(2), row.Text(3), row.Instant(4), row.Instant(5), (int)row.Integer(6), new(row.Text(7), row.Text(8), row.Text(9)), new(row.Text(10), row.Text(11), row.Text(12)), row.Text(13), row.Instant(14),
        row.TextOrNull(15));

    /// <inheritdoc/>
    public void Write(WriteSession session) => session.Write(
        Table, Id, Name, About, What, First, Last, People, Sponsor.Name, Sponsor.Address, Sponsor.Phone, Researcher.Name, Researcher.Address, Researcher.Phone, By, NotedAt, TakenBack);

    /// <inheritdoc/>
    public TrailAct Told(string code, AccessScope scope) => new(code, ActKind.Permission, string.Create(CultureInfo.InvariantCulture, $"{Id}: {People}")) { Actor = scope.Actor.Reference };
}
