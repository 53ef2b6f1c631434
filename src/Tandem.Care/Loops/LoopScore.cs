namespace Tandem.Care.Loops;

/// <summary>
/// The place of a loop on the list, explained. A score is points plus the hours since it was due, so all scores rise alike with time and
/// their order never changes by itself: it can be kept in an index (decision 0006).
/// </summary>
public static class LoopScore
{
    private static readonly TimeSpan OnePoint = TimeSpan.FromHours(1);

    /// <summary>What the tier alone is worth.</summary>
    public static ScorePart OfTier(LoopTier tier) => tier switch
    {
        LoopTier.Red => new ScorePart("tier-red", 500, new LocalizedText("To be answered in minutes", "Se responde en minutos")),
        LoopTier.Orange => new ScorePart("tier-orange", 50, new LocalizedText("To be answered in hours", "Se responde en horas")),
        _ => new ScorePart("tier-routine", 0, new LocalizedText("To be done in days", "Se hace en días")),
    };

    /// <summary>The tier's points and those of the loop's facts, without time.</summary>
    public static int Points(Loop loop) => OfTier(loop.Tier).Points + loop.Parts.Sum(part => part.Points);

    /// <summary>The score now: points plus one for each hour past due (minus one for each hour still left).</summary>
    public static int At(Loop loop, DateTimeOffset now) => (int)Math.Round((now - RankAt(loop)) / OnePoint, MidpointRounding.AwayFromZero);

    /// <summary>The points that time gives or takes now.</summary>
    public static int OfTime(Loop loop, DateTimeOffset now) => At(loop, now) - Points(loop);

    /// <summary>The instant at which the score is nought: due minus the points' hours. The lower, the higher on the list.</summary>
    public static DateTimeOffset RankAt(Loop loop) => loop.Due - (OnePoint * Points(loop));
}
