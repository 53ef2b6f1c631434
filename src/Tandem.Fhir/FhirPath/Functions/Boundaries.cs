using Tandem.Fhir.FhirPath.Expressions;
using Tandem.Fhir.FhirPath.Model;

namespace Tandem.Fhir.FhirPath.Functions;

/// <summary><c>lowBoundary</c>, <c>highBoundary</c>, <c>precision</c> (FHIRPath 2.1, 5.7.12 to 5.7.14; FHIR R4 errata) and <c>comparable</c>.</summary>
internal static class Boundaries
{
    private const int MostDigits = 28;

    internal static readonly Function[] All =
    [
        new("lowBoundary", 0, 1, (in focus, call, run) => Boundary(focus, call, run, high: false)),
        new("highBoundary", 0, 1, (in focus, call, run) => Boundary(focus, call, run, high: true)),
        new("precision", 0, 0, Precision),
        new("comparable", 1, 1, Comparable),
    ];

    private static Values Boundary(in Values focus, Call call, Evaluation run, bool high)
    {
        if (call.SingleValue(focus) is not { } value)
            return default;
        var digits = call.Arguments.Length == 0 ? null : call.IntegerArgument(0, run);
        switch (value.Content)
        {
            case PartialDateTime date:
                return DateBoundaries.Of(date, digits, high) is { } bound ? new(FhirValue.Of(bound)) : default;
            case PathQuantity quantity:
                return Bound(quantity.Value, digits ?? 8, high) is { } number ? new(FhirValue.Of(quantity with { Value = number })) : default;
            default:
                return value.Number is { } plain ? Values.Of(Bound(plain, digits ?? 8, high))
                    : throw call.Error($"A value of type {value.TypeName} has no boundaries.");
        }
    }

    /// <summary>Half a unit of the last digit away, then rounded outwards to the digits asked for.</summary>
    private static decimal? Bound(decimal value, int digits, bool high)
    {
        if (digits is < 0 or > MostDigits || value.Scale >= MostDigits)
            return null;
        try
        {
            var half = 0.5m / Numbers.PowerOfTen(value.Scale);
            var bound = high ? value + half : value - half;
            var rounded = Math.Round(bound, digits, high ? MidpointRounding.ToPositiveInfinity : MidpointRounding.ToNegativeInfinity);
            return rounded + new decimal(0, 0, 0, false, (byte)digits);
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    private static Values Precision(in Values focus, Call call, Evaluation run)
    {
        if (call.SingleValue(focus) is not { } value)
            return default;
        if (value.Content is PartialDateTime date)
            return Values.Of((int?)DateBoundaries.Digits(date));
        return value.Number is { } number ? Values.Of((int?)number.Scale)
            : throw call.Error($"A value of type {value.TypeName} has no precision.");
    }

    private static Values Comparable(in Values focus, Call call, Evaluation run)
    {
        if (call.SingleValue(focus) is not { } left || call.Argument(0, run) is not { } right)
            return default;
        return new(left.Quantity is { } a && right.Quantity is { } b && PathQuantity.Comparable(a, b));
    }
}
