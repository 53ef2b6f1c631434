using Tandem.Fhir.FhirPath.Expressions;

namespace Tandem.Fhir.FhirPath.Functions;

/// <summary>Parts of a collection by place (FHIRPath 2.0, 5.3).</summary>
internal static class Subsetting
{
    internal static readonly Function[] All =
    [
        new("single", 0, 0, (in focus, call, _) => call.Single(focus) is { } item ? new(item) : default),
        new("first", 0, 0, (in focus, call, run) => Ordered(focus, call, run).Slice(0, 1)),
        new("last", 0, 0, (in focus, call, run) => Ordered(focus, call, run).Slice(focus.Count - 1, 1)),
        new("tail", 0, 0, (in focus, call, run) => Ordered(focus, call, run).Slice(1, focus.Count)),
        new("skip", 1, 1, (in focus, call, run) => call.IntegerArgument(0, run) is { } count ? Ordered(focus, call, run).Slice(count, focus.Count) : default),
        new("take", 1, 1, (in focus, call, run) => call.IntegerArgument(0, run) is { } count ? Ordered(focus, call, run).Slice(0, count) : default),
    ];

    /// <summary>Children and descendants have no order to rely on (FHIRPath 2.0, 5.8).</summary>
    private static Values Ordered(in Values focus, Call call, Evaluation run) =>
        run.Context.Strict && call.Target is Call { Name: "children" or "descendants" }
            ? throw call.Error($"{call.Name}() needs an order, which children() and descendants() do not have.")
            : focus;
}
