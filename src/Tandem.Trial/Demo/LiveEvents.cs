namespace Tandem.Trial.Demo;

/// <summary>What happens in the region from one moment to the next, at a pace at which one can watch it.</summary>
internal sealed class LiveEvents
{
    private readonly SyntheticRegion region;
    private readonly IReadOnlyList<SyntheticPatient> living;
    private readonly Dice dice;
    private readonly List<(SyntheticPatient Patient, Visit Stay)> inHospital;
    private readonly HashSet<int> seen = [];
    private int number;

    internal LiveEvents(SyntheticRegion region, DateTimeOffset historyFrom, DateTimeOffset now)
    {
        this.region = region;
        dice = region.Dice.For("live-events", now.ToUnixTimeMilliseconds());
        (living, inHospital) = region.At(now, historyFrom);
        seen.UnionWith(inHospital.Select(one => one.Patient.Number));
    }

    /// <summary>The messages of this moment.</summary>
    /// <param name="now">When.</param>
    /// <param name="isStir">True when something must come that opens a loop: a discharge or a critical result.</param>
    internal IReadOnlyList<RegionMessage> Next(DateTimeOffset now, bool isStir)
    {
        number++;
        if (isStir)
            return [dice.Chance(0.6) ? Discharge(now) : Result(now, isCritical: true)];
        return dice.Below(100) switch
        {
            < 50 => [Result(now, isCritical: false)],
            < 68 => [Update(now)],
            < 82 => [Admit(now)],
            < 99 => ClinicVisit(now),
            _ => [BrokenMessages.Write(dice, dice.Pick(living), now, number)],
        };
    }

    private RegionMessage Discharge(DateTimeOffset now)
    {
        var (patient, stay) = inHospital.Count > 6 ? Leave() : SomebodyElse(now);
        var gone = stay with { Ended = now, Disposition = dice.Chance(0.8) ? "01" : "06" };
        return Adt(gone, patient, "A03", Happening.Discharged, now);
    }

    private RegionMessage Admit(DateTimeOffset now)
    {
        if (inHospital.Count > 60)
            return Update(now);
        var (patient, stay) = SomebodyElse(now);
        stay = stay with { Began = now };
        inHospital.Add((patient, stay));
        return Adt(stay, patient, "A01", Happening.Admitted, now);
    }

    private RegionMessage Update(DateTimeOffset now)
    {
        if (inHospital.Count == 0)
            return Result(now, isCritical: false);
        var (patient, stay) = dice.Pick(inHospital);
        return Adt(stay with { Room = $"{100 + dice.Below(30)}" }, patient, "A08", Happening.Updated, now);
    }

    private RegionMessage[] ClinicVisit(DateTimeOffset now)
    {
        var patient = dice.Pick(living);
        var feed = SyntheticPlaces.Hospitals[patient.Clinic.Hospital];
        var began = now - TimeSpan.FromMinutes(25);
        var visit = new Visit
        {
            Number = $"{patient.Clinic.Code}{patient.Number:D5}L{now.ToUnixTimeSeconds() % 10_000_000}", Feed = feed, Class = "O", Ward = patient.Clinic.Code,
            Attending = dice.Pick(Reasons.Doctors), Service = "FAM", Reason = dice.Pick(Reasons.Routine), Began = began,
        };
        return
        [
            Adt(visit, patient, "A04", Happening.VisitBegan, began, now),
            Adt(visit with { Ended = now, Disposition = "01" }, patient, "A03", Happening.VisitEnded, now),
        ];
    }

    private RegionMessage Result(DateTimeOffset now, bool isCritical)
    {
        var inpatient = inHospital.Count > 0 && dice.Chance(0.7);
        var patient = inpatient ? dice.Pick(inHospital).Patient : dice.Pick(living);
        var far = isCritical ? dice.Pick(LabPanels.ChemistryExcursions) : null;
        var report = new LabReport
        {
            Laboratory = SyntheticPlaces.Laboratories[patient.Home == 0 ? 0 : 1], Patient = patient, Hospital = patient.Home,
            Number = $"L{patient.Number:D5}{now.ToUnixTimeMilliseconds() % 10_000_000_000}", Panel = isCritical || dice.Chance(0.6) ? LabPanels.Chemistry : LabPanels.BloodCount,
            Collected = now - TimeSpan.FromMinutes(dice.Between(35, 90)), Reported = now, Orderer = dice.Pick(Reasons.Doctors),
            Far = far is null ? null : (far.Loinc, dice.Between(far.Low, far.High)),
        };
        var id = ControlId(report.Laboratory, now);
        return new RegionMessage(now, report.Laboratory.Id, id, isCritical ? Happening.CriticalResult : Happening.Result, patient.Number, report.Write(region.Dice, id));
    }

    private (SyntheticPatient Patient, Visit Stay) Leave()
    {
        var at = dice.Below(inHospital.Count);
        var leaving = inHospital[at];
        inHospital.RemoveAt(at);
        return leaving;
    }

    /// <summary>Somebody who is not in hospital, with a stay of some days that the hub has not heard of yet.</summary>
    private (SyntheticPatient Patient, Visit Stay) SomebodyElse(DateTimeOffset now)
    {
        var patient = dice.Pick(living);
        for (var tries = 0; !seen.Add(patient.Number) && tries < 50; tries++)
            patient = dice.Pick(living);
        var feed = SyntheticPlaces.Hospitals[patient.Home];
        return (patient, new Visit
        {
            Number = $"{feed.Facility}{patient.Number:D5}L{now.ToUnixTimeSeconds() % 10_000_000}", Feed = feed, Class = "I", Ward = "4W", Room = $"{100 + dice.Below(30)}", Bed = "A",
            Attending = dice.Pick(Reasons.Doctors), Reason = Reasons.ForStay(patient, dice), Began = now - TimeSpan.FromDays(dice.Between(1.5, 6)),
        });
    }

    private RegionMessage Adt(Visit visit, SyntheticPatient patient, string trigger, Happening what, DateTimeOffset occurred, DateTimeOffset? sent = null)
    {
        var at = sent ?? occurred;
        var id = ControlId(visit.Feed, at);
        var hospital = SyntheticPlaces.Hospitals.ToList().IndexOf(visit.Feed);
        return new RegionMessage(at, visit.Feed.Id, id, what, patient.Number, AdtMessages.Write(visit, patient, hospital, trigger, occurred, at, id));
    }

    private string ControlId(RegionFeed feed, DateTimeOffset at) => $"{feed.Facility}L{at.ToUnixTimeSeconds() % 1_000_000_000:D9}{number % 10_000:D4}{dice.Below(10)}";
}
