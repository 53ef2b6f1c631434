using Tandem.Fhir.FhirPath.Expressions;
using Tandem.Fhir.FhirPath.Model;

namespace Tandem.Fhir.FhirPath.Functions;

/// <summary>Filtering and projection (FHIRPath 2.0, 5.2), <c>aggregate</c> (7) and <c>sort</c>.</summary>
internal static class Filtering
{
    internal static readonly Function[] All =
    [
        new("where", 1, 1, Where),
        new("select", 1, 1, Select),
        new("repeat", 1, 1, Repeat),
        new("aggregate", 1, 2, Aggregate),
        new("sort", 0, 8, Sort),
    ];

    private static Values Where(in Values focus, Call call, Evaluation run)
    {
        var outer = run.Here;
        var found = default(ValueBuilder);
        for (var i = 0; i < focus.Count; i++)
        {
            run.Enter(focus[i], i);
            if (call.Arguments[0].Test(run) == true)
                found.Add(focus[i]);
        }

        run.Leave(outer);
        return found.Done();
    }

    private static Values Select(in Values focus, Call call, Evaluation run)
    {
        var outer = run.Here;
        var found = default(ValueBuilder);
        for (var i = 0; i < focus.Count; i++)
        {
            run.Enter(focus[i], i);
            var projected = call.Arguments[0].Evaluate(run);
            run.Charge(projected.Count, call);
            found.Add(projected);
        }

        run.Leave(outer);
        return found.Done();
    }

    /// <summary>Applies the projection to its own results until it gives nothing new.</summary>
    private static Values Repeat(in Values focus, Call call, Evaluation run)
    {
        var outer = run.Here;
        var seen = new DistinctValues(run, call);
        var found = default(ValueBuilder);
        var open = new Queue<FhirValue>(focus.ToArray());
        for (var i = 0; open.TryDequeue(out var item); i++)
        {
            run.Enter(item, i);
            var projected = call.Arguments[0].Evaluate(run);
            run.Charge(1 + projected.Count, call);
            for (var j = 0; j < projected.Count; j++)
            {
                if (!seen.Add(projected[j]))
                    continue;
                found.Add(projected[j]);
                open.Enqueue(projected[j]);
            }
        }

        run.Leave(outer);
        return found.Done();
    }

    private static Values Aggregate(in Values focus, Call call, Evaluation run)
    {
        var (outer, outerTotal) = (run.Here, run.Total);
        run.Total = call.Arguments.Length > 1 ? call.Arguments[1].Evaluate(run) : default;
        for (var i = 0; i < focus.Count; i++)
        {
            run.Enter(focus[i], i);
            run.Total = call.Arguments[0].Evaluate(run);
            run.Charge(1 + run.Total.Count, call);
        }

        var total = run.Total;
        run.Leave(outer);
        run.Total = outerTotal;
        return total;
    }

    /// <summary>By the items themselves, or by keys; a minus before a key sorts it downwards. Items without a key come first either way.</summary>
    private static Values Sort(in Values focus, Call call, Evaluation run)
    {
        var outer = run.Here;
        var rows = new (FhirValue Item, FhirValue?[] Keys)[focus.Count];
        var width = Math.Max(1, call.Arguments.Length);
        for (var i = 0; i < rows.Length; i++)
        {
            run.Enter(focus[i], i);
            var keys = new FhirValue?[width];
            for (var k = 0; k < width; k++)
                keys[k] = call.SingleValue(call.Arguments.Length == 0 ? new(focus[i]) : Key(call.Arguments[k]).Evaluate(run));
            run.Charge(16 * width, call);
            rows[i] = (focus[i], keys);
        }

        run.Leave(outer);
        var sorted = rows.Order(Comparer<(FhirValue Item, FhirValue?[] Keys)>.Create((a, b) => CompareKeys(a.Keys, b.Keys, call)));
        return Values.Of(sorted.Select(row => row.Item).ToArray());
    }

    private static Expression Key(Expression argument) => argument is Polarity { Negates: true } downwards ? downwards.Operand : argument;

    private static int CompareKeys(FhirValue?[] left, FhirValue?[] right, Call call)
    {
        for (var k = 0; k < left.Length; k++)
        {
            if (left[k] is not { } a || right[k] is not { } b)
            {
                if (left[k] is null && right[k] is null)
                    continue;
                return left[k] is null ? -1 : 1;
            }

            var order = Ordering.Compare(a, b, call.Position) ?? 0;
            if (order != 0)
                return call.Arguments.Length > k && call.Arguments[k] is Polarity { Negates: true } ? -order : order;
        }

        return 0;
    }
}
