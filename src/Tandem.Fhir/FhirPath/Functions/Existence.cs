using Tandem.Fhir.FhirPath.Expressions;
using Tandem.Fhir.FhirPath.Model;

namespace Tandem.Fhir.FhirPath.Functions;

/// <summary>Existence (FHIRPath 2.0, 5.1) and <c>not()</c> (6.5).</summary>
internal static class Existence
{
    internal static readonly Function[] All =
    [
        new("empty", 0, 0, (in focus, _, _) => new(focus.Count == 0)),
        new("exists", 0, 1, Exists),
        new("all", 1, 1, Every),
        new("not", 0, 0, (in focus, call, _) => new(!call.Truth(focus))),
        new("allTrue", 0, 0, (in focus, call, _) => new(CountOf(focus, true, call) == focus.Count)),
        new("anyTrue", 0, 0, (in focus, call, _) => new(CountOf(focus, true, call) > 0)),
        new("allFalse", 0, 0, (in focus, call, _) => new(CountOf(focus, false, call) == focus.Count)),
        new("anyFalse", 0, 0, (in focus, call, _) => new(CountOf(focus, false, call) > 0)),
        new("count", 0, 0, (in focus, _, _) => Values.Of((int?)focus.Count)),
        new("distinct", 0, 0, (in focus, call, run) => DistinctValues.Of(focus, run, call).Done()),
        new("isDistinct", 0, 0, (in focus, call, run) => new(DistinctValues.Of(focus, run, call).Count == focus.Count)),
        new("subsetOf", 1, 1, (in focus, call, run) => new(Includes(call.Arguments[0].Evaluate(run), focus, call, run))),
        new("supersetOf", 1, 1, (in focus, call, run) => new(Includes(focus, call.Arguments[0].Evaluate(run), call, run))),
    ];

    private static Values Exists(in Values focus, Call call, Evaluation run)
    {
        if (call.Arguments.Length == 0)
            return new(focus.Count > 0);
        var outer = run.Here;
        var any = false;
        for (var i = 0; i < focus.Count && !any; i++)
        {
            run.Enter(focus[i], i);
            any = call.Arguments[0].Test(run) == true;
        }

        run.Leave(outer);
        return new(any);
    }

    private static Values Every(in Values focus, Call call, Evaluation run)
    {
        var outer = run.Here;
        var all = true;
        for (var i = 0; i < focus.Count && all; i++)
        {
            run.Enter(focus[i], i);
            all = call.Arguments[0].Test(run) == true;
        }

        run.Leave(outer);
        return new(all);
    }

    private static int CountOf(in Values items, bool wanted, Call call)
    {
        var count = 0;
        for (var i = 0; i < items.Count; i++)
        {
            var value = items[i].Boolean ?? throw call.Error($"{call.Name}() works on booleans, not on a value of type {items[i].TypeName}.");
            count += value == wanted ? 1 : 0;
        }

        return count;
    }

    private static bool Includes(in Values all, in Values some, Call call, Evaluation run)
    {
        var set = DistinctValues.Of(all, run, call);
        run.Charge(some.Count, call);
        for (var i = 0; i < some.Count; i++)
        {
            if (!set.Contains(some[i]))
                return false;
        }

        return true;
    }
}
