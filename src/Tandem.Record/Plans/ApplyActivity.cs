using System.Text.Json.Nodes;
using Tandem.Fhir.Json;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Operations;

namespace Tandem.Record.Plans;

/// <summary><c>ActivityDefinition/$apply</c> (R4 12.17.6.1): the request that an activity definition describes, for one subject, as a draft. Nothing is stored.</summary>
internal static class ApplyActivity
{
    internal static readonly Operation Operation = ApplyOperation.Of(
        "ActivityDefinition",
        "activity definition",
        "The request that an activity definition describes, for one subject.",
        new("return", "Resource", "A draft of the kind that the definition names.", 1, IsOut: true),
        Request);

    private static Outcome<JsonObject> Request(ApplicationRun run, FhirNode activity)
    {
        var request = run.Request(activity, activity["url"u8].Text ?? "that was sent");
        if (request is not null)
            run.Check(request);
        if (run.Fault is { } fault)
            return fault;
        request!.Json.Remove("id"); // it is not stored
        return request.Json;
    }
}
