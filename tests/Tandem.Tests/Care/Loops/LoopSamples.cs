using Tandem.Care.Loops;
using Tandem.Kernel.Actors;
using Tandem.Tests.Support;

namespace Tandem.Tests.Care.Loops;

/// <summary>Loops and people for tests, in short words.</summary>
internal static class LoopSamples
{
    internal const string Bay = "CareTeam/bay";
    internal static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    internal static readonly AccessScope Ana = Person("ana", "Ana Testperson");
    internal static readonly AccessScope Ben = Person("ben", "Ben Testperson");

    internal static LoopProposal ACall(string cause = "e1", string patient = "p1", DateTimeOffset? opened = null) => new()
    {
        Key = "follow-up-after-discharge|1|contact|Encounter/" + cause,
        Pathway = "follow-up-after-discharge",
        PathwayVersion = "1",
        Action = "contact",
        Patient = patient,
        Focus = "Encounter/" + cause,
        Title = new("Call after discharge", "Llamada tras el alta"),
        Why = new("Discharged home on Monday", "Alta a casa el lunes"),
        ClosedBy = new("Speaking with the patient or caregiver", "Hablar con el paciente o su cuidador"),
        Parts = [new ScorePart("high-risk", 10, new("Second stay in 30 days", "Segundo ingreso en 30 días"))],
        Opened = opened ?? Noon,
        Due = (opened ?? Noon) + TimeSpan.FromDays(2),
        Tier = LoopTier.Routine,
        OwnerTeam = Bay,
        BackUp = "Practitioner/lead",
        Ladder =
        [
            new LadderStep((opened ?? Noon) + TimeSpan.FromDays(1), "CareTeam/bay-leads", "worklist"),
            new LadderStep((opened ?? Noon) + TimeSpan.FromDays(2), "Practitioner/lead", "page"),
        ],
        RepeatEvery = TimeSpan.FromDays(1),
        Evidence = new EvidenceRule(EvidenceKind.ContactOutcome),
    };

    internal static LoopProposal ACriticalResult(string cause = "o1", string patient = "p1") => ACall(cause, patient) with
    {
        Key = "critical-result|1|tell|Observation/" + cause,
        Pathway = "critical-result",
        Action = "tell",
        Focus = "Observation/" + cause,
        Due = Noon + TimeSpan.FromHours(1),
        Tier = LoopTier.Red,
        Ladder = [new LadderStep(Noon + TimeSpan.FromMinutes(30), "Practitioner/lead", "page")],
        RepeatEvery = TimeSpan.FromMinutes(15),
        Evidence = new EvidenceRule(EvidenceKind.CriticalResultTold),
    };

    internal static Loop Opened(LoopProposal? proposal = null) => OpenLoop.From(proposal ?? ACall());

    internal static EvidenceForm Reached(DateTimeOffset at) =>
        new(EvidenceKind.ContactOutcome, at) { Outcome = AttemptOutcome.Reached, Medium = "phone", Whom = "the patient" };

    private static AccessScope Person(string id, string name) =>
        new(new Actor("Practitioner/" + id, name), null, "coordinator", "TREAT", Reach.Everyone) { Teams = [Bay] };

    /// <summary>Opens a loop as a pathway does.</summary>
    internal static async Task<Loop> OpenAsync(this RecordFixture record, LoopProposal proposal) =>
        (await record.Store.WriteAsync<Loop>(AccessScope.System, session => OpenLoop.Apply(session, proposal), TestContext.Current.CancellationToken)).Value;
}
