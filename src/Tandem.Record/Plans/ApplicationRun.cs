using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Tandem.Fhir.Definitions;
using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Json;
using Tandem.Fhir.Structure;
using Tandem.Fhir.Validation;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Operations;
using Tandem.Record.Questionnaires;
using Tandem.Record.Rest;
using Tandem.Record.Validation;

namespace Tandem.Record.Plans;

/// <summary>One application of a plan: its actions with their conditions, and a request for each activity definition.</summary>
internal sealed class ApplicationRun(OperationRequest call, string subject, FhirNode subjectResource)
{
    private static readonly string[] Appliable = ["ActivityDefinition", "PlanDefinition", "Questionnaire"];

    /// <summary>What an action of the plan and an action of a RequestGroup have in common by name and type.</summary>
    private static readonly string[] Same =
    [
        "id", "prefix", "title", "description", "textEquivalent", "priority", "code", "documentation", "relatedAction", "timingDateTime", "timingAge", "timingPeriod", "timingDuration",
        "timingRange", "timingTiming", "type", "groupingBehavior", "selectionBehavior", "requiredBehavior", "precheckBehavior", "cardinalityBehavior",
    ];

    private const int MostNested = 16;
    private const int MostParts = 1_000;

    /// <summary>The plan that is applied and those it applies in turn, the innermost last.</summary>
    private readonly List<FhirNode> plans = [];

    private readonly PlanExpressions expressions = new(call, subjectResource);

    /// <summary>The innermost plan that is not contained itself: what <c>#id</c> is looked for in (R4 2.3.0.9).</summary>
    private FhirNode container;

    private int partsSeen;

    /// <summary>Requests made, each with an id for its action.</summary>
    internal List<JsonObject> Requests { get; } = [];

    /// <summary>Goals of the plan and of those it applies, each with an id for the draft.</summary>
    internal List<JsonObject> Goals { get; } = [];

    /// <summary>Why the plan cannot be applied; null when it can.</summary>
    internal Refusal? Fault { get; private set; }

    /// <summary>The call.</summary>
    internal OperationRequest Call => call;

    /// <summary>For whom: a reference.</summary>
    internal string Subject => subject;

    internal JsonObject Group(FhirNode plan)
    {
        var group = new JsonObject { ["resourceType"] = "RequestGroup", ["id"] = "plan" };
        Instantiates(group, plan);
        group["status"] = "draft";
        group["intent"] = "proposal";
        group["subject"] = new JsonObject { ["reference"] = subject };
        Circumstances(new DefinedResource(R4.Types.Find("RequestGroup")!, group, null));
        Plan(plan, group, 0);
        return group;
    }

    /// <summary>Says which plan it was made by, when the plan has an address.</summary>
    internal static void Instantiates(JsonObject made, FhirNode plan)
    {
        if (NamedDefinition.CanonicalOf(plan) is { } canonical)
            made["instantiatesCanonical"] = new JsonArray(canonical);
    }

