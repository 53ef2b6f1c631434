using Tandem.Fhir.Json;

namespace Tandem.Care.Loops;

/// <summary>What a loop holds beyond the elements of a Task: one extension, read and written here side by side.</summary>
internal static class LoopExtension
{
    internal static Loop Read(FhirNode task, Loop loop)
    {
        foreach (var extension in task["extension"u8].Items)
        {
            if (extension["url"u8].Text == LoopCodes.TaskExtension)
                return ReadParts(extension, loop);
        }

        return loop;
    }

    internal static void Write(FhirWriter extension, Loop loop) => extension
        .Text("url", LoopCodes.TaskExtension)
        .Array("extension", parts =>
        {
            parts.Item(part => part.Text("url", "tier").Text("valueCode", LoopCodes.Of(loop.Tier)));
            Reference(parts, "team", loop.Team);
            Reference(parts, "back-up", loop.BackUp);
            parts.Item(part => LocalizedText.Write(part.Text("url", "closed-by"), "valueString", loop.ClosedBy));
            parts.Item(part => part.Text("url", "evidence").Text("valueCode", LoopCodes.Of(loop.Evidence.Kind)));
            parts.Item(part => part.Text("url", "by-hand").Boolean("valueBoolean", loop.Evidence.MayCloseByHand));
            foreach (var score in loop.Parts)
                parts.Item(part => Write(part, score));
            foreach (var step in loop.Ladder)
                parts.Item(part => Write(part, step));
            parts.Item(part => part.Text("url", "repeat-minutes").Number("valueDecimal", (decimal)loop.RepeatEvery.TotalMinutes));
            parts.Item(part => part.Text("url", "step").Number("valueInteger", loop.Step));
            Instant(parts, "climbed", loop.ClimbedAt);
            Reference(parts, "escalated-to", loop.EscalatedTo);
            if (loop.IsAnswered)
                parts.Item(part => part.Text("url", "answered").Boolean("valueBoolean", true));
            Instant(parts, "snoozed-until", loop.SnoozedUntil);
        });

    private static Loop ReadParts(FhirNode extension, Loop loop)
    {
        var parts = new List<ScorePart>();
        var ladder = new List<LadderStep>();
        var (kind, byHand) = (loop.Evidence.Kind, true);
        foreach (var part in extension["extension"u8].Items)
        {
            var value = part["valueReference"u8]["reference"u8].Text;
            switch (part["url"u8].Text)
            {
                case "tier": loop = loop with { Tier = LoopCodes.Tier(part["valueCode"u8].Text) }; break;
                case "team": loop = loop with { Team = value ?? "" }; break;
                case "back-up": loop = loop with { BackUp = value ?? "" }; break;
                case "closed-by": loop = loop with { ClosedBy = LocalizedText.Read(part, "valueString"u8, "_valueString"u8) ?? loop.ClosedBy }; break;
                case "evidence": kind = LoopCodes.Evidence(part["valueCode"u8].Text); break;
                case "by-hand": byHand = part["valueBoolean"u8].Boolean ?? true; break;
                case "score": parts.Add(ReadScore(part)); break;
                case "ladder": ReadStep(part, ladder); break;
                case "repeat-minutes": loop = loop with { RepeatEvery = Minutes(part["valueDecimal"u8]) ?? loop.RepeatEvery }; break;
                case "step": loop = loop with { Step = (int)(part["valueInteger"u8].Number ?? 0) }; break;
                case "climbed": loop = loop with { ClimbedAt = LoopReading.Instant(part["valueInstant"u8]) }; break;
                case "escalated-to": loop = loop with { EscalatedTo = value }; break;
                case "answered": loop = loop with { IsAnswered = part["valueBoolean"u8].Boolean ?? false }; break;
                case "snoozed-until": loop = loop with { SnoozedUntil = LoopReading.Instant(part["valueInstant"u8]) }; break;
            }
        }

        return loop with { Parts = parts, Ladder = ladder, Evidence = new EvidenceRule(kind, byHand) };
    }

    private static void Write(FhirWriter part, ScorePart score) => part
        .Text("url", "score")
        .Array("extension", inner => inner
            .Item(code => code.Text("url", "code").Text("valueCode", score.Code))
            .Item(points => points.Text("url", "points").Number("valueInteger", score.Points))
            .Item(fact => LocalizedText.Write(fact.Text("url", "fact"), "valueString", score.Fact)));

    private static ScorePart ReadScore(FhirNode part)
    {
        var score = new ScorePart("", 0, LocalizedText.AsWritten(""));
        foreach (var inner in part["extension"u8].Items)
        {
            score = inner["url"u8].Text switch
            {
                "code" => score with { Code = inner["valueCode"u8].Text ?? "" },
                "points" => score with { Points = (int)(inner["valueInteger"u8].Number ?? 0) },
                "fact" => score with { Fact = LocalizedText.Read(inner, "valueString"u8, "_valueString"u8) ?? score.Fact },
                _ => score,
            };
        }

        return score;
    }

    private static void Write(FhirWriter part, LadderStep step) => part
        .Text("url", "ladder")
        .Array("extension", inner =>
        {
            Instant(inner, "at", step.At);
            Reference(inner, "to", step.To);
            inner.Item(how => how.Text("url", "how").Text("valueCode", step.How));
        });

    private static void ReadStep(FhirNode part, List<LadderStep> ladder)
    {
        DateTimeOffset? at = null;
        var (to, how) = ("", "worklist");
        foreach (var inner in part["extension"u8].Items)
        {
            switch (inner["url"u8].Text)
            {
                case "at": at = LoopReading.Instant(inner["valueInstant"u8]); break;
                case "to": to = inner["valueReference"u8]["reference"u8].Text ?? ""; break;
                case "how": how = inner["valueCode"u8].Text ?? how; break;
            }
        }

        if (at is { } instant)
            ladder.Add(new LadderStep(instant, to, how));
    }

    private static TimeSpan? Minutes(FhirNode node) =>
        node.Number is { } minutes and > 0 and < 5_256_000 ? TimeSpan.FromMinutes((double)minutes) : null;

    private static void Reference(FhirWriter parts, string url, string? reference)
    {
        if (!string.IsNullOrEmpty(reference))
            parts.Item(part => part.Text("url", url).ReferenceTo("valueReference", reference));
    }

    private static void Instant(FhirWriter parts, string url, DateTimeOffset? at)
    {
        if (at is { } instant)
            parts.Item(part => part.Text("url", url).Instant("valueInstant", instant.ToUniversalTime()));
    }
}
