using System.Text.Json.Nodes;
using Tandem.Fhir.Json;
using Tandem.Kernel;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Operations;
using Tandem.Record.Rest;
using Tandem.Record.Validation;

namespace Tandem.Record.Questionnaires;

/// <summary>
/// <c>QuestionnaireResponse/$extract</c> (SDC 3.0, 7): what a response says as resources, in a transaction that the caller may post: an Observation per answer
/// of an item with observationExtract, and resources built along <c>item.definition</c>. Nothing is stored.
/// </summary>
internal static class ExtractResponse
{
    internal static readonly Operation Operation = new()
    {
        Code = "extract",
        Levels = OperationLevels.Type | OperationLevels.Instance,
        Types = ["QuestionnaireResponse"],
        Summary = "Makes resources of a questionnaire's answers.",
        Follows = "http://hl7.org/fhir/uv/sdc/OperationDefinition/QuestionnaireResponse-extract",
        Parameters =
        [
            new("questionnaire-response", "QuestionnaireResponse", "The response; on an instance the stored one is taken."),
            new("return", "Bundle", "A transaction with the resources.", IsOut: true),
            new("issues", "OperationOutcome", "What could not be extracted, and why.", IsOut: true),
        ],
        BuildsOnBody = true,
        Run = call => Task.FromResult(Run(call)),
    };

    private static FhirReply Run(OperationRequest call)
    {
        if (!Response(call).Succeeded(out var response, out var refusal))
            return refusal;
        if (response["status"u8].Text is not ("completed" or "amended"))
            return Refusal.Unprocessable("", new RefusalDetail("business-rule", "Only a response that is completed or amended says something that may be taken into the record.", "QuestionnaireResponse.status"));
        var questionnaire = AnsweredQuestionnaire.Of(call, response);
        if (!questionnaire.Exists)
            return Refusal.Unprocessable("", new RefusalDetail("not-found", "The questionnaire that the response answers is not here. Load it first.", "QuestionnaireResponse.questionnaire"));

        var run = new ExtractionRun(questionnaire, response, reference => ValidateResource.Resolve(call.Fhir, reference), () => Ids.NewUrn(call.Fhir.Service.Clock));
        run.Extract();
        var bundle = new JsonObject { ["resourceType"] = "Bundle", ["type"] = "transaction" };
        if (run.Entries.Count > 0)
            bundle["entry"] = new JsonArray([.. run.Entries]);
        return new FhirReply(200, FhirWriter.Resource("Parameters", json => json.Array("parameter", parameters =>
        {
            parameters.Item(item => item.Text("name", "return").Raw("resource", JsonTree.Bytes(bundle)));
            if (run.Issues.Count > 0)
                parameters.Item(item => item.Text("name", "issues").Raw("resource", OperationOutcomeJson.Write(run.Issues.Select(issue => ("warning", issue)))));
        })));
    }

    private static Outcome<FhirNode> Response(OperationRequest call)
    {
        var sent = call["questionnaire-response"].Resource;
        if (call.Id.Length > 0 && sent.Exists)
            return Refusal.Invalid("", new RefusalDetail("invalid", "Name the response in one way: by its id on the path, or sent as questionnaire-response."));
        if (call.Id.Length > 0)
            return call.Fhir.Service.Store.Read("QuestionnaireResponse", call.Id, call.Fhir.Scope, call.Fhir.Limit).Succeeded(out var version, out var refusal) ? version.Root : refusal;
        return sent.Exists ? sent : Refusal.Invalid("", new RefusalDetail("required", "Send the response."));
    }
}
