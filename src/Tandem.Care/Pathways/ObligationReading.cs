using System.Runtime.ExceptionServices;
using Tandem.Care.Loops;
using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Json;
using Tandem.Kernel.Calendars;

namespace Tandem.Care.Pathways;

/// <summary>Reads from the facts how one obligation stands: a step of a pathway and the cause it is about.</summary>
internal sealed class ObligationReading(FactReading reading, PathwayPlan plan, PathwayAction action, Cause cause, Loop? existing)
{
    private static readonly LocalizedText Gone = new("What opened this was deleted.", "Se eliminó lo que abrió esto.");
    private static readonly LocalizedText NoTime = new("It is not known when this happened.", "No se sabe cuándo ocurrió.");
    private static readonly LocalizedText Other = new(
        "What opened this is of another kind than first reported.", "Lo que abrió esto es de otro tipo que lo informado al principio.");

    private string Key => existing?.Key ?? PathwayDecision.KeyOf(plan, action, cause.Key);

    internal Obligation Read()
    {
        var (applying, whyNot) = Applying();
        if (applying.Count == 0)
            return Stands(existing is null ? ObligationState.None : ObligationState.Withdrawn, whyNot ?? Gone);
        var chosen = Choose(applying);
        var context = Context(chosen.Fact.Resource, chosen).With("previous", chosen.Fact.Versions.Count > 1 ? chosen.Fact.Versions[^2].Resource : default);
        var places = Places(context);
        if (existing is null && !MayOpen(chosen.Fact, chosen.Opened, places))
            return Stands(ObligationState.None, Gone);
        var proposal = Proposal(chosen, context, places);
        foreach (var stop in action.Stops)
        {
            if (stop.Expression.IsTrue(context))
                return Stands(ObligationState.Withdrawn, stop.Meaning) with { Proposal = proposal };
        }

        if (Evidence(chosen, proposal) is { } found)
        {
            return Stands(ObligationState.Closed, found.Meaning) with { Proposal = proposal, Evidence = found.Reference, EvidenceAt = found.At };
        }

        return Stands(ObligationState.Open, proposal.Why) with { Proposal = proposal, EndWasTakenBack = EndWasTakenBack() };
    }

    /// <summary>True when the step applies to the cause and may still open a loop, or cannot be told.</summary>
    internal bool MayApply()
    {
        try
        {
            return Applying().Applying.Exists(one => IsInTime(one.Fact, one.Opened));
        }
        catch (FhirPathException)
        {
            return true; // told of where it is decided in full
        }
    }

    private (List<(Fact Fact, DateTimeOffset Opened)> Applying, LocalizedText? WhyNot) Applying()
    {
        var applying = new List<(Fact, DateTimeOffset)>();
        LocalizedText? whyNot = null;
        FhirPathException? unanswered = null;
        foreach (var fact in cause.Facts.OrderBy(fact => fact.Reference, StringComparer.Ordinal))
        {
            try
            {
                if (Opened(fact, out var reason) is { } opened)
                    applying.Add((fact, opened));
                whyNot ??= reason;
            }
            catch (FhirPathException e)
            {
                unanswered = e; // one that cannot be told must not keep back another that can
            }
        }

        if (applying.Count == 0 && unanswered is not null)
            ExceptionDispatchInfo.Throw(unanswered);
        return (applying, whyNot);
    }

    /// <summary>
    /// Where several facts are one cause, the newest says what the matter is, and the clock runs since the first that said the same: a duplicate
    /// starts no new clock, another value does.
    /// </summary>
    private (Fact Fact, DateTimeOffset Opened) Choose(List<(Fact Fact, DateTimeOffset Opened)> applying)
    {
        if (applying.Count == 1)
            return applying[0];
        var newest = applying.MaxBy(one => one.Opened);
        var basis = action.Basis is null ? "" : Basis(newest.Fact.Versions, newest.Fact.Versions.Count - 1);
        return applying.Where(one => action.Basis is null || Basis(one.Fact.Versions, one.Fact.Versions.Count - 1) == basis).MinBy(one => one.Opened);
    }

    private Obligation Stands(ObligationState state, LocalizedText why) =>
        new(plan, action, state, [.. cause.Facts.Select(fact => fact.Reference)], existing, why);

