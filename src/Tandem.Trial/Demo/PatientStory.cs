namespace Tandem.Trial.Demo;

/// <summary>What the region's systems send about one person over a time. Follows from the seed, the person and the time alone.</summary>
internal sealed class PatientStory(SyntheticPatient patient, Dice region, RegionPace pace, DateTimeOffset from, DateTimeOffset until)
{
    private static readonly TimeSpan BetweenStays = TimeSpan.FromDays(420);
    private static readonly TimeSpan BetweenVisits = TimeSpan.FromDays(130);
    private static readonly TimeSpan Registering = TimeSpan.FromHours(6); // before anything else is sent
    private static readonly TimeSpan LeadIn = TimeSpan.FromDays(14);
    private readonly Dice stayDice = region.For("stays", patient.Number);
    private readonly Dice visitDice = region.For("visits", patient.Number);
    private readonly List<RegionMessage> messages = [];
    private readonly List<Visit> stays = [];
    private DateTimeOffset? died;

    /// <summary>The hospital stays that began before the end; known once the story was told.</summary>
    internal IReadOnlyList<Visit> Stays => stays;

    /// <summary>When the patient died; null while alive. Known once the story was told.</summary>
    internal DateTimeOffset? Died => died;

    /// <summary>All messages that are sent from the beginning up to but not including the end.</summary>
    internal List<RegionMessage> Tell()
    {
        Register();
        TellStays();
        TellVisits();
        return messages;
    }

    private void Register()
    {
        var registering = region.For("register", patient.Number);
        var at = from + TimeSpan.FromSeconds(registering.Between(0, 5 * 3600));
        Send(at, SyntheticPlaces.Hospitals[patient.Home], Happening.Registered, id => AdtMessages.Register(SyntheticPlaces.Hospitals[patient.Home], patient, patient.Home, at, id));
        if (patient.Other is { } other)
            Send(at + TimeSpan.FromMinutes(registering.Between(5, 50)), SyntheticPlaces.Hospitals[other], Happening.Registered,
                id => AdtMessages.Register(SyntheticPlaces.Hospitals[other], patient, other, at, id));
    }

    private void TellStays()
    {
        var at = from - LeadIn + stayDice.Wait(BetweenStays / (patient.Frailty * pace.Illness));
        while (at < until && died is null)
        {
            var stay = new StayStory(patient, region, pace, stayDice, stays.Count + 1, at, Send).Tell(out died);
            if (stay.Ended is not { } ended)
                return;
            stays.Add(stay);
            if (died is null)
                AfterStay(stay, ended);
            at = ended + (stayDice.Chance(0.13) ? TimeSpan.FromDays(stayDice.Between(2, 24)) : TimeSpan.FromDays(10) + stayDice.Wait(BetweenStays / (patient.Frailty * pace.Illness)));
        }
    }

    /// <summary>Most go home and are seen within a fortnight, some late, some never; few die.</summary>
    private void AfterStay(Visit stay, DateTimeOffset ended)
    {
        if (stayDice.Chance(0.012))
        {
            died = ended + TimeSpan.FromDays(stayDice.Between(1, 20));
            var feed = stay.Feed;
            var sent = died.Value + TimeSpan.FromHours(stayDice.Between(4, 30));
            Send(sent, feed, Happening.Died, id => AdtMessages.Write(stay, patient, HospitalOf(feed), "A08", sent, sent, id, died));
            return;
        }

        var days = stayDice.Below(100) switch { < 62 => 3 + stayDice.Below(10), < 74 => 13 + stayDice.Below(6), _ => 0 };
        if (days > 0 && stay.Disposition is "01" or "06")
            TellVisit(DateOnly.FromDateTime(stay.Feed.Local(ended).Date).AddDays(days), Reasons.FollowUp, stayDice, $"F{stays.Count:D2}");
    }

    private void TellVisits()
    {
        var number = 0;
        var at = from + visitDice.Wait(BetweenVisits / Math.Max(0.6, patient.Frailty / 1.5));
        while (at < until)
        {
            TellVisit(DateOnly.FromDateTime(at.Date), visitDice.Pick(Reasons.Routine), visitDice, $"R{++number:D2}");
            at += TimeSpan.FromDays(20) + visitDice.Wait(BetweenVisits / Math.Max(0.6, patient.Frailty / 1.5));
        }
    }

    private void TellVisit(DateOnly date, (string Code, string Text) reason, Dice dice, string number)
    {
        var feed = SyntheticPlaces.Hospitals[patient.Clinic.Hospital];
        while (date.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday)
            date = date.AddDays(1);
        var began = feed.At(date, TimeSpan.FromMinutes(Math.Round(dice.Between(8 * 60, 16.5 * 60) / 5) * 5));
        var ended = began + TimeSpan.FromMinutes(20 + dice.Below(45));
        if (died <= began || stays.Any(stay => began >= stay.Began && began <= stay.Ended))
            return;
        var visit = new Visit
        {
            Number = $"{patient.Clinic.Code}{patient.Number:D5}{number}", Feed = feed, Class = "O", Ward = patient.Clinic.Code, Attending = dice.Pick(Reasons.Doctors), Service = "FAM", Reason = reason, Began = began,
        };
        var hospital = patient.Clinic.Hospital;
        var late = TimeSpan.FromSeconds(dice.Between(5, 90));
        Send(began + late, feed, Happening.VisitBegan, id => AdtMessages.Write(visit, patient, hospital, "A04", began, began + late, id));
        var done = visit with { Ended = ended, Disposition = "01" };
        Send(ended + late, feed, Happening.VisitEnded, id => AdtMessages.Write(done, patient, hospital, "A03", ended, ended + late, id));
        if (dice.Chance(0.4))
            new LabStory(patient, region, pace, dice, Send).Order(visit, hospital, began + TimeSpan.FromMinutes(15), turnaround: TimeSpan.FromHours(dice.Between(2, 6)), farChance: 0.01);
    }

    private static int HospitalOf(RegionFeed feed) => SyntheticPlaces.Hospitals.ToList().IndexOf(feed);

    private void Send(DateTimeOffset at, RegionFeed feed, Happening what, Func<string, byte[]> write)
    {
        if (at < (what == Happening.Registered ? from : from + Registering) || at >= until)
            return;
        var id = $"{feed.Facility}{patient.Number:D5}{at.ToUnixTimeSeconds() % 100_000_000:D8}{(int)what:D2}";
        messages.Add(new RegionMessage(at, feed.Id, id, what, patient.Number, write(id)));
    }
}
