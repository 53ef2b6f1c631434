using Tandem.Care.Loops;

namespace Tandem.Trial.Demo;

/// <summary>What a colleague does at one moment about one loop.</summary>
internal abstract record ColleagueAct(DateTimeOffset At, string Loop, int Who)
{
    /// <summary>Takes it.</summary>
    internal sealed record Claim(DateTimeOffset At, string Loop, int Who) : ColleagueAct(At, Loop, Who);

    /// <summary>Tries to reach somebody.</summary>
    internal sealed record Attempt(DateTimeOffset At, string Loop, int Who, AttemptOutcome Outcome) : ColleagueAct(At, Loop, Who);

    /// <summary>Closes it with what it asks for.</summary>
    internal sealed record Close(DateTimeOffset At, string Loop, int Who, EvidenceKind Kind) : ColleagueAct(At, Loop, Who);

    /// <summary>Puts it out of sight.</summary>
    internal sealed record Snooze(DateTimeOffset At, string Loop, int Who, DateTimeOffset Until) : ColleagueAct(At, Loop, Who);

    /// <summary>Gives it to a colleague.</summary>
    internal sealed record HandOver(DateTimeOffset At, string Loop, int Who, int ToWhom) : ColleagueAct(At, Loop, Who);
}

/// <summary>
/// What colleagues will do about a loop unless it ends before: as quick and as slow as people are. Follows from the seed and the loop alone, so
/// that it does not matter when or how often it is asked for.
/// </summary>
internal sealed class LoopPlan
{
    private static readonly TimeZoneInfo Office = TimeZoneInfo.FindSystemTimeZoneById("America/Chicago");
    private static readonly TimeSpan Beforehand = TimeSpan.FromDays(1);
    private readonly Loop loop;
    private readonly Dice dice;
    private readonly List<ColleagueAct> acts = [];
    private readonly int who;
    private DateTimeOffset at;

    private LoopPlan(Loop loop, Dice dice, DateTimeOffset from)
    {
        (this.loop, this.dice, at) = (loop, dice, from);
        who = dice.Below(Colleague.Coordinators.Count);
    }

    /// <summary>The acts in order of time.</summary>
    /// <param name="loop">The loop as it was opened.</param>
    /// <param name="region">The region's dice.</param>
    /// <param name="from">Since when colleagues can see it.</param>
    internal static IReadOnlyList<ColleagueAct> For(Loop loop, Dice region, DateTimeOffset from)
    {
        var plan = new LoopPlan(loop, region.For("plan-" + loop.Id), from);
        switch (loop.Evidence.Kind)
        {
            case EvidenceKind.CriticalResultTold: plan.Tell(); break;
            case EvidenceKind.ContactOutcome: plan.Contact(); break;
            case EvidenceKind.Visit: plan.WatchVisit(); break;
            default: plan.WorkThrough(loop.Evidence.Kind); break;
        }

        return plan.acts;
    }

    /// <summary>Day and night somebody answers within the hour; now and then nobody does until it has climbed.</summary>
    private void Tell()
    {
        at += TimeSpan.FromMinutes(dice.Chance(0.86) ? dice.Between(3, 24) : dice.Between(65, 170));
        acts.Add(new ColleagueAct.Claim(at, loop.Id, who));
        at += TimeSpan.FromMinutes(dice.Between(3, 21));
        if (dice.Chance(0.2))
        {
            acts.Add(new ColleagueAct.Attempt(at, loop.Id, who, dice.Chance(0.5) ? AttemptOutcome.Busy : AttemptOutcome.NoAnswer));
            at += TimeSpan.FromMinutes(dice.Between(6, 15));
        }

        acts.Add(new ColleagueAct.Close(at, loop.Id, who, EvidenceKind.CriticalResultTold));
    }

    private void Contact()
    {
        Later(dice.Chance(0.07) ? dice.Between(50, 110) : dice.Between(2, 16));
        acts.Add(new ColleagueAct.Claim(at, loop.Id, who));
        var caller = MaybeHandOver();
        Later(dice.Between(0.2, 2));
        for (var attempt = 1; attempt < 4 && !dice.Chance(0.66); attempt++)
        {
            acts.Add(new ColleagueAct.Attempt(at, loop.Id, caller, dice.Pick<AttemptOutcome>([(AttemptOutcome.NoAnswer, 4), (AttemptOutcome.LeftMessage, 4), (AttemptOutcome.Busy, 1)])));
            Later(dice.Between(5, 24));
        }

        acts.Add(new ColleagueAct.Attempt(at, loop.Id, caller, AttemptOutcome.Reached));
    }

    /// <summary>Most visits arrive by themselves; what has not come in time is asked after.</summary>
    private void WatchVisit()
    {
        if (dice.Chance(0.3))
        {
            Later(dice.Between(6, 40));
            acts.Add(new ColleagueAct.Claim(at, loop.Id, who));
            Later(1);
            if (dice.Chance(0.6))
                acts.Add(new ColleagueAct.Snooze(at, loop.Id, who, loop.Due - Beforehand > at + Beforehand ? loop.Due - Beforehand : at + Beforehand));
        }

        at = loop.Due > at ? loop.Due : at;
        Later(dice.Between(4, 90));
        acts.Add(new ColleagueAct.Claim(at, loop.Id, who));
        Later(dice.Between(1, 60));
        acts.Add(new ColleagueAct.Close(at, loop.Id, who, EvidenceKind.Visit));
    }

    private void WorkThrough(EvidenceKind kind)
    {
        Later(dice.Between(4, 70));
        acts.Add(new ColleagueAct.Claim(at, loop.Id, who));
        var worker = MaybeHandOver();
        Later(dice.Between(4, 60));
        acts.Add(new ColleagueAct.Close(at, loop.Id, worker, kind));
    }

    private int MaybeHandOver()
    {
        if (!dice.Chance(0.08))
            return who;
        var other = (who + 1 + dice.Below(Colleague.Coordinators.Count - 1)) % Colleague.Coordinators.Count;
        Later(0.5);
        acts.Add(new ColleagueAct.HandOver(at, loop.Id, who, other));
        return other;
    }

    /// <summary>Some hours later, and then within office hours: weekdays from eight to five.</summary>
    private void Later(double hours)
    {
        at += TimeSpan.FromHours(hours);
        var local = TimeZoneInfo.ConvertTime(at, Office);
        var isOpen = local.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) && local.Hour is >= 8 and < 17;
        if (isOpen)
            return;
        var day = local.Hour < 8 ? local.Date : local.Date.AddDays(1);
        while (day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday)
            day = day.AddDays(1);
        var morning = day.AddMinutes((8 * 60) + dice.Between(0, 170));
        at = new DateTimeOffset(morning, Office.GetUtcOffset(morning));
    }
}
