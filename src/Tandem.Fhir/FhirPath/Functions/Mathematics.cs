using Tandem.Fhir.FhirPath.Expressions;
using Tandem.Fhir.FhirPath.Model;

namespace Tandem.Fhir.FhirPath.Functions;

/// <summary>Mathematics (FHIRPath 2.0, 5.7); what has no result (a root of a negative number, an overflow) gives nothing.</summary>
internal static class Mathematics
{
    internal static readonly Function[] All =
    [
        new("abs", 0, 0, Abs),
        new("ceiling", 0, 0, (in focus, call, _) => Whole(focus, call, decimal.Ceiling)),
        new("floor", 0, 0, (in focus, call, _) => Whole(focus, call, decimal.Floor)),
        new("truncate", 0, 0, (in focus, call, _) => Whole(focus, call, decimal.Truncate)),
        new("exp", 0, 0, (in focus, call, _) => Real(focus, call, Math.Exp)),
        new("ln", 0, 0, (in focus, call, _) => Real(focus, call, Math.Log)),
        new("log", 1, 1, Log),
        new("power", 1, 1, Power),
        new("round", 0, 1, Round),
        new("sqrt", 0, 0, (in focus, call, _) => Real(focus, call, Math.Sqrt)),
    ];

    private static FhirValue? Input(in Values focus, Call call)
    {
        if (call.SingleValue(focus) is not { } value)
            return null;
        return value.Kind is FhirValueKind.Integer or FhirValueKind.Decimal or FhirValueKind.Long ? value : throw call.Error($"{call.Name}() works on a number, not on a value of type {value.TypeName}.");
    }

    private static decimal? Argument(Call call, Evaluation run)
    {
        if (call.Argument(0, run) is not { } value)
            return null;
        return value.Kind is FhirValueKind.Integer or FhirValueKind.Decimal or FhirValueKind.Long ? value.Number : throw call.Error($"{call.Name}() needs a number, not a value of type {value.TypeName}.");
    }

    private static Values Abs(in Values focus, Call call, Evaluation run)
    {
        if (call.SingleValue(focus) is { Kind: FhirValueKind.Quantity } measured)
            return new(FhirValue.Of(measured.Quantity! with { Value = Math.Abs(measured.Quantity!.Value) }));
        return Input(focus, call) switch
        {
            null => default,
            { Kind: FhirValueKind.Long } number => new(FhirValue.Of((long)Math.Min(long.MaxValue, Math.Abs(number.Number!.Value)))),
            { Kind: FhirValueKind.Decimal } number => Values.Of(Math.Abs(number.Number!.Value)),
            { Int: int.MinValue } => default,
            { } number => Values.Of((int?)Math.Abs(number.Int)),
        };
    }

    private static Values Whole(in Values focus, Call call, Func<decimal, decimal> round)
    {
        if (Input(focus, call) is not { } value)
            return default;
        var rounded = round(value.Number!.Value);
        return rounded is >= int.MinValue and <= int.MaxValue ? Values.Of((int?)(int)rounded) : Values.Of((decimal?)rounded);
    }

    private static Values Real(in Values focus, Call call, Func<double, double> apply) =>
        Input(focus, call) is { } value ? Values.Of(Numbers.FromDouble(apply((double)value.Number!.Value))) : default;

    private static Values Log(in Values focus, Call call, Evaluation run)
    {
        if (Input(focus, call) is not { } value || Argument(call, run) is not { } radix)
            return default;
        return Values.Of(Numbers.FromDouble(Math.Log((double)value.Number!.Value, (double)radix)));
    }

    private static Values Power(in Values focus, Call call, Evaluation run)
    {
        if (Input(focus, call) is not { } value || Argument(call, run) is not { } exponent)
            return default;
        if (exponent != decimal.Truncate(exponent) || exponent is < 0 or > 200)
            return Values.Of(Numbers.FromDouble(Math.Pow((double)value.Number!.Value, (double)exponent)));
        try
        {
            var result = 1m;
            for (var i = 0; i < exponent; i++)
                result *= value.Number!.Value;
            return value.Kind == FhirValueKind.Integer && result is >= int.MinValue and <= int.MaxValue ? Values.Of((int?)(int)result) : Values.Of((decimal?)result);
        }
        catch (OverflowException)
        {
            return default;
        }
    }

    private static Values Round(in Values focus, Call call, Evaluation run)
    {
        if (Input(focus, call) is not { } value)
            return default;
        var digits = call.Arguments.Length == 0 ? 0 : call.IntegerArgument(0, run) ?? 0;
        if (digits < 0)
            throw call.Error("round() needs a precision of 0 or more.");
        return Values.Of((decimal?)Math.Round(value.Number!.Value, Math.Min(digits, 28), MidpointRounding.AwayFromZero));
    }
}