    private FhirPathContext Context(FhirNode focus, (Fact Fact, DateTimeOffset Opened) chosen) => reading.Context(focus, chosen.Fact.Resource)
        .With("anchor", FhirValue.Of(chosen.Opened))
        .With("loop", FhirValue.Of("Task/" + LoopIds.Of(Key)))
        .With("causes", [.. cause.Facts.Select(fact => FhirValue.Of(fact.Reference))]);

    /// <summary>
    /// When the fact held, by its last version at the source; null with the reason when it does not apply. With a basis, the time of the first of
    /// the versions since which it has been the same: a final result after the same preliminary one starts no new clock, a corrected one does.
    /// </summary>
    private DateTimeOffset? Opened(Fact fact, out LocalizedText? whyNot)
    {
        var versions = fact.Versions;
        if (Anchor(versions, versions.Count - 1, out whyNot) is not { } opened)
            return null;
        if (action.Basis is null)
            return opened;
        var basis = Basis(versions, versions.Count - 1);
        for (var i = versions.Count - 2; i >= 0; i--)
        {
            if (EarlierAnchor(versions, i) is not { } earlier)
                break;
            if (Basis(versions, i) != basis)
                return opened > earlier ? opened : versions[i + 1].Recorded; // a correction that bears the same time counts from when it became known
            opened = earlier;
        }

        return opened;
    }

    /// <summary>A version of which it cannot be told whether the step applied, such as a result in words, is none that had the same basis.</summary>
    private DateTimeOffset? EarlierAnchor(IReadOnlyList<FactVersion> versions, int index)
    {
        try
        {
            return Anchor(versions, index, out _);
        }
        catch (FhirPathException)
        {
            return null;
        }
    }

    private DateTimeOffset? Anchor(IReadOnlyList<FactVersion> versions, int index, out LocalizedText? whyNot)
    {
        var resource = versions[index].Resource;
        whyNot = Gone;
        if (!resource.Exists)
            return null;
        var context = reading.Context(resource, resource, index > 0 ? versions[index - 1].Resource : default);
        var type = resource["resourceType"u8].Text;
        whyNot = Other;
        if (!action.Triggers.Any(trigger => trigger.Type == type && trigger.Filter?.IsTrue(context) != false))
            return null;
        whyNot = NoTime;
        if (FactTime.First(action.Anchor, context, reading.Zone) is not { } anchor)
            return null;
        context.With("anchor", FhirValue.Of(anchor));
        foreach (var condition in action.Applicability)
        {
            whyNot = condition.Meaning;
            if (!condition.Expression.IsTrue(context))
                return null;
        }

        whyNot = null;
        return anchor;
    }

    private string Basis(IReadOnlyList<FactVersion> versions, int index) => string.Join(
        '\u001f', action.Basis!.Evaluate(reading.Context(versions[index].Resource, versions[index].Resource)).Select(value => value.Text));

    private bool IsInTime(Fact fact, DateTimeOffset opened) =>
        opened >= fact.FirstRecorded - action.LookBack.Span && ReferenceEquals(reading.Content.InForce(plan.Pathway, opened), plan);

    private bool MayOpen(Fact fact, DateTimeOffset opened, IReadOnlyList<string> places) =>
        IsInTime(fact, opened) && (plan.Organizations.Count == 0 || places.Any(place => reading.Content.Directory.IsWithin(place, plan.Organizations)));

    private List<string> Places(FhirPathContext context)
    {
        if (action.Responsible is not null)
            return [.. action.Responsible.Evaluate(context).Select(value => value.Text).OfType<string>()];
        return [.. DefaultPlaces.Evaluate(context).Select(value => value.Text).OfType<string>()];
    }

    private static readonly FhirPathExpression DefaultPlaces = FhirPathExpression.Compile(
        "%encounter.location.location.reference | %encounter.serviceProvider.reference | %order.requester.reference | %cause.performer.reference");

