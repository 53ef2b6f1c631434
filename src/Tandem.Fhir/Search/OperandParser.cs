using System.Globalization;
using System.Text;
using Tandem.Fhir.Definitions;
using Tandem.Fhir.Views;

namespace Tandem.Fhir.Search;

/// <summary>Reads one value of a parameter (escapes still in it). Null with a reason when it is not of the parameter's type.</summary>
internal static class OperandParser
{
    internal static SearchOperand? Parse(string resourceType, SearchParameter parameter, SearchModifier modifier, string? type, string text, out string? reason)
    {
        reason = null;
        return parameter.Type switch
        {
            SearchType.Token when modifier == SearchModifier.Text => Text(text, out reason),
            SearchType.Token when modifier is SearchModifier.In or SearchModifier.NotIn => new UriOperand(SearchQueryText.Unescape(text)),
            SearchType.Token when modifier == SearchModifier.OfType => OfType(text, out reason),
            SearchType.Token when IndexPlan.IgnoresCase(parameter) => Token(TokenIndex.WithoutCase(text)),
            SearchType.Token => Token(text),
            SearchType.Reference when modifier == SearchModifier.Identifier => Token(text),
            SearchType.Reference => Reference(parameter, type, text, out reason),
            SearchType.Date => Date(text, out reason),
            SearchType.Number => Number(text, out reason),
            SearchType.Quantity => Quantity(text, out reason),
            SearchType.Uri => new UriOperand(SearchQueryText.Unescape(text)),
            SearchType.Composite => Composite(resourceType, parameter, text, out reason),
            SearchType.Special when parameter.Code == "near" || SiteSearchParameter.Owns(parameter.Id) => Near(text, out reason),
            SearchType.String when parameter.Code == Phonetic.Code => Heard(text, out reason),
            _ when parameter.Code is "_text" or "_content" => Words(text),
            _ => Text(text, out reason),
        };
    }

    private static StringOperand? Heard(string text, out string? reason)
    {
        var codes = Phonetic.Of(SearchQueryText.Unescape(text));
        reason = codes.Length > 0 ? null : "A name that is searched for by its sound has Latin letters.";
        return reason is null ? new(codes, codes) : null;
    }

    /// <summary>Words of a full text; whether there is one to look for is told where they are read.</summary>
    private static StringOperand Words(string text)
    {
        var plain = SearchQueryText.Unescape(text);
        return new(plain, StringIndex.Normalise(plain));
    }

    private static StringOperand? Text(string text, out string? reason)
    {
        var plain = SearchQueryText.Unescape(text);
        var key = StringIndex.Key(plain);
        reason = key.Length > 0 ? null : "A text that is searched for has a letter, a digit or another sign that counts.";
        return reason is null ? new(plain, key) : null;
    }

    private static TokenOperand Token(string text)
    {
        var parts = SearchQueryText.Split(text, '|');
        if (parts.Count == 1)
            return new(null, SearchQueryText.Unescape(text));
        var code = SearchQueryText.Unescape(string.Join('|', parts.Skip(1)));
        return new(SearchQueryText.Unescape(parts[0]), code.Length == 0 ? null : code);
    }

    private static OfTypeOperand? OfType(string text, out string? reason)
    {
        var parts = SearchQueryText.Split(text, '|').ConvertAll(SearchQueryText.Unescape);
        reason = parts is [_, { Length: > 0 }, { Length: > 0 }] ? null : "With :of-type the value is system|code|value.";
        return reason is null ? new(parts[0], parts[1], parts[2]) : null;
    }

    private static ReferenceOperand? Reference(SearchParameter parameter, string? type, string text, out string? reason)
    {
        reason = null;
        var plain = SearchQueryText.Unescape(text);
        if (plain.Contains(':', StringComparison.Ordinal))
        {
            reason = type is not null && IsToAnother(plain, type) && !IndexPlan.IsCanonical(parameter) ? $"A reference to {type} is an id or {type}/id." : null; // a canonical address may be anything
            return reason is null ? new(null, null, plain) : null;
        }

        var parts = plain.Split('/');
        if (parts is [var id] && id.Length > 0)
            return new(type, id, null);
        if (parts is [var named, { Length: > 0 } of, ..] && R4.IsResourceType(named) && (type is null || type == named)
            && (parts.Length == 2 || parts is [_, _, "_history", _]))
            return new(named, of, null, parts.Length == 4 ? parts[3] : null);
        reason = type is null ? "A reference is an id, Type/id or an address." : $"A reference to {type} is an id or {type}/id.";
        return null;
    }

    private static bool IsToAnother(string address, string type)
    {
        var text = Encoding.UTF8.GetBytes(address);
        return ReferenceText.Read(text) is { } parts && !text.AsSpan()[parts.Type].SequenceEqual(Encoding.UTF8.GetBytes(type));
    }

    private static DateOperand? Date(string text, out string? reason)
    {
        var prefix = Prefix(ref text);
        // an unescaped + of the query arrives as a blank, of which no date has one
        reason = FhirDateTime.TryParse(text.Replace(' ', '+'), out var date) ? null : "A date is YYYY, YYYY-MM, YYYY-MM-DD or YYYY-MM-DDThh:mm[:ss] with a time zone.";
        return reason is null ? new(prefix, date) : null;
    }

