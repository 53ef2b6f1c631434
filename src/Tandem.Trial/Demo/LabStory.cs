namespace Tandem.Trial.Demo;

/// <summary>What laboratories send about an order: a result, seldom a critical one, some of which are corrected or cancelled.</summary>
internal sealed class LabStory(SyntheticPatient patient, Dice region, RegionPace pace, Dice dice, Sending send)
{
    private int reports;

    /// <summary>Draws blood and reports chemistry, a blood count or both.</summary>
    internal void Order(Visit visit, int hospital, DateTimeOffset collected, TimeSpan turnaround, double farChance)
    {
        var which = dice.Below(10);
        if (which < 7)
            Report(visit, hospital, LabPanels.Chemistry, collected, collected + turnaround, dice.Chance(farChance * pace.Slips) ? dice.Pick(LabPanels.ChemistryExcursions) : null);
        if (which > 5)
            Report(visit, hospital, LabPanels.BloodCount, collected, collected + turnaround + Minutes(2, 15), dice.Chance(farChance * pace.Slips * 0.6) ? dice.Pick(LabPanels.BloodCountExcursions) : null);
    }

    private void Report(Visit visit, int hospital, Panel panel, DateTimeOffset collected, DateTimeOffset reported, Excursion? far)
    {
        var report = new LabReport
        {
            Laboratory = SyntheticPlaces.Laboratories[hospital == 0 ? 0 : 1],
            Patient = patient,
            Hospital = hospital,
            Number = $"{visit.Number}{panel.Section}{collected.ToUnixTimeSeconds() % 10_000_000:D7}{++reports}",
            Panel = panel,
            Collected = collected,
            Reported = reported,
            Orderer = visit.Attending,
            Far = far is null ? null : (far.Loinc, dice.Between(far.Low, far.High)),
        };
        Send(report, far is null ? Happening.Result : Happening.CriticalResult);
        if (far is not null)
            Afterwards(report);
        else if (dice.Chance(0.008 * pace.Slips))
            Send(report with { Status = ResultStatus.Cancelled, Reported = reported + Minutes(30, 300) }, Happening.CancelledResult);
    }

    private void Afterwards(LabReport report)
    {
        var later = report.Reported + Minutes(12, 90);
        switch (dice.Below(100))
        {
            case var slip when slip < 12 * pace.Slips: Send(report with { Status = ResultStatus.Corrected, Reported = later }, Happening.CorrectedResult); break;
            case var slip when slip < 17 * pace.Slips: Send(report with { Status = ResultStatus.Cancelled, Reported = later }, Happening.CancelledResult); break;
            default:
                var repeat = report.Collected + TimeSpan.FromHours(dice.Between(3, 8));
                Send(report with { Number = report.Number + "R", Far = null, Collected = repeat, Reported = repeat + Minutes(40, 90) }, Happening.Result);
                break;
        }
    }

    private void Send(LabReport report, Happening what) => send(report.Reported, report.Laboratory, what, id => report.Write(region, id));

    private TimeSpan Minutes(double low, double high) => TimeSpan.FromMinutes(dice.Between(low, high));
}
