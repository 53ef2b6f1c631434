using Tandem.Fhir.Json;
using Tandem.Fhir.Views;
using Tandem.Record.Log;

namespace Tandem.Care.Loops;

/// <summary>Reads a Task as a loop.</summary>
public static class LoopReading
{
    /// <summary>The loop that a version of a Task stands for; null when it is no loop (no key, no patient) or a deletion.</summary>
    /// <param name="version">The version.</param>
    /// <param name="own">The record's own addresses: who sends a loop back may write its references with one.</param>
    public static Loop? Read(ResourceVersion version, OwnAddresses own)
    {
        if (version.Type != "Task" || version.Deleted)
            return null;
        var task = version.RootWithin(own);
        if (KeyOf(task) is not { } key || (PatientReference.IdIn(task["for"u8]["reference"u8].Text) ?? version.Patient) is not { } patient)
            return null;

        var (pathway, pathwayVersion) = Pathway(task["instantiatesCanonical"u8].Text);
        var title = LocalizedText.Read(task, "description"u8, "_description"u8) ?? LocalizedText.AsWritten(key);
        var loop = new Loop
        {
            Id = version.Id,
            Version = version.Version,
            Key = key,
            Pathway = pathway,
            PathwayVersion = pathwayVersion,
            Action = task["code"u8]["coding"u8].First["code"u8].Text ?? "",
            Patient = patient,
            Focus = task["focus"u8]["reference"u8].Text ?? "",
            Title = title,
            Why = LocalizedText.Read(task["reasonCode"u8], "text"u8, "_text"u8) ?? title,
            ClosedBy = title,
            Opened = Instant(task["restriction"u8]["period"u8]["start"u8]) ?? version.At,
            Due = Instant(task["restriction"u8]["period"u8]["end"u8]) ?? version.At,
            Ended = Instant(task["executionPeriod"u8]["end"u8]),
            StateReason = LocalizedText.Read(task["statusReason"u8], "text"u8, "_text"u8),
            Tier = LoopTier.Routine,
            Team = "",
            BackUp = "",
            Ladder = [],
            Evidence = new EvidenceRule(EvidenceKind.Acknowledgement),
            Outputs = [.. task["output"u8].Items.AsEnumerable().Select(Output).OfType<LoopOutput>()],
        };
        loop = LoopExtension.Read(task, loop);
        var owner = task["owner"u8]["reference"u8].Text;
        var owned = owner is not null && owner != loop.Team;
        return loop with
        {
            Owner = owned ? owner : null,
            OwnerName = owned ? task["owner"u8]["display"u8].Text : null,
            State = LoopCodes.State(task["status"u8].Text, owned),
        };
    }

    internal static DateTimeOffset? Instant(FhirNode node) =>
        FhirDateTime.TryParse(node.Text, out var date) ? date.Low(TimeZoneInfo.Utc) : null;

    private static string? KeyOf(FhirNode task)
    {
        foreach (var identifier in task["identifier"u8].Items)
        {
            if (identifier["system"u8].Text == LoopCodes.KeySystem)
                return identifier["value"u8].Text;
        }

        return null;
    }

    private static (string Pathway, string Version) Pathway(string? canonical)
    {
        var text = canonical ?? "";
        var bar = text.LastIndexOf('|');
        var (url, version) = bar < 0 ? (text, "") : (text[..bar], text[(bar + 1)..]);
        return (url[(url.LastIndexOf('/') + 1)..], version);
    }

    private static LoopOutput? Output(FhirNode output) => output["valueReference"u8]["reference"u8].Text is { } reference
        ? new LoopOutput(output["type"u8]["coding"u8].First["code"u8].Text ?? LoopOutput.Closing, reference)
        : null;
}
