using System.Collections.Frozen;
using Tandem.Fhir.FhirPath.Expressions;

namespace Tandem.Fhir.FhirPath.Functions;

/// <summary>What a function does with its input; arguments are evaluated by the function itself, so it decides on which items.</summary>
internal delegate Values FunctionBody(in Values focus, Call call, Evaluation run);

/// <summary>A function by name with the number of arguments it takes.</summary>
internal sealed record Function(string Name, int Fewest, int Most, FunctionBody Body)
{
    private static readonly FrozenDictionary<string, Function> All =
        new[]
        {
            Existence.All, Filtering.All, Subsetting.All, Combining.All, Conversions.All, Strings.All, Patterns.All, Encodings.All,
            Mathematics.All, Boundaries.All, Tree.All, Utility.All, FhirFunctions.All, ModelFunctions.All, DateParts.All, [DefineVariable.Function],
        }.SelectMany(family => family).ToFrozenDictionary(function => function.Name, StringComparer.Ordinal);

    internal static Function? Find(string name) => All.GetValueOrDefault(name);
}
