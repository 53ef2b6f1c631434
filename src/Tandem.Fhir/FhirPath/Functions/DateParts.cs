using Tandem.Fhir.FhirPath.Expressions;
using Tandem.Fhir.FhirPath.Model;

namespace Tandem.Fhir.FhirPath.Functions;

/// <summary>Parts of dates and times (FHIRPath 3.0 ballot, 5.9); a part that is not known gives nothing.</summary>
internal static class DateParts
{
    internal static readonly Function[] All =
    [
        Part("yearOf", DatePrecision.Year, date => date.Local.Year),
        Part("monthOf", DatePrecision.Month, date => date.Local.Month),
        Part("dayOf", DatePrecision.Day, date => date.Local.Day),
        Part("hourOf", DatePrecision.Hour, date => date.Local.Hour),
        Part("minuteOf", DatePrecision.Minute, date => date.Local.Minute),
        Part("secondOf", DatePrecision.Second, date => date.Local.Second),
        new("millisecondOf", 0, 0, (in focus, call, _) => Of(focus, call) is { FractionDigits: > 0 } date ? Values.Of((int?)date.Local.Millisecond) : default),
        new("timezoneOffsetOf", 0, 0, (in focus, call, _) => Of(focus, call)?.Offset is { } offset ? Values.Of((decimal?)(decimal)offset.TotalHours) : default),
        new("dateOf", 0, 0, (in focus, call, _) => Of(focus, call) is { Kind: not FhirValueKind.Time } date ? new(FhirValue.Of(date.To(FhirValueKind.Date))) : default),
        new("timeOf", 0, 0, (in focus, call, _) => Of(focus, call) is { Kind: not FhirValueKind.Date, Precision: >= DatePrecision.Hour } date ? new(FhirValue.Of(TimeOf(date))) : default),
    ];

    private static Function Part(string name, DatePrecision precision, Func<PartialDateTime, int> part) =>
        new(name, 0, 0, (in focus, call, _) => Of(focus, call) is { } date && date.Precision >= precision && (date.Kind != FhirValueKind.Time || precision >= DatePrecision.Hour)
            ? Values.Of((int?)part(date))
            : default);

    private static PartialDateTime? Of(in Values focus, Call call)
    {
        if (call.SingleValue(focus) is not { } value)
            return null;
        return value.Content as PartialDateTime ?? throw call.Error($"{call.Name}() works on a date or time, not on a value of type {value.TypeName}.");
    }

    private static PartialDateTime TimeOf(PartialDateTime date) =>
        new(FhirValueKind.Time, date.Precision, DateTime.MinValue.Add(date.Local.TimeOfDay), null, date.FractionDigits);
}