    private void Plan(FhirNode plan, JsonObject into, int depth, bool isContained = false)
    {
        if (plans.Contains(plan) || plans.Exists(above => NamedDefinition.CanonicalOf(above) is { } canonical && canonical == NamedDefinition.CanonicalOf(plan)))
        {
            Refuse("business-rule", $"The plan {NamedDefinition.CanonicalOf(plan) ?? "#" + plan["id"u8].Text} applies itself.");
            return;
        }

        if (!Understands(plan))
            return;
        var outer = container;
        container = isContained ? outer : plan;
        plans.Add(plan);
        foreach (var goal in plan["goal"u8].Items)
        {
            if (!MayGoOn())
                break;
            Goals.Add(DraftGoal.Of(goal, subject, string.Create(CultureInfo.InvariantCulture, $"goal-{Goals.Count + 1}")));
        }

        Actions(plan, into, depth);
        plans.RemoveAt(plans.Count - 1);
        container = outer;
    }

    private void Actions(FhirNode from, JsonObject into, int depth)
    {
        if (depth > MostNested)
        {
            Refuse("too-costly", $"Actions lie more than {MostNested} levels deep.");
            return;
        }

        var actions = into["action"] as JsonArray ?? [];
        foreach (var action in from["action"u8].Items)
        {
            if (!MayGoOn())
                return;
            if (Applies(action) && Action(action, depth) is { } made)
                actions.Add((JsonNode)made);
        }

        if (actions is { Count: > 0, Parent: null })
            into["action"] = actions;
    }

    /// <summary>Counts an action or a goal; false when there may be no more.</summary>
    private bool MayGoOn()
    {
        if (++partsSeen > MostParts)
            Refuse("too-costly", $"The plan and those it applies have more than {MostParts} actions and goals.");
        return Fault is null;
    }

    /// <summary>The action with its request or with actions below it; null for a group of which nothing applies.</summary>
    private JsonObject? Action(FhirNode action, int depth)
    {
        var made = new JsonObject();
        foreach (var name in Same)
        {
            if (action[name] is { Exists: true } value)
                made[name] = JsonTree.Of(value);
        }

        Carry(action, made);
        Untransformed(action, "action");
        var isGroup = action["action"u8].Exists;
        if ((action["definitionCanonical"u8].Text ?? action["definitionUri"u8].Text) is { } address)
            isGroup |= Defined(action, address, made, depth);
        else if (action["dynamicValue"u8].Exists)
            Adapt(action, made);
        Actions(action, made, depth + 1);
        if (made["resource"] is { } own && made["action"] is JsonArray below)
        {
            made.Remove("resource");
            below.Insert(0, new JsonObject { ["resource"] = own });
        }

        if (made["resource"] is not null || made["action"] is not null)
            return made;
        if (isGroup)
            return null;
        Ask(made, Told(made).Json);
        return made;
    }

    /// <summary>Carries the conditions for starting and stopping through the application (R4 action-condition-kind): only those of applicability were decided by it.</summary>
    private static void Carry(FhirNode action, JsonObject made)
    {
        JsonArray conditions = [.. action["condition"u8].Items.AsEnumerable().Where(condition => !condition["kind"u8].Is("applicability"u8)).Select(JsonTree.Of)];
        if (conditions.Count > 0)
            made["condition"] = conditions;
    }

    /// <summary>Sets dynamic values of an action without a definition in the action itself, by paths from it or from what holds it (<c>title</c>, <c>action.title</c>).</summary>
    private void Adapt(FhirNode action, JsonObject made)
    {
        var around = new DefinedResource(R4.Types.Find("RequestGroup")!, new JsonObject { ["action"] = new JsonArray(made) }, null);
        foreach (var dynamic in action["dynamicValue"u8].Items)
            Set(around, dynamic, plans[^1], "action.");
        around.Json["action"]!.AsArray().Clear();
    }

    /// <summary>Does what an action's definition says. True when that is another plan, whose actions stand below this one.</summary>
    private bool Defined(FhirNode action, string address, JsonObject made, int depth)
    {
        var (definition, isContained) = (Definition(address), address.StartsWith('#'));
        if (definition["resourceType"u8].Is("PlanDefinition"u8))
        {
            if (action["dynamicValue"u8].Exists)
                Refuse("not-supported", "Dynamic values of an action that applies a further plan are not set here: give them to the actions of that plan.");
            Plan(definition, made, depth + 1, isContained);
            return true;
        }

        var request = definition["resourceType"u8].Text switch
        {
            "ActivityDefinition" => Request(definition, address),
            "Questionnaire" => Asked(made, definition),
            _ => null,
        };
        if (request is null)
        {
            Refuse("not-found", $"{FhirRequest.Shown(address)} is no ActivityDefinition, PlanDefinition or Questionnaire that is here.");
            return false;
        }

        foreach (var dynamic in action["dynamicValue"u8].Items)
            Set(request, dynamic, plans[^1]);
        Check(request);
        Ask(made, request.Json);
        return false;
    }

    /// <summary>What an action's definition means: contained beside its plan or in it, or of this address.</summary>
    private FhirNode Definition(string address)
    {
        if (address.StartsWith('#'))
            return container["contained"u8].Items.AsEnumerable().FirstOrDefault(one => one["id"u8].Text == address[1..]);
        return Appliable.Select(type => NamedDefinition.ByCanonical(call, type, address)).FirstOrDefault(found => found.Exists);
    }

    /// <summary>False with a fault for a definition with a modifier anywhere but in what it contains: no modifier is known here, and what bears an unknown one is not to be processed (R4, extensibility, modifier extensions).</summary>
    private bool Understands(FhirNode definition)
    {
        if (Modifier(definition) is { Exists: true } modifier)
        {
            Fault ??= Refusal.Unprocessable("", new RefusalDetail(
                "extension", $"The modifier extension {FhirRequest.Shown(modifier["url"u8].Text ?? "")} is not understood here, so what bears it cannot be applied.", ElementPath.Of(definition, modifier)));
        }

        return Fault is null;
    }

    private static FhirNode Modifier(FhirNode element)
    {
        foreach (var member in element.Properties)
        {
            if (member.NameUtf8.SequenceEqual("contained"u8))
                continue;
            foreach (var item in member.Items)
            {
                if ((member.NameUtf8.SequenceEqual("modifierExtension"u8) ? item : Modifier(item)) is { Exists: true } found)
                    return found;
            }
        }

        return default;
    }

    /// <summary>The first reason holds.</summary>
    private void Refuse(string code, string text) => Fault ??= Refusal.Unprocessable("", new RefusalDetail(code, text));

    private void Ask(JsonObject action, JsonObject request)
    {
        Requests.Add(request);
        action["resource"] = new JsonObject { ["reference"] = "#" + request["id"]!.GetValue<string>() };
    }

    private string NextId() => string.Create(CultureInfo.InvariantCulture, $"request-{Requests.Count + 1}");

    /// <summary>An action in words only becomes a Task, for an action of a RequestGroup has a resource or actions and not both (rqg-1).</summary>
    private DefinedResource Told(JsonObject action)
    {
        var task = new JsonObject { ["resourceType"] = "Task", ["id"] = NextId(), ["status"] = "draft", ["intent"] = "proposal" };
        if ((action["description"] ?? action["textEquivalent"] ?? action["title"]) is JsonValue said && said.TryGetValue<string>(out var words))
            task["description"] = words;
        task["for"] = new JsonObject { ["reference"] = subject };
        var told = new DefinedResource(R4.Types.Find("Task")!, task, null);
        Circumstances(told);
        return told;
    }

    /// <summary>A questionnaire becomes a Task to answer it; null with a fault for one that no task can name.</summary>
    private DefinedResource? Asked(JsonObject action, FhirNode questionnaire)
    {
        if (NamedDefinition.CanonicalOf(questionnaire) is not { } canonical)
        {
            Refuse("required", $"The contained questionnaire {FhirRequest.Shown(questionnaire["id"u8].Text ?? "")} has no url, so a task cannot say that it is the one to answer: give it one, and store it.");
            return null;
        }

        var task = Told(action);
        if (!task.Json.ContainsKey("description") && questionnaire["title"u8].Text is { } title)
            task.Json["description"] = title;
        task.Json["input"] = new JsonArray(new JsonObject
        {
            ["type"] = new JsonObject { ["text"] = "questionnaire" },
            ["valueCanonical"] = canonical,
        });
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
            if (Evaluate(expression, plans[^1]) is not [var only] || only.Boolean != true)
                return false;
        }

        return true;
    }

