using Tandem.Fhir.Definitions;
using Tandem.Fhir.FhirPath.Expressions;
using Tandem.Fhir.FhirPath.Model;
using Tandem.Fhir.Json;

namespace Tandem.Fhir.FhirPath.Functions;

/// <summary>What FHIR adds that asks code systems, profiles or the definitions themselves (FHIR R4 2.9.1.4).</summary>
internal static class ModelFunctions
{
    internal static readonly Function[] All =
    [
        new("subsumes", 1, 1, (in focus, call, run) => Subsumes(focus, call, run, isReversed: false)),
        new("subsumedBy", 1, 1, (in focus, call, run) => Subsumes(focus, call, run, isReversed: true)),
        new("checkModifiers", 1, 64, CheckModifiers),
        new("slice", 2, 2, Slice),
        new("elementDefinition", 0, 0, Define),
    ];

    /// <summary>The input is the wider code; of concepts any pair of codings of one system will do.</summary>
    private static Values Subsumes(in Values focus, Call call, Evaluation run, bool isReversed)
    {
        if (call.Single(focus) is not { } left || call.Single(call.Arguments[0].Evaluate(run)) is not { } right)
            return default;
        var ask = run.Context.IsA ?? throw call.Error($"{call.Name}() cannot be answered here: there is no terminology.");
        bool? result = false;
        bool? IsA(string system, string code, string above) => run.Outside(() => ask(system, code, above));
        foreach (var (systemA, codeA) in Codings(left))
        {
            foreach (var (systemB, codeB) in Codings(right))
            {
                var one = systemA != systemB && systemA is not null && systemB is not null ? false
                    : isReversed ? IsA(systemA ?? systemB ?? "", codeA, codeB) : IsA(systemA ?? systemB ?? "", codeB, codeA);
                if (one == true)
                    return new(true);
                result = one is null ? null : result;
            }
        }

        return new(result);
    }

    private static List<(string? System, string Code)> Codings(in FhirValue value)
    {
        if (value.Node is not { IsObject: true } node)
            return value.Text is { } code ? [(null, code)] : [];
        var codings = node["coding"u8].Exists ? node["coding"u8].Items.AsEnumerable() : [node];
        return [.. codings.Where(coding => coding["code"u8].Text is not null).Select(coding => (coding["system"u8].Text, coding["code"u8].Text!))];
    }

    /// <summary>Passes the input on; a modifier extension other than those named, anywhere on it, is an error.</summary>
    private static Values CheckModifiers(in Values focus, Call call, Evaluation run)
    {
        var understood = new HashSet<string>(StringComparer.Ordinal);
        for (var number = 0; number < call.Arguments.Length; number++)
        {
            if (call.TextArgument(number, run) is { } url)
                understood.Add(url);
        }

        for (var number = 0; number < focus.Count; number++)
        {
            foreach (var modifier in focus[number].Node["modifierExtension"u8].Items)
            {
                if (modifier["url"u8].Text is not { } url || !understood.Contains(url))
                    throw call.Error("There is a modifier extension that is not understood here.");
            }
        }

        return focus;
    }

    private static Values Slice(in Values focus, Call call, Evaluation run)
    {
        if (call.TextArgument(0, run) is not { } structure || call.TextArgument(1, run) is not { } name)
            return default;
        var inSlice = run.Context.InSlice ?? throw call.Error("slice() cannot be answered here: there are no profiles.");
        var found = default(ValueBuilder);
        for (var number = 0; number < focus.Count; number++)
        {
            var item = focus[number];
            if (run.Outside(() => inSlice(item, structure, name)) ?? throw call.Error($"There is no slice {name} in {structure}."))
                found.Add(focus[number]);
        }

        return found.Done();
    }

    /// <summary>As much of an ElementDefinition as the shipped definitions have: path, min, max, types.</summary>
    private static Values Define(in Values focus, Call call, Evaluation run)
    {
        var found = default(ValueBuilder);
        for (var number = 0; number < focus.Count; number++)
        {
            run.Charge((focus[number].Node.Exists ? focus[number].Node : focus[number].Companion).Index / 16, call); // all before it may be walked
            if (focus[number].Kind == FhirValueKind.Node && Definition(focus[number]) is { } json)
                found.Add(FhirValue.Of(FhirJson.ParseStored(json).Root["element"u8], "ElementDefinition"));
        }

        return found.Done();
    }

    private static byte[]? Definition(in FhirValue value)
    {
        var node = value.Node.Exists ? value.Node : value.Companion;
        if (value.Type is { IsResource: true } resource)
            return Write(resource.Name, 0, "*", [resource.Name]);
        return new ElementTrail().Of(node) is { } element
            ? Write(element.ToString(), element.Min, element.IsList ? "*" : "1", element.Types.Select(of => of.Type.Kind == TypeKind.Backbone ? of.Type.Parent!.Name : of.Type.Name))
            : null;
    }

    private static byte[] Write(string path, int min, string max, IEnumerable<string> types) => FhirWriter.Resource("Basic", holder => holder.Object("element", element => element
        .Text("path", path).Number("min", min).Text("max", max).Array("type", types, (item, type) => item.Text("code", type))));
}
