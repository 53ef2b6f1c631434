using System.Globalization;
using System.Text;
using Tandem.Fhir.Definitions;
using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Json;

namespace Tandem.Tests.Record.Search;

/// <summary>One condition of a random search, as it was meant: a parameter with values, or a step to other resources.</summary>
internal sealed record Wish(string Code, string Modifier, IReadOnlyList<string> Values, string? ChainType = null, Wish? Inner = null, string? HasType = null)
{
    /// <summary>As a name and value of a query.</summary>
    internal (string Name, string Value) Written => this switch
    {
        { HasType: not null } => ($"_has:{HasType}:{Code}:{Inner!.Written.Name}", Inner.Written.Value),
        { ChainType: not null } => ($"{Code}:{ChainType}.{Inner!.Written.Name}", Inner.Written.Value),
        _ => ($"{Code}{(Modifier.Length > 0 ? ":" + Modifier : "")}", string.Join(",", Values)),
    };
}

/// <summary>
/// Search as the specification words it (R4 3.1.1.4), over every resource, by the FHIRPath of each parameter: slow, plain, and sharing nothing with
/// the index but the definitions.
/// </summary>
internal sealed class NaiveSearch(IReadOnlyDictionary<string, FhirNode> resources)
{
    private readonly Dictionary<string, FhirNode> contained = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FhirPathExpression> compiled = new(StringComparer.Ordinal);

    internal IEnumerable<string> Find(string type, IReadOnlyList<Wish> wishes) =>
        resources.Keys.Where(reference => reference.StartsWith(type + "/", StringComparison.Ordinal) && wishes.All(wish => Fits(reference, wish)));

    private bool Fits(string reference, Wish wish)
    {
        var type = reference.Split('/')[0];
        if (wish.HasType is { } other)
        {
            return resources.Keys.Any(from => from.StartsWith(other + "/", StringComparison.Ordinal)
                && Values(other, wish.Code, from).Any(value => Leads(from, value.Node["reference"u8].Text, type, reference)) && Fits(from, wish.Inner!));
        }

        var values = Values(type, wish.Code, reference);
        if (wish.ChainType is { } target)
        {
            return values.Select(value => value.Node["reference"u8].Text)
                .Any(text => text is not null && Target(reference, text, target) is { } to && Fits(to, wish.Inner!));
        }

        if (wish.Modifier == "missing")
            return values.Count == 0 == (wish.Values[0] == "true");
        var parameter = R4.SearchParameters(type).Find(wish.Code)!;
        var any = parameter.Type == SearchType.Composite
            ? wish.Values.Any(text => Groups(type, parameter, reference).Any(group => Together(type, parameter, group, text.Split('$'))))
            : wish.Values.Any(text => values.Any(value => One(parameter.Type, wish.Modifier, value, text)));
        return wish.Modifier == "not" ? !any : any;
    }

    /// <summary>True for a reference to a resource in the record, or to one that the resource contains (R4 3.1.1.5.5).</summary>
    private static bool Leads(string from, string? text, string type, string to) =>
        text is not null && (text == to || (text.StartsWith('#') && to == $"{type}/{from}{text}"));

    /// <summary>What a reference leads to, if that is of a type: in the record, or contained in the resource (R4 3.1.1.5.5).</summary>
    private string? Target(string from, string text, string type)
    {
        if (!text.StartsWith('#'))
            return text.StartsWith(type + "/", StringComparison.Ordinal) && resources.ContainsKey(text) ? text : null;
        var found = resources.GetValueOrDefault(from)["contained"u8].Items.AsEnumerable().FirstOrDefault(one => one["id"u8].Text == text[1..]);
        if (found["resourceType"u8].Text != type)
            return null;
        contained[$"{type}/{from}{text}"] = found;
        return $"{type}/{from}{text}";
    }

    /// <summary>What a parameter reads of a resource.</summary>
    internal IReadOnlyList<FhirValue> Values(string type, string code, string reference)
    {
        return Evaluate(R4.SearchParameters(type).Find(code)!.Expression, reference);
    }

