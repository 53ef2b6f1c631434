using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Record.Projections;

namespace Tandem.Care.Patients;

/// <summary>
/// Everything that happened to a patient, from all sources, by kind in the order of time; no page parses a resource to show it. There is no index beside the
/// key: patients come to write in no order, so each index would be another page written for each resource.
/// </summary>
internal sealed class TimelineProjection : IProjection
{
    internal static readonly Table Rows = new(
        "patients_timeline",
        TableKind.Rows,
        [new("patient", DbKind.Text), new("kind", DbKind.Text), new("at", DbKind.Integer), new("entry", DbKind.Text)],
        [
            new("has_time", DbKind.Integer), new("event", DbKind.Text), new("title", DbKind.Text),
            new("title_es", DbKind.Text, Nullable: true), new("value", DbKind.Text, Nullable: true), new("flag", DbKind.Text, Nullable: true),
            new("status", DbKind.Text, Nullable: true), new("place", DbKind.Text, Nullable: true), new("code", DbKind.Text, Nullable: true),
            new("recorded", DbKind.Integer),
            new("version", DbKind.Integer), new("source", DbKind.Text, Nullable: true), new("type", DbKind.Text), new("id", DbKind.Text),
            new("seq", DbKind.Integer), new("said", DbKind.Text, Nullable: true),
        ],
        []);

    internal const string Columns =
        "at, entry, has_time, kind, event, title, title_es, value, flag, status, place, code, recorded, version, source, type, id, seq, said";

    public string Name => "patients-timeline";

    public int Version => 4;

    public IReadOnlyList<Table> Tables => [Rows];

    public bool Wants(string type) => TimelineReading.Knows(type);

    public void Project(ResourceVersion version, RowSink rows)
    {
        if (version.Patient is not { } patient)
            return;
        foreach (var e in TimelineReading.Read(version))
        {
            rows.Add(
                Rows, patient, e.Kind, e.At, e.Key, e.HasTime, e.Event, e.Title, e.TitleEs, e.Value, e.Flag, e.Status, e.Place, e.Code, version.At,
                version.Version, version.Source, version.Type, version.Id, version.Seq, e.Said);
        }
    }

    internal static TimelineEntry Read(DbRow row) => new()
    {
        At = row.Instant(0),
        Key = row.Text(1),
        HasTime = row.Integer(2) != 0,
        Kind = row.Text(3),
        Event = row.Text(4),
        Title = row.Text(5),
        TitleEs = row.TextOrNull(6),
        Value = row.TextOrNull(7),
        Flag = row.TextOrNull(8),
        Status = row.TextOrNull(9),
        Place = row.TextOrNull(10),
        Code = row.TextOrNull(11),
        Recorded = row.Instant(12),
        Version = (int)row.Integer(13),
        Source = row.TextOrNull(14),
        Type = row.Text(15),
        Id = row.Text(16),
        Seq = row.Integer(17),
        Said = row.TextOrNull(18),
    };
}
