using System.Text;
using System.Text.Json.Nodes;
using Tandem.Fhir.Json;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Operations;
using Tandem.Record.Questionnaires;
using Tandem.Record.Rest;
using Tandem.Record.Validation;

namespace Tandem.Record.Plans;

/// <summary><c>ActivityDefinition/$apply</c> (R4 12.17.6.1): the request that an activity definition describes, for one subject, as a draft. Nothing is stored.</summary>
internal static class ApplyActivity
{
    internal static readonly Operation Operation = new()
    {
        Code = "apply",
        Levels = OperationLevels.Type | OperationLevels.Instance,
        Types = ["ActivityDefinition"],
        Summary = "The request that an activity definition describes, for one subject.",
        Follows = "http://hl7.org/fhir/OperationDefinition/ActivityDefinition-apply",
        Parameters =
        [
            new("activityDefinition", "ActivityDefinition", "A definition that is sent instead of named."),
            new("canonical", "uri", "The definition's address."),
            new("subject", "string", "Whom it is for: a reference.", 1),
            new("encounter", "string", "The encounter it belongs to: a reference."),
            new("practitioner", "string", "Who asks: a reference."),
            new("return", "Resource", "A draft of the kind that the definition names.", 1, IsOut: true),
        ],
        Run = call => Task.FromResult(Run(call)),
    };

    private static FhirReply Run(OperationRequest call)
    {
        if (!NamedDefinition.Find(call, "ActivityDefinition", "activity definition").Succeeded(out var activity, out var refusal))
            return refusal;
        var reference = call.Text("subject") ?? call["subject"].Value["reference"u8].Text ?? "";
        var subject = ValidateResource.Resolve(call.Fhir, reference);
        if (!subject.Exists)
            return Refusal.NotFound("The subject is not here.");
        var run = new ApplicationRun(call, reference, subject);
        var request = run.Request(activity, activity["url"u8].Text ?? "that was sent");
        if (run.Fault is { } fault)
            return fault;
        var json = request!.Json;
        json.Remove("id"); // it is not stored
        foreach (var (element, argument) in new[] { ("encounter", "encounter"), ("requester", "practitioner") })
        {
            if (call.Text(argument) is { } other && request.Type.Elements.Find(element) is not null)
                json[element] = new JsonObject { ["reference"] = other };
        }

        return new FhirReply(200, Encoding.UTF8.GetBytes(json.ToJsonString(JsonText.Options)));
    }
}
