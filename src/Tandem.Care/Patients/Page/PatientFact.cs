using Tandem.Fhir.Views;
using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Record.Projections;

namespace Tandem.Care.Patients;

/// <summary>A stay, a medicine, a condition or an allergy: what stands in the plain panels of a patient's page.</summary>
/// <param name="Kind">One of the constants of <see cref="PatientFactProjection"/>.</param>
/// <param name="At">When it began.</param>
/// <param name="Id">Its resource: <c>Encounter/abc</c>.</param>
/// <param name="HasTime">False when only the day is known.</param>
/// <param name="Title">What it is, as sent; for a stay the code of its class.</param>
/// <param name="Detail">More words, as sent.</param>
/// <param name="Place">Where, or who.</param>
/// <param name="Status">Its status; for a condition the clinical one.</param>
/// <param name="Until">When it ended, or null.</param>
/// <param name="Source">Where it came from, or null.</param>
/// <param name="Said">A month or a year as stated, where no more is known.</param>
public sealed record PatientFact(
    string Kind, DateTimeOffset At, string Id, bool HasTime, string Title, string? Detail, string? Place, string? Status, DateTimeOffset? Until, string? Source,
    string? Said);

/// <summary>Stays, medicines, conditions and allergies by patient.</summary>
internal sealed class PatientFactProjection : IProjection
{
    internal const string Stay = "stay";
    internal const string Medicine = "medicine";
    internal const string Condition = "condition";
    internal const string Allergy = "allergy";

    internal static readonly Table Rows = new(
        "patients_facts",
        TableKind.Rows,
        [new("patient", DbKind.Text), new("kind", DbKind.Text), new("at", DbKind.Integer), new("id", DbKind.Text)],
        [
            new("has_time", DbKind.Integer), new("title", DbKind.Text), new("detail", DbKind.Text, Nullable: true),
            new("place", DbKind.Text, Nullable: true), new("status", DbKind.Text, Nullable: true), new("until", DbKind.Integer, Nullable: true),
            new("source", DbKind.Text, Nullable: true), new("said", DbKind.Text, Nullable: true),
            new("rid", DbKind.Integer),
        ],
        []);

    internal const string ReadNewest =
        """
        SELECT kind, at, id, has_time, title, detail, place, status, until, source, said FROM patients_facts f
        WHERE f.patient = $1 AND f.kind = $2 /*reach rid:f.rid*/ ORDER BY at DESC, id DESC LIMIT $3
        """;

    public string Name => "patients-facts";

    public int Version => 2;

    public IReadOnlyList<Table> Tables => [Rows];

    public bool Wants(string type) => type is "Encounter" or "MedicationRequest" or "MedicationStatement" or "Condition" or "AllergyIntolerance";

    public void Project(ResourceVersion version, RowSink rows)
    {
        if (version.Patient is not { } patient || Read(version) is not { } fact)
            return;
        rows.Add(
            Rows, patient, fact.Kind, fact.At, fact.Id, fact.HasTime, fact.Title, fact.Detail, fact.Place, fact.Status, fact.Until, fact.Source, fact.Said, version.Rid);
    }

    internal static PatientFact Read(DbRow row) => new(
        row.Text(0), row.Instant(1), row.Text(2), row.Integer(3) != 0, row.Text(4), row.TextOrNull(5), row.TextOrNull(6), row.TextOrNull(7),
        row.InstantOrNull(8), row.TextOrNull(9), row.TextOrNull(10));

    internal static PatientFact? Read(ResourceVersion version)
    {
        if (version.Type == "Encounter")
            return OfStay(version, new EncounterView(version.Root));
        if (!TimelineShapes.All.TryGetValue(version.Type, out var shape))
            return null;
        var entry = shape.Read(version).First();
        var status = TimelineShape.Words(TimelineShape.Follow(version.Root, version.Type is "Condition" or "AllergyIntolerance" ? "clinicalStatus.coding.code" : "status"));
        var kind = version.Type switch { "Condition" => Condition, "AllergyIntolerance" => Allergy, _ => Medicine };
        return entry.Status == "entered-in-error"
            ? null
            : new PatientFact(kind, entry.At, version.Reference, entry.HasTime, entry.Title, kind == Medicine ? entry.Value : null, null, status, null, version.Source, entry.Said);
    }

    private static PatientFact? OfStay(ResourceVersion version, EncounterView stay)
    {
        if (stay.Status == "entered-in-error")
            return null;
        var began = TimelineReading.When(stay.Period.Start) ?? TimelineReading.When(stay.Period.End) ?? new Told(version.At);
        return new PatientFact(
            Stay, began.At, version.Reference, began.HasTime, stay.Class.Code ?? "", stay.Reasons.First.Words ?? stay.Types.First.Words, TimelineReading.PlaceOf(stay),
            stay.Status, TimelineReading.When(stay.Period.End)?.At, version.Source, began.Said);
    }
}
