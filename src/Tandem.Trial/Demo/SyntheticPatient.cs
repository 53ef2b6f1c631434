namespace Tandem.Trial.Demo;

/// <summary>What somebody lives with; gives results their level and stays their reasons.</summary>
[Flags]
internal enum Conditions
{
    None = 0,
    Diabetes = 1,
    KidneyDisease = 2,
    HeartFailure = 4,
    Copd = 8,
    Hypertension = 16,
    Anaemia = 32,
}

/// <summary>Somebody of the region who does not exist.</summary>
internal sealed record SyntheticPatient
{
    /// <summary>From 0.</summary>
    internal required int Number { get; init; }

    internal required string Given { get; init; }

    internal required string Family { get; init; }

    internal required bool IsFemale { get; init; }

    internal required DateOnly Birth { get; init; }

    /// <summary><c>en</c> or <c>es</c>.</summary>
    internal required string Language { get; init; }

    /// <summary>Which hospital is theirs, from 0.</summary>
    internal required int Home { get; init; }

    /// <summary>Another hospital they also go to, or null.</summary>
    internal required int? Other { get; init; }

    internal required SyntheticClinic Clinic { get; init; }

    internal required string Street { get; init; }

    internal required (string City, string State, string Zip) Town { get; init; }

    internal required string Phone { get; init; }

    internal required Conditions Conditions { get; init; }

    /// <summary>How much more often than others they are ill; about 1.</summary>
    internal required double Frailty { get; init; }

    /// <summary>The number they have across the region.</summary>
    internal string RegionalNumber => $"R{100_000 + (Number * 7)}";

    /// <summary>Their medical record number at a hospital.</summary>
    internal string RecordNumber(int hospital) => hospital switch
    {
        0 => $"{4_000_000 + (Number * 13)}",
        1 => $"EV{20_000 + (Number * 3)}",
        _ => $"F-{70_000 + (Number * 11)}",
    };

    internal static SyntheticPatient Create(Dice region, int number, DateOnly today)
    {
        var dice = region.For("patient", number);
        var home = dice.Pick<int>([(0, 5), (1, 3.5), (2, 2)]);
        var isSpanish = dice.Chance(0.22);
        var isFemale = dice.Chance(0.53);
        var age = Age(dice);
        var conditions = Living(dice, age);
        return new SyntheticPatient
        {
            Number = number,
            Given = SyntheticNames.Given(dice, isFemale, isSpanish),
            Family = SyntheticNames.Family(dice, isSpanish),
            IsFemale = isFemale,
            Birth = today.AddYears(-age).AddDays(-dice.Below(364) - 1),
            Language = isSpanish && dice.Chance(0.6) ? "es" : "en",
            Home = home,
            Other = dice.Chance(0.12) ? (home + 1 + dice.Below(2)) % 3 : null,
            Clinic = SyntheticPlaces.Clinics[(home * 2) + dice.Below(2)],
            Street = $"{100 + dice.Below(8_900)} {dice.Pick(SyntheticPlaces.Streets)}",
            Town = dice.Pick(SyntheticPlaces.Towns[home]),
            Phone = $"({(home == 2 ? 307 : home == 1 ? 308 : 402)})555-{100 + dice.Below(100):D4}",
            Conditions = conditions,
            Frailty = (0.35 + (age / 90.0) + (0.45 * int.PopCount((int)conditions))) * dice.Between(0.5, 1.5),
        };
    }

    /// <summary>A panel under care management is older than its county.</summary>
    private static int Age(Dice dice) => dice.Below(100) switch
    {
        < 4 => 1 + dice.Below(17),
        < 25 => 18 + dice.Below(27),
        < 52 => 45 + dice.Below(20),
        < 85 => 65 + dice.Below(17),
        _ => 82 + dice.Below(15),
    };

    private static Conditions Living(Dice dice, int age)
    {
        var likely = age switch { < 18 => 0.05, < 45 => 0.35, < 65 => 0.8, _ => 1.2 };
        var all = Conditions.None;
        foreach (var (condition, share) in Shares)
        {
            if (dice.Chance(share * likely))
                all |= condition;
        }

        return all;
    }

    private static readonly (Conditions Condition, double Share)[] Shares =
    [
        (Conditions.Diabetes, 0.22), (Conditions.KidneyDisease, 0.14), (Conditions.HeartFailure, 0.11), (Conditions.Copd, 0.12), (Conditions.Hypertension, 0.45),
        (Conditions.Anaemia, 0.09),
    ];
}
