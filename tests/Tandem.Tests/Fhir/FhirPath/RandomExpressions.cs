using System.Globalization;
using Tandem.Fhir.Json;

namespace Tandem.Tests.Fhir.FhirPath;

/// <summary>
/// Writes random expressions that make sense for a resource: paths that it has (and now and then one that it has not), functions on what stands there,
/// operators between what can be combined. The same seed gives the same expressions.
/// </summary>
internal sealed class RandomExpressions(FhirNode resource, Random random)
{
    private static readonly string[] Words = ["'a'", "'official'", "'Test'", "''", "'1'", "'final'", "'e'", "'http'"];
    private static readonly string[] Types = ["string", "code", "Quantity", "HumanName", "boolean", "date", "dateTime", "Coding", "Reference", "Period", "integer"];

    /// <summary>An expression over the whole resource.</summary>
    internal string Next() => random.Next(5) switch
    {
        0 => Boolean(resource, 3),
        1 => Number(resource, 3),
        2 => Text(resource, 3),
        3 => Date(2),
        _ => Collection(resource, 3).Text,
    };

    private T Pick<T>(params IReadOnlyList<T> choices) => choices[random.Next(choices.Count)];

    /// <summary>A path from a node by names that it has, and a node that lies there.</summary>
    private (string Text, FhirNode At) Path(FhirNode from)
    {
        var (steps, at) = (new List<string>(), from);
        for (var depth = 1 + random.Next(3); depth > 0 && at.IsObject; depth--)
        {
            var names = at.Properties.AsEnumerable().Where(member => member.Name is not ("resourceType" or "div" or "contained" or "fhir_comments") && member.Name[0] != '_').ToList();
            if (names.Count == 0)
                break;
            var member = Pick(names);
            steps.Add(StepOf(member.Name));
            at = member.First;
        }

        if (steps.Count == 0)
            return ("$this", from);
        return random.Next(25) == 0 ? (string.Join('.', steps) + ".extension", default) : (string.Join('.', steps), at);
    }

    private static string StepOf(string name)
    {
        foreach (var choice in new[] { "value", "effective", "deceased", "multipleBirth", "onset", "abatement", "occurrence", "medication", "serviced", "created" })
        {
            if (name.Length > choice.Length && name.StartsWith(choice, StringComparison.Ordinal) && char.IsAsciiLetterUpper(name[choice.Length]) && name is not "valueSet")
                return choice;
        }

        return name is "contains" or "as" or "is" or "in" or "div" ? $"`{name}`" : name;
    }

    private (string Text, FhirNode At) Collection(FhirNode from, int depth)
    {
        var (text, at) = Path(from);
        if (depth == 0)
            return (text, at);
        return random.Next(12) switch
        {
            0 => ($"{text}.where({Boolean(at, depth - 1)})", at),
            1 => at.IsObject ? ($"{text}.select({Collection(at, depth - 1).Text})", default) : (text, at),
            2 => ($"{text}.{Pick("first", "last", "tail", "distinct")}()", at),
            3 => ($"{text}.{Pick("skip", "take")}({random.Next(3)})", at),
            4 => ($"({text} | {Collection(from, depth - 1).Text})", default),
            5 => ($"{text}.ofType({Pick(Types)})", at),
            6 => ($"{text}.{Pick("union", "combine", "intersect", "exclude")}({Collection(from, depth - 1).Text})", default),
            7 => ($"iif({Boolean(from, depth - 1)}, {Collection(from, depth - 1).Text}, {Text(from, depth - 1)})", default),
            8 => ($"{text}[{random.Next(3)}]", at),
            _ => (text, at),
        };
    }

