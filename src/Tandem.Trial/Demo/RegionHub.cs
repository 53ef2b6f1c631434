using Tandem.Care.Intake;
using Tandem.Care.Loops;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Record.Reactions;

namespace Tandem.Trial.Demo;

/// <summary>A hub whose services do not run by themselves: each stage is led by hand, so that a simulation decides what happens when.</summary>
internal sealed class RegionHub(IServiceProvider services)
{
    private readonly DirectIntake intake = services.GetRequiredService<DirectIntake>();
    private readonly ReactionRunner reactions = services.GetRequiredService<ReactionRunner>();
    private readonly LadderClock ladders = services.GetRequiredService<LadderClock>();

    internal RecordStore Record { get; } = services.GetRequiredService<RecordStore>();

    /// <summary>Receives messages in order; those that come together share commits.</summary>
    /// <returns>The acknowledgements of each.</returns>
    internal async Task<IReadOnlyList<byte[]>[]> ReceiveAsync(IEnumerable<RegionMessage> messages, CancellationToken cancel)
    {
        var answers = new List<Task<IReadOnlyList<byte[]>>>();
        foreach (var message in messages)
            answers.Add(intake.ReceiveAsync(message.Bytes, message.Feed, cancel)); // kept in the order of the calls
        return await Task.WhenAll(answers);
    }

    /// <summary>Brings what was received into the record.</summary>
    internal Task ApplyAsync(CancellationToken cancel) => intake.ApplyWaitingAsync(cancel);

    /// <summary>Lets pathways decide about what is new.</summary>
    internal Task ReactAsync(CancellationToken cancel) => reactions.CatchUpAsync(cancel);

    /// <summary>When the next ladder climbs or snooze ends.</summary>
    internal DateTimeOffset? NextClimb => ladders.Next();

    /// <summary>Lets ladders climb and snoozes end.</summary>
    internal Task<int> ClimbAsync(DateTimeOffset now, CancellationToken cancel) => ladders.TickAsync(now, cancel);

    /// <summary>Does what a colleague does; a refusal is as it is for people: somebody else was quicker, or it has ended.</summary>
    internal async Task<Outcome<Loop>> ActAsync(ColleagueAct act, CancellationToken cancel)
    {
        if (FindPatientLoops.One(Record, act.Loop, AccessScope.System) is not { } loop)
            return Refusal.NotFound("The loop is gone.");
        var me = Colleague.Coordinators[act.Who];
        var scope = me.Scope(null, [loop.Team]);
        return act switch
        {
            ColleagueAct.Claim => await ClaimLoop.HandleAsync(Record, loop.Id, loop.Version, scope, cancel),
            ColleagueAct.Attempt attempt => await RecordAttempt.HandleAsync(Record, loop.Id, loop.Version, Evidence.Attempt(loop, attempt), scope, cancel),
            ColleagueAct.Close close => await CloseLoop.HandleAsync(Record, loop.Id, loop.Version, Evidence.Closing(close), scope, cancel),
            ColleagueAct.Snooze snooze => await SnoozeLoop.HandleAsync(Record, loop.Id, loop.Version, snooze.Until, "The visit is booked; look again afterwards.", scope, cancel),
            ColleagueAct.HandOver over => await HandOverLoop.HandleAsync(
                Record, loop.Id, loop.Version, Colleague.Coordinators[over.ToWhom].Reference, "I am out this afternoon. Please take this one.", scope, cancel),
            _ => throw new InvalidOperationException($"Nobody does {act.GetType().Name}."),
        };
    }

    private static class Evidence
    {
        internal static EvidenceForm Attempt(Loop loop, ColleagueAct.Attempt attempt) => new(EvidenceKind.ContactOutcome, attempt.At)
        {
            Outcome = attempt.Outcome,
            Medium = "phone",
            Whom = attempt.Outcome != AttemptOutcome.Reached ? "" : loop.Tier == LoopTier.Red ? "Charge nurse" : "Patient",
            Note = attempt.Outcome == AttemptOutcome.Reached ? "Doing well at home; knows whom to call. Medicines were picked up." : "",
        };

        internal static EvidenceForm Closing(ColleagueAct.Close close) => new(close.Kind, close.At)
        {
            Medium = close.Kind == EvidenceKind.Visit ? "in-person" : "phone",
            Whom = close.Kind switch
            {
                EvidenceKind.CriticalResultTold => "Dr. Testperson, on call",
                EvidenceKind.Visit => "Dr. Sample-Whitfield, outside clinic",
                _ => "",
            },
            ReadBack = close.Kind == EvidenceKind.CriticalResultTold,
            Note = close.Kind switch
            {
                EvidenceKind.CriticalResultTold => "Told by phone; treatment has begun.",
                EvidenceKind.MedicationReconciliation => "Discharge list compared with what is taken at home.",
                EvidenceKind.Visit => "Seen elsewhere; the clinic confirmed it.",
                _ => "Looked into and settled.",
            },
        };
    }
}