    private LoopProposal Proposal((Fact Fact, DateTimeOffset Opened) chosen, FhirPathContext context, List<string> places)
    {
        var (content, zone) = (reading.Content, reading.Zone);
        var due = action.Due.After(chosen.Opened, content.Calendar, zone);
        if (action.NoLaterThan is not null && FactTime.Earliest(action.NoLaterThan, context, zone) is { } latest)
        {
            var end = BusinessCalendar.EndOfDay(BusinessCalendar.DateOf(latest, zone), zone);
            due = end < due ? end : due;
        }

        var owner = content.Directory.Team(action.OwnerRole, places) ?? content.Directory.Team("coordination", places) ?? "Organization/region";
        var backUp = content.Directory.Team(action.BackUpRole, places) ?? owner;
        return new()
        {
            Key = Key,
            Pathway = plan.Pathway,
            PathwayVersion = plan.Version,
            Action = action.Id,
            Patient = reading.Facts.Patient,
            Focus = chosen.Fact.Reference,
            Title = action.Title.Fill(context, zone),
            Why = action.Why.Fill(context, zone),
            ClosedBy = action.ClosedBy.Fill(context, zone),
            Parts = [.. action.Scores.Where(score => score.When?.IsTrue(context) != false).Select(score => new ScorePart(score.Code, score.Points, score.Fact.Fill(context, zone)))],
            Opened = chosen.Opened,
            Due = due,
            Tier = action.Tier,
            OwnerTeam = owner,
            BackUp = backUp,
            Ladder = Ladder(chosen.Opened, due, places, backUp, out var repeat),
            RepeatEvery = repeat,
            Evidence = action.ByHand,
        };
    }

    private List<LadderStep> Ladder(DateTimeOffset opened, DateTimeOffset due, List<string> places, string backUp, out TimeSpan repeat)
    {
        var (content, zone) = (reading.Content, reading.Zone);
        repeat = TimeSpan.FromDays(1);
        if (!content.Ladders.TryGetValue(action.Ladder, out var ladder))
            return [new LadderStep(due, backUp, "worklist")]; // no loop without a ladder, even when its content is missing
        repeat = ladder.RepeatEvery;
        return [.. ladder.Rungs
            .Select(rung => new LadderStep(
                rung.Offset.Value == 0 && rung.AfterDue ? due : rung.Offset.After(rung.AfterDue ? due : opened, content.Calendar, zone),
                content.Directory.Team(rung.Role, places) ?? backUp,
                rung.How))
            .OrderBy(step => step.At)];
    }

    private (string Reference, DateTimeOffset At, LocalizedText Meaning)? Evidence((Fact Fact, DateTimeOffset Opened) chosen, LoopProposal proposal)
    {
        foreach (var evidence in action.Evidence)
        {
            var found = new List<(string Reference, DateTimeOffset At)>();
            foreach (var fact in reading.Facts.Facts.Where(fact => fact.Type == evidence.Type && fact.Resource.Exists))
            {
                if (FactTime.Of(fact.Resource, reading.Zone) is { } time && IsAfter(time, chosen.Opened) && !(evidence.ByDue && time.At > proposal.Due)
                    && evidence.Condition.IsTrue(Context(fact.Resource, chosen)))
                {
                    found.Add((fact.Reference, time.At));
                }
            }

            if (Last(evidence, found) is { } last)
                return (last.Reference, last.At, evidence.Meaning);
        }

        return null;
    }

    /// <summary>What happened before the fact is no evidence about it; where only the day is known, the same day counts.</summary>
    private bool IsAfter((DateTimeOffset At, bool DayOnly) time, DateTimeOffset opened) => time.DayOnly
        ? BusinessCalendar.DateOf(time.At, reading.Zone) >= BusinessCalendar.DateOf(opened, reading.Zone)
        : time.At >= opened;

    private static (string Reference, DateTimeOffset At)? Last(PathwayEvidence evidence, List<(string Reference, DateTimeOffset At)> found)
    {
        var (count, before) = (0, DateTimeOffset.MinValue);
        foreach (var one in found.OrderBy(one => one.At).ThenBy(one => one.Reference, StringComparer.Ordinal))
        {
            if (count > 0 && one.At - before < evidence.Apart)
                continue;
            before = one.At;
            if (++count == evidence.Count)
                return one;
        }

        return null;
    }

    private bool EndWasTakenBack()
    {
        if (existing is not { IsOpen: false })
            return false;
        if (existing.State == LoopState.Withdrawn)
            return action.Stops.Concat(action.Applicability).Select(condition => condition.Meaning).Concat([Gone, Other, NoTime]).Contains(existing.StateReason);
        if (action.Evidence.Any(evidence => evidence.Meaning == existing.StateReason))
            return true; // the record had closed it, and now nothing in it does
        var closing = existing.Outputs.Where(output => output.Kind == LoopOutput.Closing).Select(output => reading.Facts.Find(output.Reference)).ToList();
        return closing.Count > 0 && closing.TrueForAll(fact => fact is not null && (!fact.Resource.Exists || fact.Resource["status"u8].Is("entered-in-error"u8)));
    }
}