    private string Boolean(FhirNode from, int depth)
    {
        if (depth == 0)
            return Pick("true", "false", $"{Path(from).Text}.exists()", "{}");
        return random.Next(14) switch
        {
            0 => $"{Collection(from, depth - 1).Text}.{Pick("exists", "empty", "isDistinct")}()",
            1 => $"({Boolean(from, depth - 1)} {Pick("and", "or", "xor", "implies")} {Boolean(from, depth - 1)})",
            2 => $"{Boolean(from, depth - 1)}.not()",
            3 => $"({Number(from, depth - 1)} {Pick("<", "<=", ">", ">=", "=", "!=")} {Number(from, depth - 1)})",
            4 => $"({Text(from, depth - 1)} {Pick("=", "!=", "~", "!~")} {Text(from, depth - 1)})",
            5 => $"{Text(from, depth - 1)}.{Pick("startsWith", "endsWith", "contains")}({Pick(Words)})",
            6 => WithItems(from, depth),
            7 => $"({Date(depth - 1)} {Pick("<", ">=", "=", "!=", "~")} {Date(depth - 1)})",
            8 => $"({Collection(from, depth - 1).Text} {Pick("=", "~", "!=")} {Collection(from, depth - 1).Text})",
            9 => $"({Pick(Words)} in {Collection(from, depth - 1).Text})",
            10 => $"{Collection(from, depth - 1).Text}.{Pick("subsetOf", "supersetOf")}({Collection(from, depth - 1).Text})",
            11 => $"{Collection(from, 0).Text}.first().is({Pick(Types)})",
            12 => $"{Text(from, depth - 1)}.{Pick("convertsToInteger", "convertsToDecimal", "convertsToDate", "convertsToBoolean")}()",
            _ => $"{Collection(from, depth - 1).Text}.hasValue()",
        };
    }

    private string WithItems(FhirNode from, int depth)
    {
        var (text, at) = Path(from);
        return $"{text}.{Pick("all", "exists")}({Boolean(at, depth - 1)})";
    }

    private string Number(FhirNode from, int depth)
    {
        if (depth == 0)
            return Pick("0", "1", "2.5", "7", "0.1", "(-3)", $"{Path(from).Text}.count()");
        return random.Next(8) switch
        {
            0 => $"{Collection(from, depth - 1).Text}.count()",
            1 or 2 => $"({Number(from, depth - 1)} {Pick("+", "-", "*", "/", "div", "mod")} {Number(from, depth - 1)})",
            3 => $"{Text(from, depth - 1)}.length()",
            4 => $"{Number(from, depth - 1)}.{Pick("abs", "ceiling", "floor", "truncate", "round")}()",
            5 => $"{Text(from, depth - 1)}.indexOf({Pick(Words)})",
            6 => $"{Number(from, depth - 1)}.round({random.Next(3)})",
            _ => random.Next(-50, 500).ToString(CultureInfo.InvariantCulture) is var number && number[0] == '-' ? $"({number})" : number,
        };
    }

    private string Text(FhirNode from, int depth)
    {
        if (depth == 0)
            return Pick(Words);
        return random.Next(9) switch
        {
            0 => $"({Text(from, depth - 1)} & {Text(from, depth - 1)})",
            1 => $"({Text(from, depth - 1)} + {Text(from, depth - 1)})",
            2 => $"{Text(from, depth - 1)}.{Pick("upper", "lower", "trim")}()",
            3 => $"{Text(from, depth - 1)}.substring({random.Next(4)}{Pick("", $", {random.Next(4)}")})",
            4 => $"{Text(from, depth - 1)}.replace({Pick(Words)}, {Pick(Words)})",
            5 => $"{Number(from, depth - 1)}.toString()",
            6 => $"{Collection(from, depth - 1).Text}.ofType(string).join({Pick(Words)})",
            _ => $"{Collection(from, depth - 1).Text}.ofType({Pick("string", "code", "uri")}).first()",
        };
    }

    private string Date(int depth)
    {
        if (depth == 0)
            return Pick("@2015-02-04", "@2015", "@2020-02", "@2015-02-04T14:34:28Z", "@2012-06-30T10:00:00.250+10:00", "@1974-12-25");
        return random.Next(4) switch
        {
            0 => $"({Date(depth - 1)} {Pick("+", "-")} {random.Next(1, 40)} {Pick("days", "months", "years")})",
            1 => $"{Date(depth - 1)}.toString().toDateTime()",
            _ => Date(depth - 1),
        };
    }
}