    /// <summary>The request that an activity definition describes (R4 12.17.6.2); null with a fault when it names no kind, or one that would say the contrary.</summary>
    internal DefinedResource? Request(FhirNode activity, string name)
    {
        if (!Understands(activity) || !Untransformed(activity, $"activity definition {name}"))
            return null;
        var kind = activity["kind"u8].Text ?? "";
        if (R4.Types.Find(kind) is not { IsResource: true } type || !R4.Types.Find("ActivityDefinition")!.Elements["kind"].Codes!.Contains(Encoding.UTF8.GetBytes(kind)))
        {
            Refuse("required", $"The activity definition {name} names no kind of request.");
            return null;
        }

        if (activity["doNotPerform"u8].Boolean == true && type.Elements.Find("doNotPerform") is null)
        {
            Refuse("not-supported", $"The activity definition {name} says what is not to be done (doNotPerform), which a {kind} cannot say: give it a kind that can, such as ServiceRequest."); // R4 2.1.0.3
            return null;
        }

        var request = DraftRequest.Of(type, activity, subject, NextId(), call.Fhir.Service.Clock.GetUtcNow());
        Circumstances(request);
        foreach (var dynamic in activity["dynamicValue"u8].Items)
            Set(request, dynamic, activity);
        return request;
    }

