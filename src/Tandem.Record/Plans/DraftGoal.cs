using System.Text.Json.Nodes;
using Tandem.Fhir.Json;

namespace Tandem.Record.Plans;

/// <summary>A goal that a plan names, for one subject (R4 12.18.8.1): proposed, until somebody agrees to it. What it addresses is left out, for a plan says that in codes and a Goal by references.</summary>
internal static class DraftGoal
{
    /// <param name="goal">The goal of the plan.</param>
    /// <param name="subject">For whom: a reference.</param>
    /// <param name="id">The id within the answer.</param>
    internal static JsonObject Of(FhirNode goal, string subject, string id)
    {
        var draft = new JsonObject { ["resourceType"] = "Goal", ["id"] = id, ["lifecycleStatus"] = "proposed" };
        if (goal["category"u8] is { Exists: true } category)
            draft["category"] = new JsonArray(JsonTree.Of(category));
        Copy(goal, draft, ("priority", "priority"), ("description", "description"), ("start", "startCodeableConcept"));
        draft["subject"] = new JsonObject { ["reference"] = subject };
        if (goal["target"u8].Exists)
            draft["target"] = new JsonArray([.. goal["target"u8].Items.AsEnumerable().Select(Target)]);
        return draft;
    }

    private static JsonObject Target(FhirNode target)
    {
        var draft = new JsonObject();
        Copy(target, draft, ("measure", "measure"), ("detailQuantity", "detailQuantity"), ("detailRange", "detailRange"), ("detailCodeableConcept", "detailCodeableConcept"), ("due", "dueDuration"));
        return draft;
    }

    private static void Copy(FhirNode from, JsonObject to, params ReadOnlySpan<(string From, string To)> elements)
    {
        foreach (var (name, target) in elements)
        {
            if (from[name] is { Exists: true } value)
                to[target] = JsonTree.Of(value);
        }
    }
}
