using System.Text;
using System.Text.Json.Nodes;
using Tandem.Fhir.Json;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Operations;
using Tandem.Record.Questionnaires;
using Tandem.Record.Rest;
using Tandem.Record.Validation;

namespace Tandem.Record.Plans;

/// <summary>
/// <c>PlanDefinition/$apply</c> (R4 12.18.8.1): a CarePlan for one subject with the actions that apply, as a contained RequestGroup, and the requests that activity
/// definitions describe. Nothing is stored, and no pathway is started: pathways run by their triggers.
/// </summary>
internal static class ApplyPlan
{
    internal static readonly Operation Operation = new()
    {
        Code = "apply",
        Levels = OperationLevels.Type | OperationLevels.Instance,
        Types = ["PlanDefinition"],
        Summary = "What a plan asks for, for one subject.",
        Follows = "http://hl7.org/fhir/OperationDefinition/PlanDefinition-apply",
        Parameters =
        [
            new("planDefinition", "PlanDefinition", "A plan that is sent instead of named."),
            new("canonical", "uri", "The plan's address."),
            new("subject", "string", "Whom the plan is for: a reference.", 1),
            new("encounter", "string", "The encounter it belongs to: a reference."),
            new("practitioner", "string", "Who asks: a reference."),
            new("return", "CarePlan", "A draft.", 1, IsOut: true),
        ],
        Run = call => Task.FromResult(Run(call)),
    };

    private static FhirReply Run(OperationRequest call)
    {
        if (!NamedDefinition.Find(call, "PlanDefinition", "plan").Succeeded(out var plan, out var refusal))
            return refusal;
        var reference = call.Text("subject") ?? call["subject"].Value["reference"u8].Text ?? "";
        var subject = ValidateResource.Resolve(call.Fhir, reference);
        if (!subject.Exists)
            return Refusal.NotFound("The subject is not here.");
        var run = new ApplicationRun(call, reference, subject);
        var group = run.Group(plan);
        if (run.Fault is { } fault)
            return fault;
        var care = new JsonObject { ["resourceType"] = "CarePlan", ["contained"] = new JsonArray([group, .. run.Requests]) };
        care["instantiatesCanonical"] = ApplicationRun.Canonical(plan);
        care["status"] = "draft";
        care["intent"] = "proposal";
        if (plan["title"u8].Text is { } title)
            care["title"] = title;
        care["subject"] = new JsonObject { ["reference"] = reference };
        if (call.Text("encounter") is { } encounter)
            care["encounter"] = new JsonObject { ["reference"] = encounter };
        care["created"] = call.Fhir.Service.Clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
        care["activity"] = new JsonArray(new JsonObject { ["reference"] = new JsonObject { ["reference"] = "#plan" } });
        return new FhirReply(200, Encoding.UTF8.GetBytes(care.ToJsonString(JsonText.Options)));
    }
}
