namespace Tandem.Trial.Demo;

/// <summary>A hospital stay or a clinic visit as its system knows it.</summary>
internal sealed record Visit
{
    internal required string Number { get; init; }

    internal required RegionFeed Feed { get; init; }

    /// <summary>Patient class (table 0004): I inpatient, O outpatient, E emergency.</summary>
    internal required string Class { get; init; }

    internal required string Ward { get; init; }

    internal string Room { get; init; } = "";

    internal string Bed { get; init; } = "";

    /// <summary>Number, surname and given name.</summary>
    internal required (string Id, string Family, string Given) Attending { get; init; }

    /// <summary>Hospital service (table 0069).</summary>
    internal string Service { get; init; } = "MED";

    /// <summary>ICD-10-CM code and words.</summary>
    internal required (string Code, string Text) Reason { get; init; }

    internal required DateTimeOffset Began { get; init; }

    internal DateTimeOffset? Ended { get; init; }

    /// <summary>Discharge disposition (table 0112); empty until the discharge.</summary>
    internal string Disposition { get; init; } = "";

    internal bool IsStay => Class == "I";
}

/// <summary>What brings people to hospital and who looks after them there.</summary>
internal static class Reasons
{
    internal static readonly IReadOnlyList<(string Id, string Family, string Given)> Doctors =
    [
        ("1999000011", "Sample-Whitfield", "Iris"), ("1999000022", "Testperson", "Armand"), ("1999000033", "Okoro-Example", "Ngozi"), ("1999000044", "Demo-Lindgren", "Sven"),
        ("1999000055", "Prueba-Salinas", "Mercedes"), ("1999000066", "Mock-Iyer", "Kavya"), ("1999000077", "Specimen-Doyle", "Fergus"), ("1999000088", "Ejemplo-Rojas", "Tadeo"),
    ];

    internal static readonly IReadOnlyList<(string Code, string Text)> Routine =
        [("Z00.00", "General adult medical examination"), ("Z09", "Follow-up examination after treatment"), ("I10", "Essential hypertension"), ("Z76.0", "Repeat prescription")];

    internal static readonly (string Code, string Text) FollowUp = ("Z09", "Follow-up after hospital stay");

    /// <summary>Dispositions of table 0112 as often as they are seen: home, home health, nursing facility, another hospital, against advice.</summary>
    internal static readonly IReadOnlyList<(string Item, double Weight)> Dispositions = [("01", 62), ("06", 18), ("03", 12), ("02", 3), ("07", 2), ("50", 1)];

    /// <summary>A reason for a stay that fits what somebody lives with.</summary>
    internal static (string Code, string Text) ForStay(SyntheticPatient patient, Dice dice)
    {
        var likely = new List<((string, string), double)>
        {
            (("J18.9", "Pneumonia, unspecified organism"), 3), (("N39.0", "Urinary tract infection, site not specified"), 2), (("L03.115", "Cellulitis of right lower limb"), 1.5),
            (("K57.92", "Diverticulitis of intestine"), 1), (("S72.001A", "Fracture of neck of right femur"), 1), (("R55", "Syncope and collapse"), 1),
        };
        AddWhen(Conditions.HeartFailure, ("I50.23", "Acute on chronic systolic heart failure"), 7);
        AddWhen(Conditions.Copd, ("J44.1", "COPD with acute exacerbation"), 6);
        AddWhen(Conditions.Diabetes, ("E11.65", "Type 2 diabetes mellitus with hyperglycemia"), 3);
        AddWhen(Conditions.KidneyDisease, ("N17.9", "Acute kidney failure, unspecified"), 4);
        AddWhen(Conditions.Hypertension, ("I16.0", "Hypertensive urgency"), 1.5);
        AddWhen(Conditions.Anaemia, ("D62", "Acute posthemorrhagic anemia"), 2);
        return dice.Pick<(string, string)>(likely);

        void AddWhen(Conditions condition, (string, string) reason, double weight)
        {
            if (patient.Conditions.HasFlag(condition))
                likely.Add((reason, weight));
        }
    }
}
