using System.Buffers;
using System.Globalization;
using Tandem.Fhir.Definitions;
using Tandem.Fhir.Json;

namespace Tandem.Fhir.FhirPath.Model;

/// <summary>From FHIR elements to System values, and between System values (FHIRPath 2.0, 5.5; FHIR R4 2.9.1.1).</summary>
internal static class Conversion
{
    private static readonly SearchValues<char> OfNumbers = SearchValues.Create("+-.0123456789");

    internal static FhirValue OfElement(in FhirValue element)
    {
        var node = element.Node;
        switch (node.Kind)
        {
            case JsonKind.True or JsonKind.False:
                return FhirValue.Of(node.Kind == JsonKind.True);
            case JsonKind.Number:
                return OfNumber(element, node);
            case JsonKind.String:
                return OfString(element, node);
            case JsonKind.Object:
                return OfObject(element, node);
            default:
                return element;
        }
    }

    private static FhirValue OfNumber(in FhirValue element, FhirNode node)
    {
        var whole = element.Type is null ? !node.Raw.ContainsAny(".eE"u8) : element.Type.Primitive != PrimitiveKind.Decimal;
        if (whole && int.TryParse(node.Raw, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer))
            return FhirValue.Of(integer);
        return node.Number is { } value ? FhirValue.Of(value) : element;
    }

    private static FhirValue OfString(in FhirValue element, FhirNode node)
    {
        var kind = element.Type?.Primitive switch
        {
            PrimitiveKind.Date => FhirValueKind.Date,
            PrimitiveKind.DateTime or PrimitiveKind.Instant => FhirValueKind.DateTime,
            PrimitiveKind.Time => FhirValueKind.Time,
            _ => FhirValueKind.String,
        };
        var text = node.Text!;
        return kind != FhirValueKind.String && PartialDateTime.Parse(text, kind) is { } date ? FhirValue.Of(date) : FhirValue.Of(text);
    }

    /// <summary>A Quantity with a comparator is no definite value (FHIR R4 2.9.1.5), nor is one without a number.</summary>
    private static FhirValue OfObject(in FhirValue element, FhirNode node)
    {
        var isQuantity = element.Type is { } type ? type.Is(R4.Types["Quantity"]) : node["value"u8].Kind == JsonKind.Number;
        if (!isQuantity || node["comparator"u8].Exists || node["value"u8].Number is not { } value)
            return element;
        var isUcum = node["system"u8].Is("http://unitsofmeasure.org"u8);
        var unit = node["code"u8].Text ?? node["unit"u8].Text ?? "1";
        return FhirValue.Of(new PathQuantity(value, unit) { IsElement = isUcum && node["code"u8].Exists });
    }

    internal static bool? ToBoolean(in FhirValue value)
    {
        switch (value.Kind)
        {
            case FhirValueKind.Boolean:
                return value.Boolean;
            case FhirValueKind.Integer or FhirValueKind.Decimal or FhirValueKind.Long:
                return value.Number switch { 1 => true, 0 => false, _ => null };
            case FhirValueKind.String:
                return value.Text!.ToUpperInvariant() switch
                {
                    "TRUE" or "T" or "YES" or "Y" or "1" or "1.0" => true,
                    "FALSE" or "F" or "NO" or "N" or "0" or "0.0" => false,
                    _ => null,
                };
            default:
                return null;
        }
    }

    internal static int? ToInteger(in FhirValue value) => value.Kind switch
    {
        FhirValueKind.Integer => value.Int,
        FhirValueKind.Boolean => value.Int,
        FhirValueKind.Long when value.Number is >= int.MinValue and <= int.MaxValue => (int)value.Number!.Value,
        FhirValueKind.String when int.TryParse(value.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
        _ => null,
    };

    internal static long? ToLong(in FhirValue value) => value.Kind switch
    {
        FhirValueKind.Integer or FhirValueKind.Boolean => value.Int,
        FhirValueKind.Long => (long)value.Number!.Value,
        FhirValueKind.String when long.TryParse(value.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
        _ => null,
    };

    internal static decimal? ToDecimal(in FhirValue value) => value.Kind switch
    {
        FhirValueKind.Integer or FhirValueKind.Decimal or FhirValueKind.Long => value.Number,
        FhirValueKind.Boolean => value.Int == 1 ? 1.0m : 0.0m,
        FhirValueKind.String when IsDecimal(value.Text!, out var number) => number,
        _ => null,
    };

    internal static PartialDateTime? ToDate(in FhirValue value, FhirValueKind kind) => value.Kind switch
    {
        FhirValueKind.Date or FhirValueKind.DateTime when kind != FhirValueKind.Time => ((PartialDateTime)value.Content!).To(kind),
        FhirValueKind.Time when kind == FhirValueKind.Time => (PartialDateTime)value.Content!,
        FhirValueKind.String => ParseDate(value.Text!, kind),
        _ => null,
    };

    internal static PathQuantity? ToQuantity(in FhirValue value) => value.Kind switch
    {
        FhirValueKind.Quantity => (PathQuantity)value.Content!,
        FhirValueKind.Integer or FhirValueKind.Decimal or FhirValueKind.Long => new(value.Number!.Value, "1"),
        FhirValueKind.Boolean => new(value.Int == 1 ? 1.0m : 0.0m, "1"),
        FhirValueKind.String => ParseQuantity(value.Text),
        _ => null,
    };

    private static PartialDateTime? ParseDate(ReadOnlySpan<char> text, FhirValueKind kind)
    {
        if (kind == FhirValueKind.Time && text.StartsWith("T"))
            text = text[1..];
        return PartialDateTime.Parse(text, kind);
    }

    /// <summary>A number, then nothing, a calendar keyword, or a unit in quotes, with or without white space between (FHIRPath 2.0, 5.5.7).</summary>
    private static PathQuantity? ParseQuantity(ReadOnlySpan<char> text)
    {
        text = text.Trim();
        var end = text.IndexOfAnyExcept(OfNumbers);
        if (!IsDecimal(end < 0 ? text : text[..end], out var value))
            return null;
        var unit = end < 0 ? default : text[end..].Trim();
        if (unit.IsEmpty)
            return new(value, "1");
        if (unit.Length > 2 && unit[0] == '\'' && unit[^1] == '\'')
            return new(value, unit[1..^1].ToString());
        return CalendarUnit.Find(unit) is null ? null : new(value, unit.ToString());
    }

    private static bool IsDecimal(ReadOnlySpan<char> text, out decimal value)
    {
        value = 0;
        return text.TrimStart("+-") is [>= '0' and <= '9', ..] && char.IsAsciiDigit(text[^1])
            && decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value);
    }
}
