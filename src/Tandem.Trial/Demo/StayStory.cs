namespace Tandem.Trial.Demo;

/// <summary>Takes a message into the stream: when, by whom, what it tells, and its bytes for a control id.</summary>
internal delegate void Sending(DateTimeOffset at, RegionFeed feed, Happening what, Func<string, byte[]> write);

/// <summary>What is sent about one hospital stay, from admission to discharge.</summary>
internal sealed class StayStory(SyntheticPatient patient, Dice region, RegionPace pace, Dice dice, int number, DateTimeOffset admitted, Sending send)
{
    private static readonly (string Ward, string Service)[] Wards = [("4W", "MED"), ("5N", "MED"), ("ICU", "CCM"), ("TELE", "CAR"), ("3S", "SUR")];

    /// <summary>Tells the stay.</summary>
    /// <param name="died">When the patient died in it, or null.</param>
    /// <returns>The stay after its end; without one when the admission was cancelled.</returns>
    internal Visit Tell(out DateTimeOffset? died)
    {
        died = null;
        var hospital = patient.Other is { } other && dice.Chance(0.4) ? other : patient.Home;
        var stay = Begin(hospital);
        var admission = Minutes(0.5, 4);
        send(stay.Began + admission, stay.Feed, Happening.Admitted, id => Write(stay, hospital, "A01", stay.Began, stay.Began + admission, id));
        if (dice.Chance(0.015 * pace.Slips))
        {
            var cancelled = stay.Began + Minutes(20, 120);
            send(cancelled, stay.Feed, Happening.AdmissionCancelled, id => Write(stay, hospital, "A11", cancelled, cancelled, id));
            return stay with { Ended = cancelled };
        }

        var (ended, isDeath) = End(stay);
        Update(stay, hospital, ended);
        Results(stay, hospital, ended);
        died = isDeath ? ended : null;
        return Discharge(stay, hospital, ended, isDeath);
    }

    private Visit Begin(int hospital)
    {
        var feed = SyntheticPlaces.Hospitals[hospital];
        var day = DateOnly.FromDateTime(feed.Local(admitted).Date);
        var began = feed.At(day, TimeSpan.FromMinutes(Math.Floor(dice.Between(7 * 60, (23 * 60) + 50))));
        var (ward, service) = dice.Pick(Wards);
        return new Visit
        {
            Number = $"{feed.Facility}{patient.Number:D5}{number:D3}", Feed = feed, Class = "I", Ward = ward, Room = $"{100 + dice.Below(30)}", Bed = dice.Chance(0.5) ? "A" : "B",
            Attending = dice.Pick(Reasons.Doctors), Service = service, Reason = Reasons.ForStay(patient, dice), Began = began,
        };
    }

    /// <summary>Some nights later, late in the morning, seldom on a weekend.</summary>
    private (DateTimeOffset At, bool IsDeath) End(Visit stay)
    {
        var nights = Math.Clamp((int)Math.Round(Math.Exp(1.05 + (dice.Normal() * 0.55))), 1, 16);
        var day = DateOnly.FromDateTime(stay.Feed.Local(stay.Began).Date).AddDays(nights);
        if (day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday && dice.Chance(0.6))
            day = day.AddDays(day.DayOfWeek == DayOfWeek.Saturday ? 2 : 1);
        var isDeath = dice.Chance(0.014);
        var minute = isDeath ? dice.Between(0, 1439) : Math.Clamp(705 + (dice.Normal() * 110), 480, 1140);
        return (stay.Feed.At(day, TimeSpan.FromMinutes(Math.Floor(minute))), isDeath);
    }

    private void Update(Visit stay, int hospital, DateTimeOffset ended)
    {
        for (var i = dice.Below(3); i > 0; i--)
        {
            var at = stay.Began + ((ended - stay.Began) * dice.Between(0.1, 0.9));
            var moved = stay with { Room = $"{100 + dice.Below(30)}" };
            send(at, stay.Feed, Happening.Updated, id => Write(moved, hospital, "A08", at, at, id));
        }
    }

    private void Results(Visit stay, int hospital, DateTimeOffset ended)
    {
        var lab = new LabStory(patient, region, pace, dice, send);
        lab.Order(stay, hospital, stay.Began + Minutes(10, 50), TimeSpan.FromMinutes(dice.Between(35, 80)), farChance: 0.045);
        for (var day = stay.Feed.Local(stay.Began).Date.AddDays(1); ; day = day.AddDays(2))
        {
            var at = stay.Feed.At(DateOnly.FromDateTime(day), TimeSpan.FromMinutes(dice.Between(300, 380)));
            if (at >= ended)
                return;
            lab.Order(stay, hospital, at, TimeSpan.FromMinutes(dice.Between(40, 110)), farChance: 0.03);
        }
    }

    /// <summary>A discharge; now and then it is taken back and happens a day later.</summary>
    private Visit Discharge(Visit stay, int hospital, DateTimeOffset ended, bool isDeath)
    {
        var gone = stay with { Ended = ended, Disposition = isDeath ? "20" : dice.Pick(Reasons.Dispositions) };
        var sent = ended + Minutes(0.3, 6);
        DateTimeOffset? died = isDeath ? ended : null;
        send(sent, stay.Feed, isDeath ? Happening.Died : Happening.Discharged, id => Write(gone, hospital, "A03", ended, sent, id, died));
        if (isDeath || !dice.Chance(0.03 * pace.Slips))
            return gone;

        var back = sent + Minutes(15, 240);
        send(back, stay.Feed, Happening.DischargeCancelled, id => Write(stay, hospital, "A13", back, back, id));
        var again = gone with { Ended = ended + TimeSpan.FromHours(dice.Between(20, 30)) };
        send(again.Ended.Value + Minutes(1, 5), stay.Feed, Happening.Discharged,
            id => Write(again, hospital, "A03", again.Ended.Value, again.Ended.Value + TimeSpan.FromMinutes(1), id));
        return again;
    }

    private byte[] Write(Visit visit, int hospital, string trigger, DateTimeOffset occurred, DateTimeOffset sent, string id, DateTimeOffset? died = null) =>
        AdtMessages.Write(visit, patient, hospital, trigger, occurred, sent, id, died);

    private TimeSpan Minutes(double low, double high) => TimeSpan.FromMinutes(dice.Between(low, high));
}
