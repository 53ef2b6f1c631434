using Tandem.Fhir.FhirPath.Expressions;
using Tandem.Fhir.FhirPath.Model;

namespace Tandem.Fhir.FhirPath.Functions;

/// <summary><c>iif</c>, <c>toX</c> and <c>convertsToX</c> (FHIRPath 2.0, 5.5).</summary>
internal static class Conversions
{
    private delegate Values Convert(in FhirValue value, Call call, Evaluation run);

    internal static readonly Function[] All =
    [
        new("iif", 2, 3, Iif),
        .. Pair("Boolean", (in value, _, _) => new(Conversion.ToBoolean(value))),
        .. Pair("Integer", (in value, _, _) => Values.Of(Conversion.ToInteger(value))),
        .. Pair("Long", (in value, _, _) => Conversion.ToLong(value) is { } number ? new(FhirValue.Of(number)) : default),
        .. Pair("Decimal", (in value, _, _) => Values.Of(Conversion.ToDecimal(value))),
        .. Pair("String", (in value, _, _) => Values.Of(value.Text)),
        .. Pair("Date", (in value, _, _) => Of(Conversion.ToDate(value, FhirValueKind.Date))),
        .. Pair("DateTime", (in value, _, _) => Of(Conversion.ToDate(value, FhirValueKind.DateTime))),
        .. Pair("Time", (in value, _, _) => Of(Conversion.ToDate(value, FhirValueKind.Time))),
        .. Pair("Quantity", ToQuantity),
    ];

    private static Function[] Pair(string name, Convert convert) =>
    [
        new("to" + name, 0, name == "Quantity" ? 1 : 0, (in focus, call, run) => call.SingleValue(focus) is { } value ? convert(value, call, run) : default),
        new("convertsTo" + name, 0, name == "Quantity" ? 1 : 0, (in focus, call, run) => call.SingleValue(focus) is { } value ? new(convert(value, call, run).Count > 0) : default),
    ];

    private static Values Of(PartialDateTime? date) => date is null ? default : new(FhirValue.Of(date));

    private static Values ToQuantity(in FhirValue value, Call call, Evaluation run)
    {
        if (Conversion.ToQuantity(value) is not { } quantity)
            return default;
        if (call.Arguments.Length == 0)
            return new(FhirValue.Of(quantity));
        if (call.TextArgument(0, run) is not { } unit)
            return default;
        try
        {
            return quantity.In(unit) is { } converted ? new(FhirValue.Of(converted)) : default;
        }
        catch (OverflowException)
        {
            return default;
        }
    }

    /// <summary>Only the branch that is chosen is evaluated; within the arguments <c>$this</c> is the input.</summary>
    private static Values Iif(in Values focus, Call call, Evaluation run)
    {
        call.Single(focus);
        var outer = run.Here;
        run.Enter(focus);
        var criterion = call.Arguments[0].Evaluate(run);
        if (run.Context.Strict && criterion.Count == 1 && criterion[0].Boolean is null)
            throw call.Error("The condition of iif() must be a boolean.");
        var result = call.Truth(criterion) == true ? call.Arguments[1].Evaluate(run)
            : call.Arguments.Length > 2 ? call.Arguments[2].Evaluate(run)
            : default;
        run.Leave(outer);
        return result;
    }
}
