namespace Tandem.Trial.Demo;

/// <summary>How much happens, against a region as it is seen.</summary>
/// <param name="Illness">How many times as many hospital stays.</param>
/// <param name="Slips">How many times as often something is far out, corrected, cancelled or taken back.</param>
internal sealed record RegionPace(double Illness = 1, double Slips = 1);

/// <summary>A region of people who do not exist. The same seed, size and day always give the same region.</summary>
internal sealed class SyntheticRegion
{
    /// <param name="seed">What everything follows from.</param>
    /// <param name="patients">How many live in it.</param>
    /// <param name="today">The day that ages are counted from.</param>
    /// <param name="pace">How much happens; as it is seen when null.</param>
    internal SyntheticRegion(ulong seed, int patients, DateOnly today, RegionPace? pace = null)
    {
        Pace = pace ?? new RegionPace();
        Seed = seed;
        Dice = new Dice(seed);
        Patients = [.. Enumerable.Range(0, patients).Select(number => SyntheticPatient.Create(Dice, number, today))];
    }

    internal ulong Seed { get; }

    internal RegionPace Pace { get; }

    internal Dice Dice { get; }

    internal IReadOnlyList<SyntheticPatient> Patients { get; }

    /// <summary>What all systems of the region send from one instant to another, in order of arrival.</summary>
    internal IReadOnlyList<RegionMessage> Messages(DateTimeOffset from, DateTimeOffset until)
    {
        var all = new List<RegionMessage>();
        foreach (var patient in Patients)
            all.AddRange(new PatientStory(patient, Dice, Pace, from, until).Tell());
        all.AddRange(BrokenMessages.Between(Dice, Patients, from, until));
        all.Sort(RegionMessage.ByArrival);
        return all;
    }

    /// <summary>Who is alive at a moment, and who of them is in hospital, by the story that began at <paramref name="from"/>.</summary>
    internal (IReadOnlyList<SyntheticPatient> Living, List<(SyntheticPatient Patient, Visit Stay)> InHospital) At(DateTimeOffset now, DateTimeOffset from)
    {
        var living = new List<SyntheticPatient>();
        var inside = new List<(SyntheticPatient, Visit)>();
        foreach (var patient in Patients)
        {
            var story = new PatientStory(patient, Dice, Pace, from, now);
            story.Tell();
            if (story.Died is { } died && died <= now)
                continue;
            living.Add(patient);
            foreach (var stay in story.Stays.Where(stay => stay.Began <= now && stay.Ended > now))
                inside.Add((patient, stay with { Ended = null, Disposition = "" }));
        }

        return (living, inside);
    }
}
