using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Tandem.Fhir.Definitions;
using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Json;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Operations;
using Tandem.Record.Questionnaires;
using Tandem.Record.Rest;
using Tandem.Record.Validation;

namespace Tandem.Record.Plans;

/// <summary>One application of a plan: its actions with their conditions, and a request for each activity definition.</summary>
internal sealed class ApplicationRun(OperationRequest call, string subject, FhirNode subjectResource)
{
    /// <summary>What an action of the plan and an action of a RequestGroup have in common by name and type.</summary>
    private static readonly string[] Same =
    [
        "id", "prefix", "title", "description", "textEquivalent", "priority", "code", "documentation", "relatedAction", "timingDateTime", "timingAge", "timingPeriod", "timingDuration",
        "timingRange", "timingTiming", "type", "groupingBehavior", "selectionBehavior", "requiredBehavior", "precheckBehavior", "cardinalityBehavior",
    ];

    /// <summary>What an activity definition says of its request beside what is the same by name; R4 12.17.6.2.</summary>
    private static readonly (string From, (string Element, string? Type, string Name) To)[] Described =
    [
        ("productCodeableConcept", ("medication", "CodeableConcept", "medicationCodeableConcept")), ("productReference", ("medication", "Reference", "medicationReference")),
        ("dosage", ("dosageInstruction", null, "dosageInstruction")), ("bodySite", ("bodySite", null, "bodySite")),
        ("timingTiming", ("occurrence", "Timing", "occurrenceTiming")), ("timingPeriod", ("occurrence", "Period", "occurrencePeriod")), ("timingDateTime", ("occurrence", "dateTime", "occurrenceDateTime")),
        ("quantity", ("quantity", "Quantity", "quantityQuantity")),
    ];

    private const int MostNested = 16;

    /// <summary>Requests made, each with an id for its action.</summary>
    internal List<JsonObject> Requests { get; } = [];

    /// <summary>Why the plan cannot be applied; null when it can.</summary>
    internal Refusal? Fault { get; private set; }

