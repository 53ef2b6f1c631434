using Tandem.Fhir.Json;
using Tandem.Fhir.Structure;
using Tandem.Fhir.Validation;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Operations;
using Tandem.Record.Rest;

namespace Tandem.Record.Validation;

/// <summary>
/// <c>$validate</c> (R4 3.1.0.13): holds a resource, sent or stored, against FHIR R4, the profiles it claims and the one that is named. Nothing is
/// written. The answer is an OperationOutcome with status 200 whatever was found.
/// </summary>
internal static class ValidateResource
{
    internal static readonly Operation Operation = new()
    {
        Code = "validate",
        Levels = OperationLevels.Type | OperationLevels.Instance,
        Summary = "Holds a resource against FHIR R4 and profiles, without storing it.",
        Follows = "http://hl7.org/fhir/OperationDefinition/Resource-validate",
        Parameters =
        [
            new("resource", "Resource", "The resource; on an instance the stored one is taken when none is sent."),
            new("mode", "code", "create, update, delete: whether that would be possible besides; profile: only hold it against profiles."),
            new("profile", "uri", "A profile to hold it against, beside those it claims.", IsList: true),
            new("return", "OperationOutcome", "What was found, with the place and what to do.", 1, IsOut: true),
        ],
        Run = call => Task.FromResult(Run(call)),
    };

    private static FhirReply Run(OperationRequest call)
    {
        var mode = call.Text("mode");
        if (mode is not (null or "create" or "update" or "delete" or "profile"))
            return Refusal.Invalid("", new RefusalDetail("value", "mode is create, update, delete or profile."));
        var sent = call["resource"].Resource;
        if (mode == "delete" || !sent.Exists)
            return Stored(call, mode);
        if (mode is "update" && call.Id.Length > 0 && !UpdateResource.SameId(sent, call.Id).Succeeded(out _, out var refusal))
            return new FhirReply(200, OperationOutcomeJson.Of(refusal));
        return Check(call, sent);
    }

    private static FhirReply Stored(OperationRequest call, string? mode)
    {
        if (call.Id.Length == 0)
            return Refusal.Invalid("", new RefusalDetail("required", "There is nothing to validate: send a resource, or call this on one that is stored."));
        if (!call.Fhir.Service.Store.Read(call.Type, call.Id, call.Fhir.Scope, call.Fhir.Limit).Succeeded(out var version, out var refusal))
            return refusal;
        return mode == "delete"
            ? new FhirReply(200, OperationOutcomeJson.Of("information", new RefusalDetail("informational", "The resource may be deleted.")))
            : Check(call, version.Root);
    }

    private static FhirReply Check(OperationRequest call, FhirNode resource)
    {
        var profiles = call.Arguments.Where(argument => argument.Name == "profile" && argument.Text is not null).Select(argument => argument.Text!).ToList();
        var questionnaire = resource["resourceType"u8].Is("QuestionnaireResponse"u8) ? AnsweredQuestionnaire.Of(call, resource) : default;
        var issues = call.Fhir.Service.Definitions.Current.Validator.Validate(resource, new ValidationOptions
        {
            Type = call.Type,
            Unknown = IssueSeverity.Error,
            Profiles = profiles,
            Now = call.Fhir.Service.Clock.GetUtcNow(),
            Resolve = reference => Resolve(call.Fhir, reference),
            Questionnaire = questionnaire,
        });
        if (resource["resourceType"u8].Is("QuestionnaireResponse"u8) && !questionnaire.Exists && resource["questionnaire"u8] is { Text: not null } named)
            issues = [.. issues.Append(NotHere(named)).OrderBy(issue => issue.Severity)];
        return new FhirReply(200, ValidationOutcome.Json(issues, hasPlaces: !call.Fhir.IsXmlBody));
    }

    private static FhirIssue NotHere(FhirNode questionnaire) => new(
        IssueSeverity.Warning,
        "not-found",
        "The questionnaire is not here, so the answers were not held against it.",
        "QuestionnaireResponse.questionnaire",
        questionnaire.Position.Line,
        questionnaire.Position.Column);

    /// <summary>What a reference into this record points to, as far as the caller may read it.</summary>
    internal static FhirNode Resolve(FhirRequest request, string reference)
    {
        var parts = request.Own.Relative(reference)!.Split('/');
        if (parts.Length is not (2 or 4) || !Fhir.Definitions.R4.IsResourceType(parts[0]) || !request.Service.Store.Read(parts[0], parts[1], request.Scope, request.Limit).Succeeded(out var version, out _))
            return default;
        Redisclosure.Mark(request, [version]);
        return version.Root;
    }
}