    /// <summary>The values of each part of a composite, repetition by repetition (R4 3.1.1.4.14).</summary>
    internal IEnumerable<IReadOnlyList<IReadOnlyList<FhirValue>>> Groups(string type, SearchParameter composite, string reference)
    {
        for (var at = 0; at < Values(type, composite.Code, reference).Count; at++)
            yield return composite.Components.Select(part => Evaluate($"({composite.Expression})[{at}].select({part.Expression})", reference)).ToList();
    }

    /// <summary>How the parts of a composite compare.</summary>
    internal static IEnumerable<SearchType> Kinds(string type, SearchParameter composite) => composite.Components.Select(part => R4.SearchParameters(type).Find(part.Code)!.Type);

    private static bool Together(string type, SearchParameter composite, IReadOnlyList<IReadOnlyList<FhirValue>> group, string[] texts) =>
        Kinds(type, composite).Select((kind, at) => group[at].Any(value => One(kind, "", value, texts[at]))).All(fits => fits);

    private IReadOnlyList<FhirValue> Evaluate(string expression, string reference)
    {
        if (!compiled.TryGetValue(expression, out var path))
            compiled[expression] = path = FhirPathExpression.Compile(expression);
        return path.Evaluate(new FhirPathContext(resources.TryGetValue(reference, out var own) ? own : contained[reference]) { Resolve = Stub });
    }

    /// <summary>What a reference points to, as far as its text tells.</summary>
    private static FhirNode Stub(string reference) =>
        reference.Split('/') is [var type, _] && R4.IsResourceType(type) ? FhirJson.ParseStored(Encoding.UTF8.GetBytes($$"""{"resourceType":"{{type}}"}""")).Root : default;

    /// <summary>Values as a query has them.</summary>
    internal static IEnumerable<string> Written(SearchType kind, FhirValue value) => kind switch
    {
        SearchType.Token => Tokens(value).SelectMany(token => token is { System: { } system, Code: { } code } ? [$"{system}|{code}", $"{system}|", code] : new[] { token.Code }).OfType<string>(),
        SearchType.String => Strings(value),
        SearchType.Reference => (value.Text ?? value.Node["reference"u8].Text) is { } reference ? [reference] : [],
        SearchType.Date => Dates(value).SelectMany(date => (string[])[date, date[..7], date[..4]]),
        SearchType.Quantity => value.Node["value"u8].Kind == JsonKind.Number ? [Encoding.UTF8.GetString(value.Node["value"u8].Raw)] : [],
        SearchType.Number => value.Number is { } number ? [number.ToString(CultureInfo.InvariantCulture)] : [],
        SearchType.Uri => [value.Text!, value.Text![..value.Text!.LastIndexOf('/')]],
        _ => [],
    };

    /// <summary>The dates of a value: its own, the ends of a period, the events of a timing.</summary>
    private static IEnumerable<string> Dates(FhirValue value) => value.TypeName switch
    {
        "Period" => new[] { value.Node["start"u8].Text, value.Node["end"u8].Text }.OfType<string>(),
        "Timing" => value.Node["event"u8].Items.AsEnumerable().Select(item => item.Text!),
        "string" => [],
        _ => value.Text is { Length: >= 10 } text && char.IsAsciiDigit(text[0]) ? [text] : [],
    };

    private static bool One(SearchType kind, string modifier, FhirValue value, string text) => kind switch
    {
        SearchType.Token when modifier == "text" => Words(value).Any(one => String(one, "", text)),
        SearchType.Token when modifier == "of-type" => Typed(value).Contains(text),
        SearchType.Token when value.TypeName is "ContactPoint" or "string" => Tokens(value).Any(token => string.Equals(token.Code, text, StringComparison.OrdinalIgnoreCase)),
        SearchType.Token => Tokens(value).Any(token => Token(token, text)),
        SearchType.String => Strings(value).Any(one => String(one, modifier, text)),
        SearchType.Reference => Reference(value.Text ?? value.Node["reference"u8].Text, text),
        SearchType.Date => Spans(value).Any(span => Date(span, text)),
        SearchType.Number => Number(value.Number!.Value, text),
        SearchType.Uri => value.Text == text || (modifier == "below" && value.Text!.StartsWith(text.TrimEnd('/') + "/", StringComparison.Ordinal)),
        SearchType.Quantity => Quantity(value.Node, text),
        _ => throw new InvalidOperationException($"No oracle for {kind}"),
    };

