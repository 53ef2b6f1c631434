using System.Text;
using System.Text.Json;
using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Json;
using Tandem.Fhir.Structure;
using Tandem.Fhir.Xml;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Rest;
using Tandem.Record.Validation;

namespace Tandem.Record.Operations;

/// <summary>
/// <c>$fhirpath</c>: evaluates an expression on a resource that is sent, with contexts and variables, in the shape of the fhirpath-lab server API: Parameters
/// in, Parameters out, with a part per context, typed results with their paths, what <c>trace()</c> showed, and the expression as it was read.
/// </summary>
internal static class EvaluateFhirPath
{
    private const string JsonValue = "http://fhir.forms-lab.com/StructureDefinition/json-value";
    private const string XmlValue = "http://fhir.forms-lab.com/StructureDefinition/xml-value";
    private const int MostWork = 4_000_000; // of all contexts together, each result counted
    private const int MostBytes = 64 * 1024 * 1024; // beside what was sent

    internal static readonly Operation Operation = new()
    {
        Code = "fhirpath",
        Levels = OperationLevels.System,
        Summary = "Evaluates a FHIRPath expression.",
        Parameters =
        [
            new("expression", "string", "The expression.", 1),
            new("context", "string", "An expression that chooses the items the expression is evaluated on, each for itself."),
            new("variables", "BackboneElement", "A part per variable: its name and value.", IsList: true),
            new("resource", "Resource", "The resource, as such or as text in the extension json-value or xml-value.", 1),
            new("validate", "boolean", "True makes elements that a type does not have an error."),
            new("terminologyserver", "uri", "Read and not used: codes are asked here."),
            new("parameters", "string", "What was evaluated, and by what.", 1, IsOut: true),
            new("result", "string", "What came of it, per context.", IsList: true, IsOut: true),
        ],
        Run = call => Task.FromResult(Run(call)),
    };

    private static FhirReply Run(OperationRequest call)
    {
        if (!Resource(call).Succeeded(out var resource, out var refusal) || !Compile(call, "expression").Succeeded(out var expression, out refusal))
            return refusal;
        FhirPathExpression? context = null;
        if (call.Text("context") is { Length: > 0 } && !Compile(call, "context").Succeeded(out context, out refusal))
            return refusal;

        var trace = new List<(string Name, IReadOnlyList<FhirValue> Items)>();
        var budget = new FhirPathBudget(MostWork);
        var seen = Context(call, resource, budget, (name, values) => trace.Add((name, values))); // one for all items: a bundle's entries and the variables are read once
        var items = new List<FhirValue?> { null };
        if (context is not null)
        {
            if (!context.TryEvaluate(seen, out var chosen, out var fault))
                return Fault("context", fault!);
            items = [.. chosen.Select(item => (FhirValue?)item)];
        }

        var (results, paths) = (new List<ContextResult>(), new ElementPaths(resource));
        foreach (var item in items)
        {
            trace.Clear();
            if (item is { } focus)
                seen.At(focus);
            if (!expression.TryEvaluate(seen, out var values, out var fault))
                return Fault("expression", fault!);
            if (!budget.Take(1 + values.Count))
                return TooCostly("The evaluation was ended: it gives more than is allowed.");
            results.Add(new(item, values, [.. trace]));
        }

        try
        {
            return Answer(call, resource, expression, results, paths);
        }
        catch (AnswerTooLargeException)
        {
            return TooCostly($"The results would have more than {MostBytes:N0} bytes.");
        }
    }

    private static Outcome<FhirPathExpression> Compile(OperationRequest call, string name) =>
        FhirPathExpression.Compile(call.Text(name) ?? "", out var fault) is { } compiled ? compiled : Fault(name, fault!);

    private static Refusal Fault(string name, FhirPathFault fault) =>
        Refusal.Unprocessable("", new RefusalDetail(fault.IsTooCostly ? "too-costly" : "invalid", fault.Reason, name, $"{fault.Line}:{fault.Column}"));

    private static Refusal TooCostly(string reason) => Refusal.Unprocessable("", new RefusalDetail("too-costly", reason));

    private static Outcome<FhirNode> Resource(OperationRequest call)
    {
        var argument = call["resource"];
        if (argument.Resource is { Exists: true } sent)
            return sent;
        foreach (var extension in argument.Parameter["extension"u8].Items)
        {
            var form = extension["url"u8].Text;
            if (form is not (JsonValue or XmlValue) || extension["valueString"u8].Text is not { } text)
                continue;
            var bytes = Encoding.UTF8.GetBytes(text);
            if (form == XmlValue)
            {
                if (FhirXmlReader.ToJson(bytes, JsonLimits.Resource, out var wrong) is not { } read)
                    return Refusal.Invalid("", new RefusalDetail("structure", wrong!.Reason, "resource", $"{wrong.Line}:{wrong.Column}"));
                bytes = read;
            }

            if (FhirJson.Parse(bytes, JsonLimits.Resource, out var fault) is { } json)
                return json.Root;
            return Refusal.Invalid("", new RefusalDetail("structure", fault!.Reason, "resource", $"{fault.Line}:{fault.Column}"));
        }

        return Refusal.Invalid("", new RefusalDetail("required", "Send the resource as such, or as text in the extension json-value or xml-value."));
    }

