using System.Text;
using Tandem.Fhir.Definitions;

namespace Tandem.Fhir.Search;

/// <summary>
/// Turns the FHIRPath of search parameters into plans. It knows what R4's own parameters use: paths, unions, <c>ofType</c>,
/// <c>as</c>, <c>where</c> with an equal text or a resolved type, <c>extension(url)</c>, one index, one test for not false.
/// Anything else is a <see cref="NotSupportedException"/> and left to the general FHIRPath engine.
/// </summary>
internal sealed class PathPlanCompiler
{
    private static readonly PathStep NotFalse = new(StepKind.IsNotFalse, [], [], [], 0);

    private readonly FhirType start;
    private readonly List<PathStep> steps = [];
    private List<FhirElement> elements = [];
    private List<FhirType> types;
    private bool fromResource;

    private PathPlanCompiler(FhirType start) => (this.start, types) = (start, [start]);

    /// <summary>One plan per branch of the union; a branch that the type does not have is left out.</summary>
    /// <param name="expression">The expression.</param>
    /// <param name="start">The type it starts at.</param>
    /// <param name="resource">The resource type, for <c>%resource</c>.</param>
    internal static PathPlan[] Compile(string expression, FhirType start, FhirType resource) =>
        [.. Split(expression, '|').Select(branch => new PathPlanCompiler(start).CompileBranch(Unwrap(branch.Trim()), resource))];

    /// <summary>The types the values at the end of an expression have, for the expressions below them (components).</summary>
    internal static FhirType TypeAtEnd(string expression, FhirType start)
    {
        var compiler = new PathPlanCompiler(start);
        compiler.CompileBranch(Unwrap(expression.Trim()), start);
        return compiler.types[0];
    }

    private PathPlan CompileBranch(string branch, FhirType resource)
    {
        const string NotFalseTest = ".exists() and ";
        var test = branch.IndexOf(NotFalseTest, StringComparison.Ordinal);
        if (test > 0)
        {
            var path = branch[..test];
            if (branch[(test + NotFalseTest.Length)..] != path + " != false")
                throw new NotSupportedException($"a boolean expression: {branch}");
            branch = path;
        }

        var segments = Split(branch, '.').ToList();
        if (segments[0] == "%resource")
        {
            (fromResource, types) = (true, [resource]);
            segments.RemoveAt(0);
        }
        else if (IsStart(segments[0]))
        {
            segments.RemoveAt(0);
        }

        foreach (var segment in segments)
            Segment(segment.Trim());
        Flush();
        if (test > 0)
            steps.Add(NotFalse);
        return new(fromResource, [.. steps]);
    }

    private bool IsStart(string name)
    {
        for (var type = start; type is not null; type = type.Parent)
        {
            if (type.Name == name)
                return true;
        }

        return false;
    }

    private void Segment(string segment)
    {
        if (segment.StartsWith('(') && segment.EndsWith(')'))
        {
            foreach (var inner in Split(segment[1..^1], '.').Where(inner => !IsStart(inner)))
                Segment(inner.Trim());
            return;
        }

        var open = segment.IndexOf('(', StringComparison.Ordinal);
        if (open < 0)
        {
            Flush();
            Child(segment);
            return;
        }

        var argument = segment[(open + 1)..^1].Trim();
        switch (segment[..open])
        {
            case "ofType" or "as":
                types.RemoveAll(type => !type.Name.Equals(argument, StringComparison.OrdinalIgnoreCase));
                break;
            case "where":
                Flush();
                Where(argument);
                break;
            case "extension":
                Flush();
                Child("extension");
                Flush();
                Where($"url={argument}");
                break;
            default:
                throw new NotSupportedException($"the function {segment[..open]}()");
        }
    }

    private void Child(string segment)
    {
        var bracket = segment.IndexOf('[', StringComparison.Ordinal);
        var name = bracket < 0 ? segment : segment[..bracket];
        if (!name.All(char.IsAsciiLetterOrDigit))
            throw new NotSupportedException($"the step {segment}");
        elements = [.. types.Select(type => type.Elements.Find(name)).OfType<FhirElement>().Distinct()];
        types = [.. elements.SelectMany(element => element.Types).Select(of => of.Type).Distinct()];
        if (elements.Count == 0)
            throw new NotSupportedException($"there is no element {name}");
        if (bracket < 0)
            return;
        Flush();
        steps.Add(new(StepKind.Index, [], [], [], int.Parse(segment[(bracket + 1)..^1], System.Globalization.CultureInfo.InvariantCulture)));
    }

    /// <summary>Writes the last step down, now that it is known which of its types are meant.</summary>
    private void Flush()
    {
        if (elements.Count == 0)
            return;
        var names = elements
            .SelectMany(element => element.Types.Select(of => of.Type).Where(types.Contains).Distinct()
                .Select(type => new StepName(element.JsonNameBytes(type), type, element.Codes, element.IsList)))
            .ToArray();
        if (names.Length == 0)
            throw new NotSupportedException($"{elements[0]} has none of the types asked for");
        steps.Add(new(StepKind.Child, names, [], [], 0));
        elements = [];
    }

    private void Where(string condition)
    {
        const string Resolves = "resolve() is ";
        if (condition.StartsWith(Resolves, StringComparison.Ordinal))
        {
            steps.Add(new(StepKind.WhereTarget, [], [], Encoding.UTF8.GetBytes(condition[Resolves.Length..].Trim()), 0));
            return;
        }

        var equals = condition.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0 || condition[(equals + 1)..].Trim() is not ['\'', .., '\''] text)
            throw new NotSupportedException($"the condition {condition}");
        steps.Add(new(StepKind.WhereEquals, [], Encoding.UTF8.GetBytes(condition[..equals].Trim()), Encoding.UTF8.GetBytes(text[1..^1]), 0));
    }

    private static string Unwrap(string branch) =>
        branch.StartsWith('(') && branch.EndsWith(')') && Split(branch, '.').Count() == 1 ? branch[1..^1].Trim() : branch;

    private static IEnumerable<string> Split(string expression, char separator)
    {
        var (depth, quoted, from) = (0, false, 0);
        for (var at = 0; at < expression.Length; at++)
        {
            quoted ^= expression[at] == '\'';
            depth += quoted ? 0 : expression[at] switch { '(' => 1, ')' => -1, _ => 0 };
            if (quoted || depth > 0 || expression[at] != separator)
                continue;
            yield return expression[from..at];
            from = at + 1;
        }

        yield return expression[from..];
    }
}
