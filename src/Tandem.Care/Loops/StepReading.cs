using Tandem.Fhir.Json;
using Tandem.Record.Log;

namespace Tandem.Care.Loops;

/// <summary>Steps as Provenance: written and read side by side.</summary>
internal static class StepReading
{
    /// <summary>The id of the Provenance of the step that made a Task's version.</summary>
    internal static string IdOf(string loop, int version) =>
        Kernel.Ids.From("loop-step", loop, version.ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>The Provenance's bytes. The patient is a target too, so that it lies in the patient's compartment (R4: Provenance.target).</summary>
    internal static byte[] Write(Loop loop, LoopStep step, Kernel.Actors.AccessScope scope, DateTimeOffset now) => FhirWriter.Resource("Provenance", json => json
        .Array("extension", all => all.Item(one => WriteParts(one, loop, step)))
        .References("target", loop.Reference, "Patient/" + loop.Patient)
        .Instant("occurredDateTime", (step.Occurred ?? now).ToUniversalTime())
        .Instant("recorded", now)
        .Array("reason", all => all.Item(one => LocalizedText.Write(one, "text", step.Reason)))
        .Concept("activity", LoopCodes.StepSystem, CodeOf(step.Kind))
        .Array("agent", [scope], (agent, who) => agent
            .ReferenceTo("who", who.Actor.Reference, who.Actor.Display)
            .ReferenceTo("onBehalfOf", who.Organization))
        .Array("entity", step.RestsOn, (entity, what) => entity.Text("role", "source").ReferenceTo("what", what)));

    /// <summary>The step behind a Provenance; null when it is of another kind.</summary>
    internal static LoopStep? Read(ResourceVersion version)
    {
        if (version.Deleted || LoopOf(version.Root) is null)
            return null;
        var root = version.Root;
        var agent = root["agent"u8].First;
        var step = new LoopStep(Kind(root["activity"u8]["coding"u8].First["code"u8].Text))
        {
            Occurred = LoopReading.Instant(root["occurredDateTime"u8]),
            Recorded = version.At,
            Actor = agent["who"u8]["reference"u8].Text ?? version.Actor,
            ActorName = agent["who"u8]["display"u8].Text ?? "",
            Reason = LocalizedText.Read(root["reason"u8].First, "text"u8, "_text"u8),
            RestsOn = [.. root["entity"u8].Items.AsEnumerable().Select(entity => entity["what"u8]["reference"u8].Text).OfType<string>()],
        };
        return ReadParts(root, step);
    }

    /// <summary>The loop's id that a Provenance is a step of, or null.</summary>
    internal static string? LoopOf(FhirNode provenance)
    {
        if (provenance["activity"u8]["coding"u8].First["system"u8].Text != LoopCodes.StepSystem)
            return null;
        var target = provenance["target"u8].First["reference"u8].Text;
        return target is not null && target.StartsWith("Task/", StringComparison.Ordinal) ? target["Task/".Length..] : null;
    }

    /// <summary>The Task's version that the step made; 0 when it does not say.</summary>
    internal static int VersionOf(FhirNode provenance) => ReadParts(provenance, new LoopStep(StepKind.Open)).Version;

    internal static string CodeOf(AttemptOutcome outcome) => outcome switch
    {
        AttemptOutcome.Reached => "reached",
        AttemptOutcome.NoAnswer => "no-answer",
        AttemptOutcome.LeftMessage => "left-message",
        AttemptOutcome.Busy => "busy",
        AttemptOutcome.WrongNumber => "wrong-number",
        AttemptOutcome.Refused => "refused",
        _ => "other",
    };

    internal static AttemptOutcome? Outcome(string? code) => code is null ? null : Enum.GetValues<AttemptOutcome>()
        .Cast<AttemptOutcome?>().FirstOrDefault(outcome => CodeOf(outcome!.Value) == code);

    internal static string CodeOf(StepKind kind) => kind switch
    {
        StepKind.HandOver => "hand-over",
        _ => kind.ToString().ToLowerInvariant(),
    };

    private static StepKind Kind(string? code) => Enum.GetValues<StepKind>().FirstOrDefault(kind => CodeOf(kind) == code);

    private static void WriteParts(FhirWriter extension, Loop loop, LoopStep step) => extension
        .Text("url", LoopCodes.StepExtension)
        .Array("extension", parts =>
        {
            parts.Item(part => part.Text("url", "version").Number("valueInteger", loop.Version));
            if (step.To is { } to)
                parts.Item(part => part.Text("url", "to").ReferenceTo("valueReference", to));
            if (step.How is { } how)
                parts.Item(part => part.Text("url", "how").Text("valueCode", how));
            if (step.Until is { } until)
                parts.Item(part => part.Text("url", "until").Instant("valueInstant", until.ToUniversalTime()));
            if (step.Outcome is { } outcome)
                parts.Item(part => part.Text("url", "outcome").Text("valueCode", CodeOf(outcome)));
        });

    private static LoopStep ReadParts(FhirNode root, LoopStep step)
    {
        foreach (var extension in root["extension"u8].Items)
        {
            if (extension["url"u8].Text != LoopCodes.StepExtension)
                continue;
            foreach (var part in extension["extension"u8].Items)
            {
                step = part["url"u8].Text switch
                {
                    "version" => step with { Version = (int)(part["valueInteger"u8].Number ?? 0) },
                    "to" => step with { To = part["valueReference"u8]["reference"u8].Text },
                    "how" => step with { How = part["valueCode"u8].Text },
                    "until" => step with { Until = LoopReading.Instant(part["valueInstant"u8]) },
                    "outcome" => step with { Outcome = Outcome(part["valueCode"u8].Text) },
                    _ => step,
                };
            }
        }

        return step;
    }
}
