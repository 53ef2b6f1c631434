namespace Tandem.Trial.Demo;

/// <summary>One thing that a laboratory measures.</summary>
/// <param name="Loinc">LOINC code.</param>
/// <param name="Local">The laboratory's own short code.</param>
/// <param name="Text">Its name.</param>
/// <param name="Unit">Unit in UCUM.</param>
/// <param name="Low">Lower end of the reference range.</param>
/// <param name="High">Upper end of the reference range.</param>
/// <param name="Digits">Decimals.</param>
internal sealed record Analyte(string Loinc, string Local, string Text, string Unit, double Low, double High, int Digits)
{
    /// <summary>From one day to another it varies by this share of the reference range.</summary>
    internal double Wander { get; init; } = 0.12;
}

/// <summary>A set of analytes ordered together.</summary>
internal sealed record Panel(string Loinc, string Local, string Text, string Section, IReadOnlyList<Analyte> Analytes);

/// <summary>A value that must be answered at once: an analyte and how far out it goes.</summary>
internal sealed record Excursion(string Loinc, double Low, double High);

/// <summary>The panels of the region's laboratories and the levels that conditions bring with them.</summary>
internal static class LabPanels
{
    internal static readonly Panel Chemistry = new("24323-8", "CMP", "Comprehensive metabolic panel", "CH",
    [
        new("2951-2", "NA", "Sodium", "mmol/L", 136, 145, 0), new("2823-3", "K", "Potassium", "mmol/L", 3.5, 5.1, 1),
        new("2075-0", "CL", "Chloride", "mmol/L", 98, 107, 0), new("2028-9", "CO2", "Carbon dioxide", "mmol/L", 22, 29, 0),
        new("3094-0", "BUN", "Urea nitrogen", "mg/dL", 7, 20, 0), new("2160-0", "CREA", "Creatinine", "mg/dL", 0.6, 1.3, 2) { Wander = 0.08 },
        new("2345-7", "GLU", "Glucose", "mg/dL", 70, 110, 0) { Wander = 0.35 }, new("17861-6", "CA", "Calcium", "mg/dL", 8.6, 10.3, 1),
        new("2885-2", "TP", "Protein", "g/dL", 6.0, 8.3, 1), new("1751-7", "ALB", "Albumin", "g/dL", 3.5, 5.0, 1),
        new("1975-2", "TBIL", "Bilirubin, total", "mg/dL", 0.2, 1.2, 1), new("6768-6", "ALP", "Alkaline phosphatase", "U/L", 40, 129, 0),
        new("1920-8", "AST", "Aspartate aminotransferase", "U/L", 10, 40, 0), new("1742-6", "ALT", "Alanine aminotransferase", "U/L", 7, 56, 0),
    ]);

    internal static readonly Panel BloodCount = new("58410-2", "CBC", "Complete blood count", "HM",
    [
        new("6690-2", "WBC", "Leukocytes", "10*3/uL", 4.0, 11.0, 1) { Wander = 0.2 }, new("789-8", "RBC", "Erythrocytes", "10*6/uL", 4.0, 5.6, 2),
        new("718-7", "HGB", "Hemoglobin", "g/dL", 12.0, 16.5, 1) { Wander = 0.08 }, new("4544-3", "HCT", "Hematocrit", "%", 36, 49, 1),
        new("787-2", "MCV", "Erythrocyte mean volume", "fL", 80, 99, 1), new("788-0", "RDW", "Erythrocyte distribution width", "%", 11.5, 14.5, 1),
        new("777-3", "PLT", "Platelets", "10*3/uL", 150, 400, 0) { Wander = 0.15 },
    ]);

    internal static readonly IReadOnlyList<(Excursion Item, double Weight)> ChemistryExcursions =
    [
        (new("2823-3", 6.4, 7.2), 5), (new("2823-3", 2.2, 2.6), 3), (new("2951-2", 112, 118), 2), (new("2345-7", 28, 38), 2), (new("2345-7", 520, 690), 2),
        (new("17861-6", 13.4, 14.6), 1),
    ];

    internal static readonly IReadOnlyList<(Excursion Item, double Weight)> BloodCountExcursions =
        [(new("718-7", 4.8, 5.8), 4), (new("777-3", 9, 17), 2), (new("6690-2", 0.4, 0.8), 1)];

    /// <summary>Where somebody's values lie from day to day; the same for the same person.</summary>
    internal static double Level(Analyte analyte, SyntheticPatient patient, Dice dice)
    {
        var middle = (analyte.Low + analyte.High) / 2;
        var range = analyte.High - analyte.Low;
        var own = middle + (dice.For("level-" + analyte.Loinc, patient.Number).Normal() * range * 0.14);
        var has = patient.Conditions;
        return analyte.Loinc switch
        {
            "2160-0" when has.HasFlag(Conditions.KidneyDisease) => own + 1.3,
            "3094-0" when has.HasFlag(Conditions.KidneyDisease) => own + 22,
            "2823-3" when has.HasFlag(Conditions.KidneyDisease) => own + 0.5,
            "2345-7" when has.HasFlag(Conditions.Diabetes) => own + 75,
            "2951-2" when has.HasFlag(Conditions.HeartFailure) => own - 3.5,
            "718-7" when has.HasFlag(Conditions.Anaemia) => own - 4,
            "4544-3" when has.HasFlag(Conditions.Anaemia) => own - 11,
            _ => own,
        };
    }
}
