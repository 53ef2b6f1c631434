using System.Text.Json.Nodes;
using Tandem.Fhir.Json;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Operations;
using Tandem.Record.Questionnaires;
using Tandem.Record.Rest;
using Tandem.Record.Validation;

namespace Tandem.Record.Plans;

/// <summary><c>$apply</c>, of plans and of activity definitions.</summary>
internal static class ApplyOperation
{
    /// <summary>What both operations ask for: the definition, sent or named, and for whom.</summary>
    internal static Operation Of(string type, string what, string summary, OperationParameter draft, Func<ApplicationRun, FhirNode, Outcome<JsonObject>> make) => new()
    {
        Code = "apply",
        Levels = OperationLevels.Type | OperationLevels.Instance,
        Types = [type],
        Summary = summary,
        Follows = $"http://hl7.org/fhir/OperationDefinition/{type}-apply",
        Parameters =
        [
            new(NamedDefinition.ParameterOf(type), type, $"The {what} itself, sent instead of named."),
            new("canonical", "uri", $"The address of the {what}."),
            new("subject", "string", "Whom it is for: a reference.", 1, SearchType: "reference"),
            new("encounter", "string", "The encounter it belongs to: a reference.", SearchType: "reference"),
            new("practitioner", "string", "Who asks: a reference.", SearchType: "reference"),
            new("organization", "string", "The organization it is done in: a reference, which expressions see as %organization.", SearchType: "reference"),
            .. PlanExpressions.Settings.Select(name => new OperationParameter(name, "CodeableConcept", $"Of use where an expression asks for it, as %{name}.")),
            draft,
        ],
        BuildsOnBody = true,
        Run = call => Task.FromResult(Run(call, type, what, make)),
    };

    private static FhirReply Run(OperationRequest call, string type, string what, Func<ApplicationRun, FhirNode, Outcome<JsonObject>> make)
    {
        if (!NamedDefinition.Find(call, type, what).Succeeded(out var definition, out var refusal))
            return refusal;
        var reference = call.Reference("subject") ?? "";
        var subject = ValidateResource.Resolve(call.Fhir, reference);
        if (!subject.Exists)
            return Refusal.NotFound("The subject is not here.");
        return make(new ApplicationRun(call, reference, subject), definition).Succeeded(out var draft, out var fault)
            ? new FhirReply(200, JsonTree.Bytes(draft))
            : fault;
    }
}
