using Tandem.Fhir.FhirPath.Expressions;
using Tandem.Fhir.FhirPath.Model;

namespace Tandem.Fhir.FhirPath.Functions;

/// <summary><c>trace</c>, the clock (FHIRPath 2.0, 5.9) and <c>type</c> (10).</summary>
internal static class Utility
{
    internal static readonly Function[] All =
    [
        new("trace", 1, 2, Trace),
        new("now", 0, 0, (in _, _, run) => new(FhirValue.Of(PartialDateTime.Instant(run.Now)))),
        new("today", 0, 0, (in _, _, run) => new(FhirValue.Of(PartialDateTime.Day(run.Now)))),
        new("timeOfDay", 0, 0, (in _, _, run) => new(FhirValue.Of(PartialDateTime.Clock(run.Now)))),
        new("type", 0, 0, Types),
    ];

    private static Values Trace(in Values focus, Call call, Evaluation run)
    {
        if (run.Context.Trace is not { } listener)
            return focus;
        var name = call.TextArgument(0, run) ?? "";
        if (call.Arguments.Length == 1)
        {
            Tell(focus.ToArray());
            return focus;
        }

        var outer = run.Here;
        var shown = default(ValueBuilder);
        for (var i = 0; i < focus.Count; i++)
        {
            run.Enter(focus[i], i);
            var projected = call.Arguments[1].Evaluate(run);
            run.Charge(projected.Count, call);
            shown.Add(projected);
        }

        run.Leave(outer);
        Tell(shown.Done().ToArray());
        return focus;

        void Tell(FhirValue[] items) => run.Outside(() =>
        {
            listener(name, items);
            return true;
        });
    }

    private static Values Types(in Values focus, Call call, Evaluation run)
    {
        var types = default(ValueBuilder);
        for (var i = 0; i < focus.Count; i++)
            types.Add(FhirValue.OfType(TypeName.Of(focus[i])));
        return types.Done();
    }
}
