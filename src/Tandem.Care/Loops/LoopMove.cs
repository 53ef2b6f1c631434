using Tandem.Fhir.Json;
using Tandem.Record.Log;

namespace Tandem.Care.Loops;

/// <summary>What a decision about a loop comes to: how it shall stand, by which step, and the resource that the step brings about.</summary>
/// <param name="Loop">The loop as it shall stand.</param>
/// <param name="Step">What was done; null when nothing needs to change (done already).</param>
internal sealed record LoopMove(Loop Loop, LoopStep? Step)
{
    /// <summary>The evidence that a person gave, to be stored with the step; null when there is none.</summary>
    internal EvidenceForm? Evidence { get; init; }

    /// <summary>Nothing to do: it stands like this already.</summary>
    internal static LoopMove Already(Loop loop) => new(loop, null);
}

/// <summary>Finds loops within a write and keeps what was decided: the Task's next version and the step's Provenance.</summary>
internal static class LoopMoves
{
    /// <summary>The loop as it stands after all earlier writes, or null when there is none that the scope reaches.</summary>
    internal static Loop? Find(WriteSession session, string id) =>
        session.FindReached("Task", id) is { Deleted: false } version ? LoopReading.Read(version, session.Own) : null;

    /// <summary>Stages a move; gives the loop with the version it then has.</summary>
    internal static Loop Keep(WriteSession session, LoopMove move)
    {
        if (move.Step is not { } step)
            return move.Loop;
        var existing = session.Find("Task", move.Loop.Id);
        var loop = move.Loop with { Version = (existing?.Version ?? 0) + 1, IsAnswered = step.Answers ?? move.Loop.IsAnswered };
        if (move.Evidence is { } form)
        {
            var (type, id, bytes) = EvidenceWriting.Write(loop, form, session.Scope.Actor, session.Now);
            session.Put(type, id, FhirJson.ParseStored(bytes).Root);
            var kind = step.Kind == StepKind.Attempt ? LoopOutput.Attempt : LoopOutput.Closing;
            loop = loop with { Outputs = [.. loop.Outputs, new LoopOutput(kind, $"{type}/{id}")] };
            step = step with { RestsOn = [.. step.RestsOn, $"{type}/{id}"] };
        }

        Put(session, "Task", loop.Id, LoopWriting.Task(loop, existing is { Deleted: false } ? existing.Root : default, session.Now));
        Put(session, "Provenance", StepReading.IdOf(loop.Id, loop.Version), StepReading.Write(loop, step, session.Scope, session.Now));
        return loop;
    }

    private static void Put(WriteSession session, string type, string id, byte[] bytes) =>
        session.Put(type, id, FhirJson.ParseStored(bytes).Root);
}