    private static NumberOperand? Number(string text, out string? reason)
    {
        var prefix = Prefix(ref text);
        reason = null;
        if (double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var value)
            && double.IsFinite(value) && HalfStep(text) is { } half)
        {
            return prefix == SearchPrefix.Approximately ? new(prefix, value, value - (Math.Abs(value) / 10), value + (Math.Abs(value) / 10))
                : Exact(prefix, text, value, half) ?? new(prefix, value, value - half, value + half);
        }

        reason = "A number is digits, at most one decimal point and an exponent.";
        return null;
    }

    /// <summary>The ends in decimal, so that 0.9 ends at the very number that 0.95 is; null where a decimal cannot hold them.</summary>
    private static NumberOperand? Exact(SearchPrefix prefix, string text, double value, double half)
    {
        if (Math.Abs(value) > 1e12 || half is < 1e-14 or > 1e12 || !decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            return null;
        var step = (decimal)half;
        return new(prefix, value, (double)(number - step), (double)(number + step));
    }

    /// <summary>
    /// Half of what the last digit stands for: 100 and 1.00e2 are [99.5, 100.5) alike (R4 3.1.1.4.6, 3.1.1.4.11). Digits without a point before an exponent are
    /// read as if .0 followed, as R4 has it of 1e2, [95, 105).
    /// </summary>
    private static double? HalfStep(string text)
    {
        var exponentAt = text.IndexOfAny(['e', 'E']);
        var digits = exponentAt < 0 ? text : text[..exponentAt];
        var exponent = 0;
        if (exponentAt >= 0 && !int.TryParse(text[(exponentAt + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent))
            return null;
        var point = digits.IndexOf('.', StringComparison.Ordinal);
        var decimals = point >= 0 ? digits.Length - point - 1 : exponentAt >= 0 ? 1 : 0;
        return 0.5 * Math.Pow(10, (double)exponent - decimals);
    }

    private static QuantityOperand? Quantity(string text, out string? reason)
    {
        var parts = SearchQueryText.Split(text, '|').ConvertAll(SearchQueryText.Unescape);
        if (Number(parts[0], out reason) is not { } number)
            return null;
        if (parts.Count is 1 or 3)
            return new(number.Prefix, number, Known(parts, 1), Known(parts, 2));
        reason = "A quantity is a number or number|system|code.";
        return null;
    }

    private static string? Known(List<string> parts, int at) => parts.Count > at && parts[at].Length > 0 ? parts[at] : null;

    private static NearOperand? Near(string text, out string? reason)
    {
        reason = "A place is latitude|longitude, and may be followed by |distance|unit, a unit of length by its UCUM code (km, m, [mi_us]).";
        var parts = SearchQueryText.Split(text, '|');
        if (parts.Count < 2 || !Degrees(parts[0], 90, out var latitude) || !Degrees(parts[1], 180, out var longitude))
            return null;
        double? kilometres = null;
        if (Known(parts, 2) is { } distance)
        {
            if (!Degrees(distance, double.MaxValue, out var number) || number < 0 || Factor(Known(parts, 3)) is not { } factor)
                return null;
            kilometres = number * factor;
        }

        reason = null;
        return new(latitude, longitude, kilometres);
    }

    private static double? Factor(string? unit) => unit is null ? 1 : Ucum.Convert(1, unit == "mi" ? "[mi_us]" : unit, "km");

    private static bool Degrees(string text, double most, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && Math.Abs(value) <= most;

    private static CompositeOperand? Composite(string resourceType, SearchParameter parameter, string text, out string? reason)
    {
        reason = null;
        var parts = SearchQueryText.Split(text, '$');
        if (parts.Count != parameter.Components.Count)
        {
            reason = $"The value has {parameter.Components.Count} parts with $ between them: {string.Join('$', parameter.Components.Select(part => part.Code))}.";
            return null;
        }

        var read = new List<SearchOperand>();
        for (var at = 0; at < parts.Count; at++)
        {
            var of = parameter.Components[at].Parameter ?? R4.SearchParameters(resourceType).Find(parameter.Components[at].Code)!;
            if (Parse(resourceType, of, SearchModifier.None, null, parts[at], out reason) is not { } operand)
                return null;
            read.Add(operand);
        }

        return new(read);
    }

    private static SearchPrefix Prefix(ref string text)
    {
        SearchPrefix? prefix = text.Length < 2 ? null : text[..2] switch
        {
            "eq" => SearchPrefix.Equal,
            "ne" => SearchPrefix.NotEqual,
            "gt" => SearchPrefix.Greater,
            "lt" => SearchPrefix.Less,
            "ge" => SearchPrefix.GreaterOrEqual,
            "le" => SearchPrefix.LessOrEqual,
            "sa" => SearchPrefix.StartsAfter,
            "eb" => SearchPrefix.EndsBefore,
            "ap" => SearchPrefix.Approximately,
            _ => null,
        };
        if (prefix is not null)
            text = text[2..];
        return prefix ?? SearchPrefix.Equal;
    }
}