    private static FhirPathContext Context(OperationRequest call, FhirNode resource, FhirPathBudget budget, Action<string, IReadOnlyList<FhirValue>> trace)
    {
        var definitions = call.Fhir.Service.Definitions.Current;
        var context = new FhirPathContext(resource)
        {
            Now = call.Fhir.Service.Clock.GetLocalNow(),
            Strict = call.Text("validate") == "true",
            SingleAs = true,
            Budget = budget,
            Entries = new BundleEntries(resource),
            Resolve = reference => ValidateResource.Resolve(call.Fhir, reference),
            MemberOf = (value, valueSet) => ExpressionContext.MemberOf(definitions.Terminology, value, valueSet),
            IsA = definitions.Terminology.IsA,
            InSlice = definitions.Validator.InSlice,
            ConformsTo = (item, profile) => definitions.Validator.Conforms(item, profile),
            Trace = trace,
        };
        foreach (var variable in call.Arguments.Where(argument => argument.Name == "variables").SelectMany(argument => argument.Parameter["part"u8].Items.AsEnumerable()))
            Set(context, variable);
        return context;
    }

    private static void Set(FhirPathContext context, FhirNode part)
    {
        if (part["name"u8].Text is not { } name)
            return;
        context.With(name, part["resource"u8]);
        foreach (var member in part.Properties)
        {
            if (member.NameUtf8.StartsWith("value"u8))
                context.With(name, FhirValue.Of(member, FhirPathParts.TypeOf(member.Name[5..])));
        }
    }

    private static FhirReply Answer(OperationRequest call, FhirNode resource, FhirPathExpression expression, List<ContextResult> results, ElementPaths paths)
    {
        return new(200, FhirWriter.Resource("Parameters", json => json.Text("id", "fhirpath").Array("parameter", parameters =>
        {
            parameters.Item(item => item.Text("name", "parameters").Array("part", part => Asked(part, call, resource, expression)));
            var most = parameters.Bytes + MostBytes;
            for (var number = 0; number < results.Count; number++)
            {
                var (result, path) = (results[number], PathOf(results[number], number));
                parameters.Item(item => item.Text("name", "result").Text("valueString", path).Array("part", part => Result(part, paths, result, most)));
                Bound(parameters, most);
            }
        })));

        string? PathOf(ContextResult result, int number) =>
            result.Item is { } item ? FhirPathParts.PathOf(item, paths) ?? $"{call.Text("context")}[{number}]" : null;
    }

    private static void Asked(FhirWriter part, OperationRequest call, FhirNode resource, FhirPathExpression expression)
    {
        part.Item(item => item.Text("name", "evaluator").Text("valueString", $"Tandem-{typeof(FhirPathExpression).Assembly.GetName().Version?.ToString(3)} (R4)"));
        part.Item(item => item.Text("name", "parseDebugTree").Text("valueString", Tree(expression.Outline())));
        part.Item(item => item.Text("name", "expression").Text("valueString", expression.Text));
        if (call.Text("context") is { Length: > 0 } context)
            part.Item(item => item.Text("name", "context").Text("valueString", context));
        part.Item(item => item.Text("name", "resource").Raw("resource", resource));
        foreach (var variables in call.Arguments.Where(argument => argument.Name == "variables"))
            part.Item(variables.Parameter);
    }

    private static void Result(FhirWriter part, ElementPaths paths, ContextResult result, long most)
    {
        Items(part, paths, result.Values, most);
        foreach (var (name, items) in result.Trace)
        {
            part.Item(trace => trace.Text("name", "trace").Text("valueString", name).Array("part", shown => Items(shown, paths, items, most)));
        }
    }

    private static void Items(FhirWriter part, ElementPaths paths, IReadOnlyList<FhirValue> values, long most)
    {
        foreach (var value in values)
        {
            part.Item(item => FhirPathParts.Write(item, value, paths));
            Bound(part, most);
        }
    }

    private static void Bound(FhirWriter part, long most)
    {
        if (part.Bytes > most)
            throw new AnswerTooLargeException();
    }

    private static string Tree(SyntaxNode outline)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, OperationOutcomeJson.Options))
            Node(json, outline);
        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static void Node(Utf8JsonWriter json, SyntaxNode node)
    {
        json.WriteStartObject();
        json.WriteString("ExpressionType", node.Kind);
        json.WriteString("Name", node.Name);
        json.WriteNumber("Position", node.Position);
        if (node.Arguments.Count > 0)
        {
            json.WriteStartArray("Arguments");
            foreach (var argument in node.Arguments)
                Node(json, argument);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private sealed record ContextResult(FhirValue? Item, IReadOnlyList<FhirValue> Values, IReadOnlyList<(string Name, IReadOnlyList<FhirValue> Items)> Trace);
}