    /// <summary>Says in which encounter a draft is made and who asks, where its kind has an element for it.</summary>
    internal void Circumstances(DefinedResource draft)
    {
        foreach (var (element, argument) in new[] { ("encounter", "encounter"), ("author", "practitioner"), ("requester", "practitioner"), ("orderer", "practitioner"), ("prescriber", "practitioner") })
        {
            if (call.Reference(argument) is { } other && draft.Type.Elements.Find(element) is not null)
                draft.Json[element] = new JsonObject { ["reference"] = other };
        }
    }

    /// <summary>False with a fault for what a StructureMap makes (transform): without it the draft would be something else.</summary>
    private bool Untransformed(FhirNode definition, string what)
    {
        if (definition["transform"u8].Exists)
            Refuse("not-supported", $"What the {what} asks for is made by a StructureMap (transform), which is not applied here.");
        return Fault is null;
    }

    /// <summary>Refuses what would be no sound resource: a kind may need what neither the definition nor a dynamic value says.</summary>
    internal void Check(DefinedResource request)
    {
        var issues = call.Fhir.Service.Definitions.Current.Validator.Validate(FhirJson.ParseStored(JsonTree.Bytes(request.Json)).Root, new ValidationOptions
        {
            Type = request.Type.Name,
            Now = call.Fhir.Service.Clock.GetUtcNow(),
            Resolve = reference => ValidateResource.Resolve(call.Fhir, reference),
        });
        List<RefusalDetail> faults = [.. issues.Where(issue => issue.IsError).Select(issue =>
            new RefusalDetail(issue.Code, $"The definition does not make a sound {request.Type.Name}, and no dynamic value does: {issue.Text}", issue.Expression))];
        if (faults.Count > 0)
            Fault ??= Refusal.Unprocessable("", [.. faults]);
    }

    private void Set(DefinedResource request, FhirNode dynamic, FhirNode definition, string within = "")
    {
        var path = dynamic["path"u8].Text ?? "";
        if (!path.StartsWith(within, StringComparison.Ordinal))
            path = within + path;
        var found = Evaluate(dynamic["expression"u8], definition);
        if (found.Count > 0 && request.Put($"{request.Type.Name}.{path}", found) is { } fault)
            Fault ??= Refusal.Unprocessable("", new RefusalDetail("processing", fault, ElementPath.Of(definition, dynamic)));
    }

    /// <summary>What an expression gives; nothing once the plan cannot be applied, for then nothing hangs on it.</summary>
    private IReadOnlyList<FhirValue> Evaluate(FhirNode expression, FhirNode definition)
    {
        if (Fault is not null)
            return [];
        if (expressions.Evaluate(expression, out var fault) is { } values)
            return values;
        Fault = Refusal.Unprocessable("", fault! with { Expression = expression.Exists ? ElementPath.Of(definition, expression) : null });
        return [];
    }
}