    /// <summary>What both operations ask for: the definition, sent or named, and for whom.</summary>
    internal static Operation Operation(string type, string what, string summary, OperationParameter draft, Func<ApplicationRun, FhirNode, Outcome<JsonObject>> make) => new()
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
            new("subject", "string", "Whom it is for: a reference.", 1),
            new("encounter", "string", "The encounter it belongs to: a reference."),
            new("practitioner", "string", "Who asks: a reference."),
            draft,
        ],
        Run = call => Task.FromResult(Run(call, type, what, make)),
    };

    private static FhirReply Run(OperationRequest call, string type, string what, Func<ApplicationRun, FhirNode, Outcome<JsonObject>> make)
    {
        if (!NamedDefinition.Find(call, type, what).Succeeded(out var definition, out var refusal))
            return refusal;
        var reference = call.Text("subject") ?? call["subject"].Value["reference"u8].Text ?? "";
        var subject = ValidateResource.Resolve(call.Fhir, reference);
        if (!subject.Exists)
            return Refusal.NotFound("The subject is not here.");
        return make(new ApplicationRun(call, reference, subject), definition).Succeeded(out var draft, out var fault)
            ? new FhirReply(200, Encoding.UTF8.GetBytes(draft.ToJsonString(JsonText.Options)))
            : fault;
    }

    /// <summary>The call.</summary>
    internal OperationRequest Call => call;

    /// <summary>For whom: a reference.</summary>
    internal string Subject => subject;

    internal static JsonArray Canonical(FhirNode definition)
    {
        var (url, version) = (definition["url"u8].Text, definition["version"u8].Text);
        return url is null ? [] : [version is null ? url : $"{url}|{version}"];
    }

    internal JsonObject Group(FhirNode plan)
    {
        var group = new JsonObject
        {
            ["resourceType"] = "RequestGroup", ["id"] = "plan", ["instantiatesCanonical"] = Canonical(plan), ["status"] = "draft", ["intent"] = "proposal",
            ["subject"] = new JsonObject { ["reference"] = subject },
        };
        Actions(plan, group, 0);
        return group;
    }

    private void Actions(FhirNode from, JsonObject into, int depth)
    {
        if (depth > MostNested)
        {
            Fault ??= Refusal.Unprocessable("", new RefusalDetail("too-costly", $"Actions lie more than {MostNested} levels deep."));
            return;
        }

        var actions = new JsonArray();
        foreach (var action in from["action"u8].Items)
        {
            if (Applies(action))
                actions.Add((JsonNode)Action(action, depth));
        }

        if (actions.Count > 0)
            into["action"] = actions;
    }

    private JsonObject Action(FhirNode action, int depth)
    {
        var made = new JsonObject();
        foreach (var name in Same)
        {
            if (action[name] is { Exists: true } value)
                made[name] = JsonText.Of(value);
        }

        var canonical = action["definitionCanonical"u8].Text ?? action["definitionUri"u8].Text;
        if (canonical is not null && Definition(canonical) is { } request)
        {
            foreach (var dynamic in action["dynamicValue"u8].Items)
                Set(request, dynamic);
            Ask(made, request.Json);
        }

        Actions(action, made, depth + 1);
        if (made["resource"] is null && made["action"] is null)
            Ask(made, Told(action));
        else if (made["resource"] is { } own && made["action"] is JsonArray below)
        {
            made.Remove("resource");
            below.Insert(0, new JsonObject { ["resource"] = own });
        }

        return made;
    }

    private void Ask(JsonObject action, JsonObject request)
    {
        Requests.Add(request);
        action["resource"] = new JsonObject { ["reference"] = "#" + request["id"]!.GetValue<string>() };
    }

    private string NextId() => string.Create(CultureInfo.InvariantCulture, $"request-{Requests.Count + 1}");

    /// <summary>An action in words only becomes a Task, for an action of a RequestGroup has a resource or actions and not both (rqg-1).</summary>
    private JsonObject Told(FhirNode action)
    {
        var task = new JsonObject { ["resourceType"] = "Task", ["id"] = NextId(), ["status"] = "draft", ["intent"] = "proposal" };
        if ((action["description"u8].Text ?? action["textEquivalent"u8].Text ?? action["title"u8].Text) is { } words)
            task["description"] = words;
        task["for"] = new JsonObject { ["reference"] = subject };
        return task;
    }

    /// <summary>All conditions of applicability give true (R4 12.18.8.2).</summary>
    private bool Applies(FhirNode action)
    {
        foreach (var condition in action["condition"u8].Items)
        {
            var expression = condition["expression"u8];
            if (!condition["kind"u8].Is("applicability"u8) || !expression.Exists)
                continue;
            if (Evaluate(expression, action) is not [var only] || only.Boolean != true)
                return false;
        }

        return true;
    }

    /// <summary>The request that an activity definition describes (R4 12.17.6.2); null with a fault when it is not here or of a kind that has no subject.</summary>
    private DefinedResource? Definition(string canonical) => Request(NamedDefinition.ByCanonical(call, "ActivityDefinition", canonical), canonical.Split('|')[0]);

    /// <summary>The request that an activity definition describes; null with a fault when there is none.</summary>
    internal DefinedResource? Request(FhirNode activity, string name)
    {
        var type = R4.Types.Find(activity["kind"u8].Text ?? "");
        if (!activity.Exists || type is not { IsResource: true })
        {
            Fault ??= Refusal.Unprocessable("", new RefusalDetail("not-found", $"The activity definition {name} is not here, or names no kind of resource."));
            return null;
        }

        var json = new JsonObject { ["resourceType"] = type.Name, ["id"] = NextId() };
        var request = new DefinedResource(type, json, null);
        Element("instantiatesCanonical", type.Elements.Find("instantiatesCanonical") is { IsList: true } ? Canonical(activity) : Canonical(activity).FirstOrDefault()?.DeepClone());
        Element("status", "draft");
        Element("intent", activity["intent"u8].Text ?? "proposal");
        Element("priority", activity["priority"u8].Text);
        Element("doNotPerform", activity["doNotPerform"u8] is { Exists: true } not ? JsonText.Of(not) : null);
        Element("description", type.Elements.Find("description") is { Types: [{ Type.Name: "string" }] } ? activity["description"u8].Text : null);
        Element("code", activity["code"u8] is { Exists: true } code ? JsonText.Of(code) : null);
        var reference = new JsonObject { ["reference"] = subject };
        Element(type.Elements.Find("subject") is not null ? "subject" : type.Elements.Find("for") is not null ? "for" : "patient", reference);
        foreach (var (from, to) in Described)
        {
            var (element, value) = (type.Elements.Find(to.Element), activity[from]);
            if (value.Exists && element is not null && (to.Type is null || element.Types.Any(of => of.Type.Name == to.Type)))
                json[to.Name] = element.IsList && value.Kind != JsonKind.Array ? new JsonArray(JsonText.Of(value)) : JsonText.Of(value);
        }

        foreach (var dynamic in activity["dynamicValue"u8].Items)
            Set(request, dynamic);
        return request;

        void Element(string name, JsonNode? value)
        {
            if (value is not null && type.Elements.Find(name) is not null)
                json[name] = value;
        }
    }

    private void Set(DefinedResource request, FhirNode dynamic)
    {
        var path = dynamic["path"u8].Text ?? "";
        var found = Evaluate(dynamic["expression"u8], dynamic);
        if (found.Count > 0 && request.Put($"{request.Type.Name}.{path}", found[0]) is { } fault)
            Fault ??= Refusal.Unprocessable("", new RefusalDetail("processing", fault));
    }

    private IReadOnlyList<FhirValue> Evaluate(FhirNode expression, FhirNode place)
    {
        if (!expression["language"u8].Is("text/fhirpath"u8) || FhirPathExpression.Compile(expression["expression"u8].Text ?? "", out var fault) is not { } compiled)
        {
            Fault ??= Refusal.Unprocessable("", new RefusalDetail("not-supported", $"An expression of the plan is no FHIRPath (line {place.Position.Line})."));
            return [];
        }

        var context = new FhirPathContext(subjectResource)
        {
            Now = call.Fhir.Service.Clock.GetLocalNow(),
            Resolve = reference => ValidateResource.Resolve(call.Fhir, reference),
            MemberOf = call.Fhir.Service.Definitions.Current.Terminology.MemberOf,
        };
        context.With("subject", subjectResource).With("patient", subjectResource);
        foreach (var name in new[] { "encounter", "practitioner" })
            context.With(name, call.Text(name) is { } reference ? ValidateResource.Resolve(call.Fhir, reference) : default);
        if (compiled.TryEvaluate(context, out var values, out fault))
            return values;
        Fault ??= Refusal.Unprocessable("", new RefusalDetail("processing", $"An expression of the plan has no answer for this subject: {fault!.Reason}"));
        return [];
    }
}
