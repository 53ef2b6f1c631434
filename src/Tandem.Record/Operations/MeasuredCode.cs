using Tandem.Fhir.Json;
using Tandem.Fhir.Search;
using Tandem.Record.Log;

namespace Tandem.Record.Operations;

/// <summary>A code whose measurements are asked for, of a system, of any (null) or of none (empty).</summary>
internal sealed record MeasuredCode(string? System, string Code)
{
    /// <summary>Reads <c>system|code</c>, <c>|code</c> or a code alone.</summary>
    internal static MeasuredCode Of(string text) => text.IndexOf('|', StringComparison.Ordinal) is var bar and >= 0 ? new(text[..bar], text[(bar + 1)..]) : new(null, text);

    /// <summary>The code as a search has it.</summary>
    internal string Token => System is null ? Code : $"{System}|{Code}";

    /// <summary>What was measured of the code itself: the observations and components that have it.</summary>
    internal List<Measurement> Own(IReadOnlyList<ResourceVersion> found) =>
    [
        .. found.SelectMany(version => IsOf(version.Root)
            ? [new Measurement(version, version.Root)]
            : version.Root["component"u8].Items.AsEnumerable().Where(IsOf).Select(component => new Measurement(version, component))),
    ];

    /// <summary>What the observations of a panel of this code measured, by the code of the component (R4 Observation-stats: "statistics for each of the individual panel measurements").</summary>
    internal IEnumerable<IGrouping<string, Measurement>> OfPanel(IReadOnlyList<ResourceVersion> found) => found.Where(version => IsOf(version.Root) && !version.Root["valueQuantity"u8].Exists)
        .SelectMany(version => version.Root["component"u8].Items.AsEnumerable().Select(component => new Measurement(version, component)))
        .GroupBy(measured => Key(measured.Holder["code"u8]), StringComparer.Ordinal);

    private bool IsOf(FhirNode holder) => holder["code"u8]["coding"u8].Items.AsEnumerable().Any(coding =>
        (Code.Length == 0 || coding["code"u8].Text == Code) && (System is null || (coding["system"u8].Text ?? "") == System));

    private static string Key(FhirNode concept) => concept["coding"u8].First is { Exists: true } coding ? $"{coding["system"u8].Text}|{coding["code"u8].Text}" : concept["text"u8].Text ?? "";
}

/// <summary>An observation, or a component of one, that may hold a value.</summary>
internal sealed record Measurement(ResourceVersion Version, FhirNode Holder)
{
    internal FhirNode Quantity => Holder["valueQuantity"u8];

    /// <summary>True for a number with a code of UCUM as its unit; R4 makes figures of those.</summary>
    internal bool IsMeasured => Quantity["value"u8].Number is not null && Quantity["system"u8].Text == Ucum.System && Quantity["code"u8].Exists;

    /// <summary>The number in another unit of UCUM; null when it cannot be converted.</summary>
    internal double? In(string unit) => Ucum.Convert((double)Quantity["value"u8].Number!.Value, Quantity["code"u8].Text!, unit);
}
