using Tandem.Care.Loops;
using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Json;

namespace Tandem.Care.Pathways;

/// <summary>What a step of a pathway inherits from the steps it stands in: conditions add up, everything else is overruled by the inner step.</summary>
internal sealed record Surroundings
{
    internal static readonly Surroundings None = new();

    internal IReadOnlyList<PathwayTrigger> Triggers { get; private init; } = [];

    internal IReadOnlyList<PathwayCondition> Applicability { get; private init; } = [];

    internal IReadOnlyList<PathwayCondition> Stops { get; private init; } = [];

    internal FhirPathExpression? Anchor { get; private init; }

    internal FhirPathExpression? Basis { get; private init; }

    internal FhirPathExpression? SameFact { get; private init; }

    internal FhirPathExpression? Responsible { get; private init; }

    internal PathwayDuration LookBack { get; private init; } = new(30, PathwayUnit.Days);

    internal string? OwnerRole { get; private init; }

    internal string? BackUpRole { get; private init; }

    internal string? Ladder { get; private init; }

    internal IReadOnlyList<string> Inputs { get; private init; } = [];

    /// <summary>These, with what a step says itself.</summary>
    internal Surroundings With(FhirNode action, string path, ContentSource source)
    {
        var triggers = TriggersOf(action, path, source);
        return this with
        {
            Triggers = triggers.Count > 0 ? triggers : Triggers,
            Applicability = [.. Applicability, .. Conditions(action, path, source, "applicability", "start")],
            Stops = [.. Stops, .. Conditions(action, path, source, "stop", "stop")],
            Anchor = source.ExpressionIn(action, "anchor", path) ?? Anchor,
            Basis = source.ExpressionIn(action, "basis", path) ?? Basis,
            SameFact = source.ExpressionIn(action, "same-fact", path) ?? SameFact,
            Responsible = source.ExpressionIn(action, "responsible", path) ?? Responsible,
            LookBack = source.Duration(action.Extension("look-back")["valueDuration"u8], path + ".extension(look-back)", LookBack) ?? LookBack,
            OwnerRole = Role(action, "owner") ?? OwnerRole,
            BackUpRole = Role(action, "back-up") ?? BackUpRole,
            Ladder = action.Extension("ladder")["valueCode"u8].Text ?? Ladder,
            Inputs = [.. Inputs, .. InputsOf(action, path, source)],
        };
    }

    private static List<PathwayTrigger> TriggersOf(FhirNode action, string path, ContentSource source)
    {
        var triggers = new List<PathwayTrigger>();
        var index = 0;
        foreach (var trigger in action["trigger"u8].Items)
        {
            var here = $"{path}.trigger[{index++}]";
            if (trigger["type"u8].Text is not "data-changed")
                source.Report(here + ".type", "Only data-changed starts a pathway: it looks at what holds, however that came to be known.");
            foreach (var data in trigger["data"u8].Items)
            {
                if (source.Type(data, here + ".data") is { } type)
                    triggers.Add(new(type, Filter(trigger, data, here, source)));
            }
        }

        return triggers;
    }

    /// <summary>codeFilter (any code of the list, or in the value set) and condition of a trigger as one expression.</summary>
    private static FhirPathExpression? Filter(FhirNode trigger, FhirNode data, string path, ContentSource source)
    {
        var parts = new List<string>();
        foreach (var filter in data["codeFilter"u8].Items)
        {
            var element = filter["path"u8].Text ?? "code";
            if (filter["valueSet"u8].Text is { } valueSet)
                parts.Add($"{element}.memberOf('{Quoted(valueSet)}')");
            else
                parts.Add($"({string.Join(" or ", filter["code"u8].Items.AsEnumerable().Select(code => OneOf(element, code)))})");
        }

        var condition = trigger["condition"u8];
        if (condition.Exists && source.Expression(condition, path + ".condition") is { } own)
            parts.Add($"({own.Text})");
        if (parts.Count == 0)
            return null;
        if (FhirPathExpression.Compile(string.Join(" and ", parts), out var fault) is { } compiled)
            return compiled;
        source.Report(path + ".data.codeFilter", fault!.Reason, ContentSource.At(data));
        return null;
    }

    /// <summary>True where an element is a code, a coding or a concept that says this; a system that is named counts.</summary>
    private static string OneOf(string element, FhirNode code)
    {
        var value = $"'{Quoted(code["code"u8].Text ?? "")}'";
        return code["system"u8].Text is { } system
            ? $"({element} | {element}.coding).where(code = {value} and system = '{Quoted(system)}').exists()"
            : $"({element}.where($this = {value}).exists() or ({element} | {element}.coding).where(code = {value}).exists())";
    }

    private static List<PathwayCondition> Conditions(FhirNode action, string path, ContentSource source, string kind, string alias)
    {
        var conditions = new List<PathwayCondition>();
        var index = 0;
        foreach (var condition in action["condition"u8].Items)
        {
            var here = $"{path}.condition[{index++}]";
            if (kind == "applicability" && condition["kind"u8].Text is not ("applicability" or "start" or "stop"))
                source.Report(here + ".kind", "The kind must be applicability, start or stop.");
            if (condition["kind"u8].Text is not { } own || (own != kind && own != alias))
                continue;
            var expression = condition["expression"u8];
            if (source.Expression(expression, here + ".expression") is { } compiled)
                conditions.Add(new(compiled, expression.Words("description") ?? LocalizedText.AsWritten(compiled.Text), here));
        }

        return conditions;
    }

    private static IEnumerable<string> InputsOf(FhirNode action, string path, ContentSource source)
    {
        var index = 0;
        foreach (var input in action["input"u8].Items)
        {
            if (source.Type(input, $"{path}.input[{index++}]") is { } type)
                yield return type;
        }
    }

    private static string? Role(FhirNode action, string duty)
    {
        foreach (var participant in action["participant"u8].Items)
        {
            if (participant.Extension("duty")["valueCode"u8].Text == duty)
                return participant["role"u8].FirstCode();
        }

        return null;
    }

    private static string Quoted(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal);
}
