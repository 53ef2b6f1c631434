using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Json;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Operations;
using Tandem.Record.Rest;
using Tandem.Record.Validation;

namespace Tandem.Record.Questionnaires;

/// <summary>
/// <c>Questionnaire/$populate</c> (SDC 3.0, 6.3): a response with what the record knows already, by expressions (initialExpression, variable,
/// itemPopulationContext), by the latest observation of an item's code (observationLinkPeriod), and by fixed initial values. Nothing is stored.
/// </summary>
internal static class PopulateQuestionnaire
{
    internal static readonly Operation Operation = new()
    {
        Code = "populate",
        Levels = OperationLevels.Type | OperationLevels.Instance,
        Types = ["Questionnaire"],
        Summary = "Fills a questionnaire with what is known.",
        Follows = "http://hl7.org/fhir/uv/sdc/OperationDefinition/Questionnaire-populate",
        Parameters =
        [
            new("questionnaire", "Questionnaire", "A questionnaire that is sent instead of named."),
            new("canonical", "uri", "The questionnaire's address."),
            new("subject", "Reference", "Whom the response is about.", 1),
            new("context", "BackboneElement", "A launch context: part name and part content (a reference or a resource).", IsList: true),
            new("local", "boolean", "True, or left out: the record of this server is what answers come from."),
            new("response", "QuestionnaireResponse", "The response, in progress.", 1, IsOut: true),
            new("issues", "OperationOutcome", "What could not be filled in, and why.", IsOut: true),
        ],
        BuildsOnBody = true,
        Run = RunAsync,
    };

    private static async Task<FhirReply> RunAsync(OperationRequest call)
    {
        if (!NamedDefinition.Find(call, "Questionnaire", "questionnaire").Succeeded(out var questionnaire, out var refusal) || !Subject(call).Succeeded(out var subject, out refusal))
            return refusal;
        var run = new PopulationRun(call, questionnaire, subject.Resource);
        var known = Contexts(call, subject.Resource, run.Issues);
        await run.ObserveAsync();
        var response = FhirWriter.Resource("QuestionnaireResponse", json =>
        {
            json.Text("questionnaire", NamedDefinition.CanonicalOf(questionnaire)).Text("status", "in-progress").ReferenceTo("subject", subject.Reference).Instant("authored", call.Fhir.Service.Clock.GetUtcNow());
            json.Array("item", items => run.Items(items, questionnaire, known));
        });
        if (run.Fault is { } fault)
            return fault;
        return new FhirReply(200, FhirWriter.Resource("Parameters", json => json.Array("parameter", parameters =>
        {
            parameters.Item(item => item.Text("name", "response").Raw("resource", response));
            if (run.Issues.Count > 0)
                parameters.Item(item => item.Text("name", "issues").Raw("resource", OperationOutcomeJson.Write(run.Issues.Select(issue => ("warning", issue)))));
        })));
    }

    private static Outcome<(string Reference, FhirNode Resource)> Subject(OperationRequest call)
    {
        if ((call["subject"].Value["reference"u8].Text ?? call["subject"].Query) is not { } reference)
            return Refusal.Invalid("", new RefusalDetail("value", "subject has to be a reference."));
        var resource = ValidateResource.Resolve(call.Fhir, reference);
        return resource.Exists ? (reference, resource) : Refusal.NotFound("The subject is not here.");
    }

    /// <summary>The launch contexts by name: the subject as <c>patient</c> and <c>subject</c>, and what was sent. One that is not here is an issue.</summary>
    private static Dictionary<string, FhirValue[]> Contexts(OperationRequest call, FhirNode subject, List<RefusalDetail> issues)
    {
        var known = new Dictionary<string, FhirValue[]>(StringComparer.Ordinal) { ["subject"] = [FhirValue.Of(subject)] };
        if (subject["resourceType"u8].Is("Patient"u8))
            known["patient"] = [FhirValue.Of(subject)];
        foreach (var context in call.Arguments.Where(argument => argument.Name == "context"))
        {
            var parts = context.Parameter["part"u8].Items.AsEnumerable().ToList();
            if (parts.Find(part => part["name"u8].Is("name"u8))["valueString"u8].Text is not { } name)
            {
                issues.Add(new("required", "A context has no name (the part name); it is left out."));
                continue;
            }

            var contents = parts.FindAll(part => part["name"u8].Is("content"u8))
                .ConvertAll(part => part["resource"u8].Exists ? part["resource"u8] : ValidateResource.Resolve(call.Fhir, part["valueReference"u8]["reference"u8].Text ?? ""));
            if (contents.Count == 0 || contents.Exists(found => !found.Exists))
                issues.Add(new("not-found", $"The context {FhirRequest.Shown(name)} names something that is not here.", $"context {FhirRequest.Shown(name)}"));
            known[name] = [.. contents.Where(found => found.Exists).Select(found => FhirValue.Of(found))];
        }

        return known;
    }
}
