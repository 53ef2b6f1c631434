using System.Globalization;
using Tandem.Fhir.Json;
using Tandem.Fhir.Views;
using Tandem.Record.Log;

namespace Tandem.Care.Patients;

/// <summary>What an Observation says as results: itself, or each of its components. A pure function.</summary>
internal static class ResultReading
{
    private const string Loinc = "http://loinc.org";
    private const string Ucum = "http://unitsofmeasure.org";

    internal static IEnumerable<ResultRow> Read(ResourceVersion version)
    {
        var seen = new ObservationView(version.Root);
        var at = WhenOf(seen) ?? new Told(version.At);
        if (ValueOf(seen.Node) is not null || (seen.Components.Count == 0 && (IsGone(seen.Status) || seen.DataAbsentReason.Node.Exists)))
            yield return Row(version, seen, version.Id, seen.Node, at);
        var part = 0;
        foreach (var component in seen.Components)
        {
            part++;
            if (ValueOf(component.Node) is not null)
                yield return Row(version, seen, string.Create(CultureInfo.InvariantCulture, $"{version.Id}#{part}"), component.Node, at);
        }
    }

    /// <summary>When it was true of the patient, or else when it was issued.</summary>
    internal static Told? WhenOf(ObservationView seen) =>
        TimelineReading.When(seen.Effective) ?? TimelineReading.When(seen.Issued);

    /// <summary>The value as words, without its unit; null when there is none.</summary>
    internal static string? ValueOf(FhirNode node)
    {
        if (node["valueQuantity"u8] is { Exists: true } amount)
            return amount["value"u8].Text is { } digits ? new Quantity(amount).Comparator + digits : null;
        foreach (var member in node.Properties)
        {
            if (member.NameUtf8.StartsWith("value"u8))
                return Words(member);
        }

        return null;
    }

    /// <summary>Value and unit.</summary>
    internal static string? WithUnit(FhirNode node) => ValueOf(node) is { } value
        ? string.Join(' ', new[] { value, UnitText(node) }.Where(part => part.Length > 0))
        : null;

    /// <summary>The parts of a result in one line: "Systolic 142 mmHg, Diastolic 88 mmHg"; null without parts.</summary>
    internal static string? ComponentWords(ObservationView seen)
    {
        var parts = new List<string>();
        foreach (var component in seen.Components)
        {
            if (WithUnit(component.Node) is { } value)
                parts.Add($"{component.Code.Words} {value}");
        }

        return parts.Count == 0 ? null : string.Join(", ", parts);
    }

    /// <summary>The most serious flag of a result and its components.</summary>
    internal static string? WorstFlag(ObservationView seen)
    {
        var worst = FlagOf(seen.Node);
        foreach (var component in seen.Components)
        {
            var flag = FlagOf(component.Node);
            if (ResultFlags.Weight(flag) > ResultFlags.Weight(worst))
                worst = flag;
        }

        return worst;
    }

    /// <summary>The laboratory's own flag; where it gave none, H or L by its range.</summary>
    internal static string? FlagOf(FhirNode node)
    {
        string? stated = null;
        foreach (var concept in node["interpretation"u8].Items)
        {
            var code = concept["coding"u8].First["code"u8].Text ?? concept["text"u8].Text;
            if (stated is null || ResultFlags.Weight(code) > ResultFlags.Weight(stated))
                stated = code;
        }

        if (stated is not null)
            return stated;
        var (low, high, _) = RangeOf(node);
        return NumberOf(node) is not { } number ? null : number > high ? "H" : number < low ? "L" : low is null && high is null ? null : "N";
    }

    private static ResultRow Row(ResourceVersion version, ObservationView seen, string id, FhirNode node, Told at)
    {
        var (low, high, range) = RangeOf(node);
        var code = new CodeableConcept(node["code"u8]);
        return new ResultRow
        {
            Code = CodeOf(code),
            Unit = UnitOf(node),
            At = at.At,
            HasTime = at.HasTime,
            Id = id,
            Name = code.Words ?? "",
            Category = seen.Categories.First.Codings.First.Code ?? "",
            Number = NumberOf(node),
            Value = ValueOf(node),
            UnitText = UnitText(node),
            Low = low,
            High = high,
            Range = range,
            Flag = FlagOf(node),
            Status = seen.Status ?? "",
            Absent = new CodeableConcept(node["dataAbsentReason"u8]).Words,
            Recorded = version.At,
            Version = version.Version,
            Source = version.Source,
            Place = seen.Performers.First.Display,
            Seq = version.Seq,
        };
    }