    private static IEnumerable<(string? System, string? Code)> Tokens(FhirValue value)
    {
        if (value.Boolean is { } flag)
            return [(null, flag ? "true" : "false")];
        return value.TypeName switch
        {
            "CodeableConcept" => value.Node["coding"u8].Items.AsEnumerable().Select(coding => (coding["system"u8].Text, coding["code"u8].Text)),
            "Coding" => [(value.Node["system"u8].Text, value.Node["code"u8].Text)],
            "Identifier" => [(value.Node["system"u8].Text, value.Node["value"u8].Text)],
            "ContactPoint" => [(null, value.Node["value"u8].Text)],
            "Quantity" => [], // no token (R4 3.1.1.4.2)
            _ => [(null, value.Text)],
        };
    }

    /// <summary>The words of a code: of a concept, its codings, or the type of an identifier (<c>:text</c>).</summary>
    internal static IEnumerable<string> Words(FhirValue value) => value.TypeName switch
    {
        "CodeableConcept" => value.Node["coding"u8].Items.AsEnumerable().Select(coding => coding["display"u8].Text).Prepend(value.Node["text"u8].Text).OfType<string>(),
        "Coding" => value.Node["display"u8].Text is { } display ? [display] : [],
        "Identifier" => value.Node["type"u8]["text"u8].Text is { } text ? [text] : [],
        _ => [],
    };

    /// <summary>An identifier with each of its types, as <c>:of-type</c> has it: system|code|value.</summary>
    internal static IEnumerable<string> Typed(FhirValue value) => value.TypeName == "Identifier"
        ? value.Node["type"u8]["coding"u8].Items.AsEnumerable().Select(coding => $"{coding["system"u8].Text}|{coding["code"u8].Text}|{value.Node["value"u8].Text}")
        : [];

    private static bool Token((string? System, string? Code) token, string text)
    {
        var bar = text.IndexOf('|', StringComparison.Ordinal);
        if (bar < 0)
            return token.Code == text;
        var (system, code) = (text[..bar], text[(bar + 1)..]);
        return code.Length == 0 ? token.System == system : token.Code == code && (system.Length == 0 ? token.System is null : token.System == system);
    }

    private static IEnumerable<string> Strings(FhirValue value)
    {
        if (value.Text is { } plain)
            return [plain];
        string[] parts = value.TypeName == "HumanName" ? ["text", "family", "given", "prefix", "suffix"] : ["text", "line", "city", "district", "state", "postalCode", "country"];
        return parts.SelectMany(part => value.Node[Encoding.UTF8.GetBytes(part)].Items.AsEnumerable()).Select(item => item.Text!);
    }

    private static bool String(string value, string modifier, string text) => modifier switch
    {
        "exact" => value == text,
        "contains" => Folded(value).Contains(Folded(text), StringComparison.Ordinal),
        _ => Folded(value).StartsWith(Folded(text), StringComparison.Ordinal),
    };

