using Tandem.Fhir.FhirPath.Expressions;
using Tandem.Fhir.FhirPath.Model;

namespace Tandem.Fhir.FhirPath.Functions;

/// <summary>Combinations of two collections (FHIRPath 2.0, 5.3.8, 5.3.9, 5.4).</summary>
internal static class Combining
{
    internal static readonly Function[] All =
    [
        new("union", 1, 1, Union),
        new("combine", 1, 1, Combine),
        new("intersect", 1, 1, Intersect),
        new("exclude", 1, 1, Exclude),
    ];

    private static Values Union(in Values focus, Call call, Evaluation run)
    {
        var all = DistinctValues.Of(focus, run, call);
        all.Add(call.Arguments[0].Evaluate(run));
        return all.Done();
    }

    private static Values Combine(in Values focus, Call call, Evaluation run)
    {
        var all = default(ValueBuilder);
        all.Add(focus);
        var more = call.Arguments[0].Evaluate(run);
        run.Charge(more.Count, call);
        all.Add(more);
        return all.Done();
    }

    private static Values Intersect(in Values focus, Call call, Evaluation run)
    {
        var other = DistinctValues.Of(call.Arguments[0].Evaluate(run), run, call);
        var both = new DistinctValues(run, call);
        for (var i = 0; i < focus.Count; i++)
        {
            if (other.Contains(focus[i]))
                both.Add(focus[i]);
        }

        return both.Done();
    }

    private static Values Exclude(in Values focus, Call call, Evaluation run)
    {
        var other = DistinctValues.Of(call.Arguments[0].Evaluate(run), run, call);
        var rest = default(ValueBuilder);
        for (var i = 0; i < focus.Count; i++)
        {
            if (!other.Contains(focus[i]))
                rest.Add(focus[i]);
        }

        return rest.Done();
    }
}