    /// <summary>The analyte's name in addresses: codes of other systems than LOINC carry a mark of their system, so that two never meet in one series. It fits a key.</summary>
    internal static string CodeOf(CodeableConcept concept) => KeyText.Of(WholeCodeOf(concept));

    private static string WholeCodeOf(CodeableConcept concept)
    {
        Coding first = default;
        foreach (var coding in concept.Codings)
        {
            if (coding.System == Loinc && coding.Code is { } loinc)
                return loinc;
            if (!first.Node.Exists)
                first = coding;
        }

        return first.Code is { } code
            ? $"{code}~{Mark(first.System ?? "")}"
            : $"~{Mark(SearchWords.Fold(concept.Text ?? ""))}";
    }

    private static string Mark(string text) => Kernel.Ids.From("result-code", text)[..8];

    private static string UnitOf(FhirNode node)
    {
        var amount = new Quantity(node["valueQuantity"u8]);
        return KeyText.Of((amount.System == Ucum ? amount.Code : null) ?? amount.Unit ?? amount.Code ?? "");
    }

    private static string UnitText(FhirNode node)
    {
        var amount = new Quantity(node["valueQuantity"u8]);
        return amount.Unit ?? amount.Code ?? "";
    }

    private static double? NumberOf(FhirNode node)
    {
        var amount = new Quantity(node["valueQuantity"u8]);
        var number = amount.Comparator is null ? amount.Value : null;
        return (double?)(number ?? node["valueInteger"u8].Number);
    }

    private static (double? Low, double? High, string? Text) RangeOf(FhirNode node)
    {
        foreach (var item in node["referenceRange"u8].Items)
        {
            var range = new ReferenceRange(item);
            if (range.Type.Codings.First.Code is { } type && type != "normal")
                continue;
            var comparable = SameUnit(node, range.Low) && SameUnit(node, range.High);
            return (comparable ? (double?)range.Low.Value : null, comparable ? (double?)range.High.Value : null, range.Text ?? Between(range));
        }

        return (null, null, null);
    }

    /// <summary>A limit in another unit than the value says nothing about it.</summary>
    private static bool SameUnit(FhirNode node, Quantity limit) =>
        (limit.Code ?? limit.Unit) is not { } unit || new Quantity(node["valueQuantity"u8]) is var value && (unit == value.Code || unit == value.Unit || limit.Unit == value.Unit);

    private static string? Between(ReferenceRange range) => (range.Low.Node["value"u8].Text, range.High.Node["value"u8].Text) switch
    {
        (null, null) => null,
        ({ } low, null) => "≥ " + low,
        (null, { } high) => "≤ " + high,
        ({ } low, { } high) => $"{low}–{high}",
    };

    private static string? Words(FhirNode value)
    {
        if (!value.IsObject)
            return value.Text;
        if (new CodeableConcept(value).Words is { } words)
            return words;
        var (low, high) = (new Quantity(value["low"u8]), new Quantity(value["high"u8]));
        if (low.Node.Exists || high.Node.Exists)
            return $"{low.Words}–{high.Words}";
        var (over, under) = (new Quantity(value["numerator"u8]), new Quantity(value["denominator"u8]));
        if (over.Node.Exists)
            return $"{over.Words} : {under.Words}";
        return value["start"u8].Text;
    }

    private static bool IsGone(string? status) => status is "cancelled" or "entered-in-error";
}

/// <summary>Flags of results (HL7 ObservationInterpretation) in the order of their weight.</summary>
internal static class ResultFlags
{
    /// <summary>3 critical, 2 outside the range or abnormal, 1 anything else that was flagged, 0 usual or unknown.</summary>
    internal static int Weight(string? flag) => flag switch
    {
        null or "" or "N" or "NEG" or "ND" or "S" => 0,
        "HH" or "LL" or "AA" or "HU" or "LU" or ">" or "<" => 3,
        "H" or "L" or "A" or "POS" or "R" or "DET" => 2,
        _ => 1,
    };

    /// <summary>True when a reader should see it first.</summary>
    internal static bool IsOutside(string? flag) => Weight(flag) >= 2;
}