    private static string Folded(string text)
    {
        var plain = string.Concat(text.Normalize(NormalizationForm.FormD).Where(letter => CharUnicodeInfo.GetUnicodeCategory(letter) != UnicodeCategory.NonSpacingMark)).ToLowerInvariant();
        return string.Join(' ', string.Concat(plain.Where(letter => letter is not ('\'' or '’')).Select(letter => char.IsPunctuation(letter) ? ' ' : letter)).Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    private static bool Reference(string? reference, string text) =>
        reference is not null && (reference == text || (!text.Contains('/', StringComparison.Ordinal) && reference.EndsWith("/" + text, StringComparison.Ordinal)));

    private static IEnumerable<(DateTimeOffset From, DateTimeOffset To)> Spans(FhirValue value) => value.TypeName switch
    {
        "Period" => [Period(value.Node)],
        "Timing" => Limits([.. Dates(value).Select(Span), .. value.Node["repeat"u8]["boundsPeriod"u8] is { IsObject: true } bounds ? [Period(bounds)] : Array.Empty<(DateTimeOffset, DateTimeOffset)>()]),
        "instant" => Dates(value).Select(date => (Span(date).From, Span(date).From.AddMilliseconds(1))),
        "string" => [],
        _ => Dates(value).Concat(value.Text is { Length: < 10 } text && char.IsAsciiDigit(text[0]) ? [text] : []).Select(Span),
    };

    private static IEnumerable<(DateTimeOffset From, DateTimeOffset To)> Limits(IReadOnlyList<(DateTimeOffset From, DateTimeOffset To)> spans) =>
        spans.Count == 0 ? [] : [(spans.Min(span => span.From), spans.Max(span => span.To))];

    private static (DateTimeOffset From, DateTimeOffset To) Period(FhirNode period) => (
        period["start"u8].Text is { } start ? Span(start).From : DateTimeOffset.MinValue, period["end"u8].Text is { } end ? Span(end).To : DateTimeOffset.MaxValue);

    private static bool Date((DateTimeOffset From, DateTimeOffset To) span, string text)
    {
        var (prefix, operand) = Prefixed(text);
        var (low, high) = Span(operand);
        var (from, to) = span;
        return prefix switch
        {
            "ne" => !(from >= low && to <= high),
            "gt" => to > high,
            "lt" => from < low,
            "ge" => to > high || (from >= low && to <= high) || from >= low,
            "le" => from < low || (from >= low && to <= high) || to <= high,
            "sa" => from >= high,
            "eb" => to <= low,
            _ => from >= low && to <= high,
        };
    }

    private static (DateTimeOffset From, DateTimeOffset To) Span(string date)
    {
        var culture = CultureInfo.InvariantCulture;
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        switch (date.Length)
        {
            case 4:
                var year = DateTimeOffset.ParseExact(date, "yyyy", culture, Utc);
                return (year, year.AddYears(1));
            case 7:
                var month = DateTimeOffset.ParseExact(date, "yyyy-MM", culture, Utc);
                return (month, month.AddMonths(1));
            case 10:
                var day = DateTimeOffset.ParseExact(date, "yyyy-MM-dd", culture, Utc);
                return (day, day.AddDays(1));
            default:
                var second = DateTimeOffset.Parse(date, culture, Utc);
                return (second, date.Contains('.', StringComparison.Ordinal) ? second.AddMilliseconds(1) : second.AddSeconds(1));
        }
    }

    private static bool Quantity(FhirNode quantity, string text)
    {
        var parts = text.Split('|');
        if (quantity["value"u8].Kind != JsonKind.Number)
            return false;
        if (parts.Length == 3 && (quantity["code"u8].Text != parts[2] || (parts[1].Length > 0 && quantity["system"u8].Text != parts[1])))
            return false;
        return Number(decimal.Parse(Encoding.UTF8.GetString(quantity["value"u8].Raw), CultureInfo.InvariantCulture), parts[0]);
    }

    private static bool Number(decimal value, string text)
    {
        var (prefix, digits) = Prefixed(text);
        var operand = decimal.Parse(digits, CultureInfo.InvariantCulture);
        var step = 0.5m;
        for (var decimals = digits.Contains('.', StringComparison.Ordinal) ? digits.Length - digits.IndexOf('.', StringComparison.Ordinal) - 1 : 0; decimals > 0; decimals--)
            step /= 10;
        return prefix switch
        {
            "ne" => value < operand - step || value >= operand + step,
            "gt" or "sa" => value > operand,
            "lt" or "eb" => value < operand,
            "ge" => value >= operand,
            "le" => value <= operand,
            _ => value >= operand - step && value < operand + step,
        };
    }

    private static (string Prefix, string Operand) Prefixed(string text) =>
        text.Length > 2 && char.IsAsciiLetter(text[0]) ? (text[..2], text[2..]) : ("eq", text);
}
