using Tandem.Fhir.FhirPath.Expressions;

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
        var all = Existence.Distinct(focus);
        var more = call.Arguments[0].Evaluate(run);
        run.Charge(more.Count, call);
        for (var i = 0; i < more.Count; i++)
            all.Add(more[i]);
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
        var other = Existence.Distinct(call.Arguments[0].Evaluate(run));
        var both = new Model.DistinctValues();
        for (var i = 0; i < focus.Count; i++)
        {
            if (other.Contains(focus[i]))
                both.Add(focus[i]);
        }

        return both.Done();
    }

    private static Values Exclude(in Values focus, Call call, Evaluation run)
    {
        var other = Existence.Distinct(call.Arguments[0].Evaluate(run));
        var rest = default(ValueBuilder);
        for (var i = 0; i < focus.Count; i++)
        {
            if (!other.Contains(focus[i]))
                rest.Add(focus[i]);
        }

        return rest.Done();
    }
}
