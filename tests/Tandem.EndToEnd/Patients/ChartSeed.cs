using System.Globalization;
using Tandem.EndToEnd.Worklist;

namespace Tandem.EndToEnd.Patients;

/// <summary>Puts a patient of ordinary size into a running hub: months of results, stays, medicines, conditions, and loops that are open and ended.</summary>
internal static class ChartSeed
{
    private static readonly IReadOnlyList<(string Code, string Name, double Usual, string Unit)> Analytes =
    [
        ("2823-3", "Potassium", 4.2, "mmol/L"), ("2951-2", "Sodium", 139, "mmol/L"), ("2160-0", "Creatinine", 1.1, "mg/dL"), ("3094-0", "Urea nitrogen", 18, "mg/dL"),
        ("2345-7", "Glucose", 128, "mg/dL"), ("17861-6", "Calcium", 9.4, "mg/dL"), ("718-7", "Hemoglobin", 12.1, "g/dL"), ("777-3", "Platelets", 231, "10*3/uL"),
        ("6690-2", "Leukocytes", 7.8, "10*3/uL"), ("4548-4", "Hemoglobin A1c", 7.9, "%"), ("2075-0", "Chloride", 103, "mmol/L"), ("1963-8", "Bicarbonate", 25, "mmol/L"),
        ("1751-7", "Albumin", 3.9, "g/dL"), ("1975-2", "Bilirubin", 0.7, "mg/dL"), ("6301-6", "INR", 2.3, "{INR}"),
    ];

    /// <summary>Seven months of one life.</summary>
    /// <param name="seed">The hub.</param>
    /// <param name="id">Of the patient.</param>
    /// <param name="given">Name.</param>
    /// <param name="family">Name.</param>
    /// <param name="sinceStay">Days since the last discharge. For one of less than thirty the hub opens loops, a moment after all else is there.</param>
    internal static async Task AsUsualAsync(LoopSeed seed, string id, string given, string family, int sinceStay = 2)
    {
        await seed.PeopleAsync();
        await seed.PatientAsync(id, given, family);
        for (var draw = 0; draw < 5; draw++)
        {
            foreach (var (code, name, usual, unit) in Analytes)
                await ResultAsync(seed, id, $"{id}-{code}-{draw}", code, name, Math.Round(usual * (1 + (draw * 0.01)), 2), unit, TimeSpan.FromDays(3 + (draw * 40)));
        }

        for (var stay = 0; stay < 4; stay++)
        {
            await seed.PutAsync("Encounter", $"{id}-stay{stay}", $$$"""
                {"resourceType":"Encounter","id":"{{{id}}}-stay{{{stay}}}","status":"finished","class":{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"{{{(stay % 2 == 0 ? "IMP" : "AMB")}}}"},
                "subject":{"reference":"Patient/{{{id}}}"},"period":{"start":"{{{Ago((stay * 45) + sinceStay + 4)}}}","end":"{{{Ago((stay * 45) + sinceStay)}}}"},"serviceProvider":{"display":"Riverbend Hospital"}}
                """);
        }

        foreach (var medicine in (string[])["Lisinopril 10 mg", "Metformin 500 mg", "Warfarin 5 mg", "Furosemide 40 mg", "Atorvastatin 20 mg"])
        {
            await seed.PutAsync("MedicationStatement", $"{id}-{medicine[..4].ToLowerInvariant()}", $$$"""
                {"resourceType":"MedicationStatement","id":"{{{id}}}-{{{medicine[..4].ToLowerInvariant()}}}","status":"active","medicationCodeableConcept":{"text":"{{{medicine}}}"},
                "subject":{"reference":"Patient/{{{id}}}"},"effectiveDateTime":"{{{Ago(60)}}}","dosage":[{"text":"once a day"}]}
                """);
        }

        foreach (var condition in (string[])["Heart failure", "Type 2 diabetes", "Atrial fibrillation"])
        {
            await seed.PutAsync("Condition", $"{id}-{condition[..4].Trim().ToLowerInvariant()}", $$$"""
                {"resourceType":"Condition","id":"{{{id}}}-{{{condition[..4].Trim().ToLowerInvariant()}}}","clinicalStatus":{"coding":[{"code":"active"}]},"code":{"text":"{{{condition}}}"},
                "subject":{"reference":"Patient/{{{id}}}"},"onsetDateTime":"2019-05-01"}
                """);
        }

        await seed.PutAsync("AllergyIntolerance", id + "-allergy", $$$"""
            {"resourceType":"AllergyIntolerance","id":"{{{id}}}-allergy","clinicalStatus":{"coding":[{"code":"active"}]},"code":{"text":"Penicillin"},
            "patient":{"reference":"Patient/{{{id}}}"},"reaction":[{"manifestation":[{"text":"rash"}]}]}
            """);
        await seed.OpenAsync(LoopSeed.ACall(id, TimeSpan.FromHours(20)));
        await seed.OpenAsync(LoopSeed.ACriticalResult(id, TimeSpan.FromMinutes(25)));
        await seed.OpenAsync(LoopSeed.ACall(id, TimeSpan.FromDays(5), "-visit") with { Title = new("Visit within 7 days", "Consulta en 7 días") });
    }

    /// <summary>A result of so long ago.</summary>
    internal static Task ResultAsync(LoopSeed seed, string patient, string id, string code, string name, double value, string unit, TimeSpan ago) => seed.PutAsync("Observation", id, $$$"""
        {"resourceType":"Observation","id":"{{{id}}}","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"{{{code}}}","display":"{{{name}}}"}]},
        "subject":{"reference":"Patient/{{{patient}}}"},"effectiveDateTime":"{{{Ago(ago.TotalDays)}}}","valueQuantity":{"value":{{{value.ToString(CultureInfo.InvariantCulture)}}},"unit":"{{{unit}}}"},
        "referenceRange":[{"low":{"value":{{{(value * 0.8).ToString("0.##", CultureInfo.InvariantCulture)}}}},"high":{"value":{{{(value * 1.2).ToString("0.##", CultureInfo.InvariantCulture)}}}},"text":"usual"}]}
        """);

    private static string Ago(double days) => (LoopSeed.Now - TimeSpan.FromDays(days)).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
