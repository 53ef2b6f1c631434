using Tandem.Fhir.Json;

namespace Tandem.Care.Loops;

/// <summary>Writes a loop as a Task. What an earlier version held that is not the loop's own stays.</summary>
internal static class LoopWriting
{
    private static readonly HashSet<string> Own =
    [
        "resourceType", "id", "meta", "extension", "identifier", "instantiatesCanonical", "status", "statusReason", "businessStatus", "intent",
        "priority", "code", "description", "_description", "focus", "for", "authoredOn", "lastModified", "owner", "reasonCode", "restriction",
        "executionPeriod", "output",
    ];

    /// <summary>The Task's bytes.</summary>
    /// <param name="loop">The loop as it shall stand.</param>
    /// <param name="existing">The Task as it stands; missing for a new one.</param>
    /// <param name="now">When it is recorded.</param>
    internal static byte[] Task(Loop loop, FhirNode existing, DateTimeOffset now) => FhirWriter.Resource("Task", task =>
    {
        task.Raw("meta", existing["meta"u8]);
        task.Array("extension", all =>
        {
            all.Item(one => LoopExtension.Write(one, loop));
            foreach (var other in existing["extension"u8].Items)
            {
                if (other["url"u8].Text != LoopCodes.TaskExtension)
                    all.Item(other);
            }
        });
        task.Array("identifier", all => Identifiers(all, loop, existing));
        task.Text("instantiatesCanonical", $"{LoopCodes.PathwayBase}{loop.Pathway}|{loop.PathwayVersion}");
        task.Text("status", LoopCodes.StatusOf(loop));
        task.Object("statusReason", reason => LocalizedText.Write(reason, "text", loop.StateReason));
        task.Concept("businessStatus", LoopCodes.StateSystem, LoopCodes.Of(loop.State));
        task.Text("intent", "order").Text("priority", LoopCodes.PriorityOf(loop.Tier));
        task.Concept("code", LoopCodes.ActionSystem, loop.Action);
        LocalizedText.Write(task, "description", loop.Title);
        task.ReferenceTo("focus", loop.Focus).Reference("for", "Patient", loop.Patient);
        task.Period("executionPeriod", null, loop.Ended?.ToUniversalTime());
        task.Instant("authoredOn", loop.Opened.ToUniversalTime()).Instant("lastModified", now);
        task.ReferenceTo("owner", loop.Owner ?? loop.Team, loop.OwnerName);
        task.Object("reasonCode", why => LocalizedText.Write(why, "text", loop.Why));
        task.Object("restriction", limits => limits.Period("period", loop.Opened.ToUniversalTime(), loop.Due.ToUniversalTime()));
        task.Array("output", loop.Outputs, (output, one) =>
            output.Concept("type", LoopCodes.OutputSystem, one.Kind).ReferenceTo("valueReference", one.Reference));
        foreach (var property in existing.Properties)
        {
            if (!Own.Contains(property.Name))
                task.Raw(property.Name, property);
        }
    });

    private static void Identifiers(FhirWriter all, Loop loop, FhirNode existing)
    {
        all.Item(key => key.Text("system", LoopCodes.KeySystem).Text("value", loop.Key));
        foreach (var other in existing["identifier"u8].Items)
        {
            if (other["system"u8].Text != LoopCodes.KeySystem)
                all.Item(other);
        }
    }
}
