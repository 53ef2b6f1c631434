using System.Globalization;
using System.Text.Json.Nodes;
using Tandem.Fhir.Definitions;
using Tandem.Fhir.Json;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Operations;
using Tandem.Record.Questionnaires;

namespace Tandem.Record.Plans;

/// <summary>
/// <c>PlanDefinition/$apply</c> (R4 12.18.8.1): a CarePlan for one subject with the actions that apply, as a contained RequestGroup, the requests that activity
/// definitions describe, and the plan's goals. Nothing is stored, and no pathway is started: pathways run by their triggers.
/// </summary>
internal static class ApplyPlan
{
    internal static readonly Operation Operation = ApplyOperation.Of(
        "PlanDefinition", "plan", "What a plan asks for, for one subject.", new("return", "CarePlan", "A draft.", 1, IsOut: true), Care);

    private static Outcome<JsonObject> Care(ApplicationRun run, FhirNode plan)
    {
        var group = run.Group(plan);
        if (run.Fault is { } fault)
            return fault;
        var care = new JsonObject { ["resourceType"] = "CarePlan", ["contained"] = new JsonArray([group, .. run.Requests, .. run.Goals]) };
        ApplicationRun.Instantiates(care, plan);
        care["status"] = "draft";
        care["intent"] = "proposal";
        if (plan["title"u8].Text is { } title)
            care["title"] = title;
        care["subject"] = new JsonObject { ["reference"] = run.Subject };
        var draft = new DefinedResource(R4.Types.Find("CarePlan")!, care, null);
        run.Circumstances(draft);
        care["created"] = run.Call.Fhir.Service.Clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        if (run.Goals.Count > 0)
            care["goal"] = new JsonArray([.. run.Goals.Select(goal => new JsonObject { ["reference"] = $"#{goal["id"]}" })]);
        care["activity"] = new JsonArray(new JsonObject { ["reference"] = new JsonObject { ["reference"] = "#plan" } });
        run.Check(draft);
        return run.Fault is { } unsound ? unsound : care;
    }
}
