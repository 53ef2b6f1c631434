using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Record.Projections;

namespace Tandem.Care.Patients;

/// <summary>Values by patient, analyte and unit in the order of time: one series is one stretch of the table, and units never meet in one.</summary>
internal sealed class ResultProjection : IProjection
{
    internal static readonly Table Rows = new(
        "patients_results",
        TableKind.Rows,
        [new("patient", DbKind.Text), new("code", DbKind.Text), new("unit", DbKind.Text), new("at", DbKind.Integer), new("id", DbKind.Text)],
        [
            new("has_time", DbKind.Integer), new("name", DbKind.Text), new("category", DbKind.Text), new("number", DbKind.Real, Nullable: true),
            new("value", DbKind.Text, Nullable: true), new("unit_text", DbKind.Text), new("low", DbKind.Real, Nullable: true),
            new("high", DbKind.Real, Nullable: true), new("range_text", DbKind.Text, Nullable: true), new("flag", DbKind.Text, Nullable: true),
            new("status", DbKind.Text), new("absent", DbKind.Text, Nullable: true), new("recorded", DbKind.Integer), new("version", DbKind.Integer),
            new("source", DbKind.Text, Nullable: true), new("place", DbKind.Text, Nullable: true), new("seq", DbKind.Integer),
        ],
        []);

    internal const string Columns =
        "code, unit, at, id, has_time, name, category, number, value, unit_text, low, high, range_text, flag, status, absent, recorded, version, source, place, seq";

    public string Name => "patients-results";

    public int Version => 3;

    public IReadOnlyList<Table> Tables => [Rows];

    public bool Wants(string type) => type == "Observation";

    public void Project(ResourceVersion version, RowSink rows)
    {
        if (version.Patient is not { } patient)
            return;
        foreach (var r in ResultReading.Read(version))
        {
            rows.Add(
                Rows, patient, r.Code, r.Unit, r.At, r.Id, r.HasTime, r.Name, r.Category, Real(r.Number), r.Value, r.UnitText, Real(r.Low), Real(r.High),
                r.Range, r.Flag, r.Status, r.Absent, r.Recorded, r.Version, r.Source, r.Place, r.Seq);
        }
    }

    internal static ResultRow Read(DbRow row) => new()
    {
        Code = row.Text(0),
        Unit = row.Text(1),
        At = row.Instant(2),
        Id = row.Text(3),
        HasTime = row.Integer(4) != 0,
        Name = row.Text(5),
        Category = row.Text(6),
        Number = row.IsNull(7) ? null : row.Real(7),
        Value = row.TextOrNull(8),
        UnitText = row.Text(9),
        Low = row.IsNull(10) ? null : row.Real(10),
        High = row.IsNull(11) ? null : row.Real(11),
        Range = row.TextOrNull(12),
        Flag = row.TextOrNull(13),
        Status = row.Text(14),
        Absent = row.TextOrNull(15),
        Recorded = row.Instant(16),
        Version = (int)row.Integer(17),
        Source = row.TextOrNull(18),
        Place = row.TextOrNull(19),
        Seq = row.Integer(20),
    };

    private static DbValue Real(double? value) => value is { } number ? number : DbValue.Null;
}
