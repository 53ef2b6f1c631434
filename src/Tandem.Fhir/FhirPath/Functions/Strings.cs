using Tandem.Fhir.FhirPath.Expressions;

namespace Tandem.Fhir.FhirPath.Functions;

/// <summary>Texts (FHIRPath 2.0, 5.6); lengths and places count characters of Unicode, so none is cut apart.</summary>
internal static class Strings
{
    internal static readonly Function[] All =
    [
        new("length", 0, 0, (in focus, call, run) => Of(focus, call, run, static text => Values.Of((int?)Count(text)))),
        new("upper", 0, 0, (in focus, call, run) => Of(focus, call, run, static text => Values.Of(text.ToUpperInvariant()))),
        new("lower", 0, 0, (in focus, call, run) => Of(focus, call, run, static text => Values.Of(text.ToLowerInvariant()))),
        new("trim", 0, 0, (in focus, call, run) => Of(focus, call, run, static text => Values.Of(text.Trim()))),
        new("indexOf", 1, 1, (in focus, call, run) => Both(focus, call, run, static (text, part) => Place(text, text.IndexOf(part, StringComparison.Ordinal)))),
        new("lastIndexOf", 1, 1, (in focus, call, run) => Both(focus, call, run, static (text, part) => Place(text, text.LastIndexOf(part, StringComparison.Ordinal)))),
        new("startsWith", 1, 1, (in focus, call, run) => Both(focus, call, run, static (text, part) => new(text.StartsWith(part, StringComparison.Ordinal)), isAnywhere: false)),
        new("endsWith", 1, 1, (in focus, call, run) => Both(focus, call, run, static (text, part) => new(text.EndsWith(part, StringComparison.Ordinal)), isAnywhere: false)),
        new("contains", 1, 1, (in focus, call, run) => Both(focus, call, run, static (text, part) => new(text.Contains(part, StringComparison.Ordinal)))),
        new("substring", 1, 2, Substring),
        new("replace", 2, 2, Replace),
        new("toChars", 0, 0, ToChars),
        new("split", 1, 1, Split),
        new("join", 0, 1, Join),
    ];

    private static Values Of(in Values focus, Call call, Evaluation run, Func<string, Values> apply)
    {
        if (call.Text(focus) is not { } text)
            return default;
        run.ChargeText(text.Length, call);
        return apply(text);
    }

    private static Values Both(in Values focus, Call call, Evaluation run, Func<string, string, Values> apply, bool isAnywhere = true)
    {
        var text = call.Text(focus);
        if (call.TextArgument(0, run) is not { } part || text is null)
            return default;
        run.ChargeText(isAnywhere ? text.Length * (1 + (part.Length / 16L)) : part.Length, call); // it may be compared at every place
        return apply(text, part);
    }

    private static Values Substring(in Values focus, Call call, Evaluation run)
    {
        if (call.Text(focus) is not { } text || call.IntegerArgument(0, run) is not { } start || start < 0)
            return default;
        run.ChargeText(text.Length, call);
        var rest = text.AsSpan(Units(text, start));
        if (rest.IsEmpty)
            return default;
        return Values.Of((call.IntegerArgument(1, run) is { } length ? rest[..Units(rest, length)] : rest).ToString());
    }

    /// <summary>How many characters; half of one that stands alone counts too.</summary>
    private static int Count(ReadOnlySpan<char> text)
    {
        var count = 0;
        for (; !text.IsEmpty; count++)
            text = text[First(text)..];
        return count;
    }

    /// <summary>The UTF-16 units that the first so many characters take; all of them where there are no more.</summary>
    private static int Units(ReadOnlySpan<char> text, int characters)
    {
        var units = 0;
        for (; characters > 0 && units < text.Length; characters--)
            units += First(text[units..]);
        return units;
    }

    private static int First(ReadOnlySpan<char> text) => text.Length > 1 && char.IsSurrogatePair(text[0], text[1]) ? 2 : 1;

    private static Values Place(string text, int unit) => Values.Of((int?)(unit < 0 ? unit : Count(text.AsSpan(0, unit))));

    private static IEnumerable<string> Characters(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            var units = First(text.AsSpan(at));
            yield return text.Substring(at, units);
            at += units;
        }
    }

    /// <summary>An empty pattern stands between all characters and at both ends.</summary>
    private static Values Replace(in Values focus, Call call, Evaluation run)
    {
        if (call.Text(focus) is not { } text || call.TextArgument(0, run) is not { } pattern || call.TextArgument(1, run) is not { } substitution)
            return default;
        run.ChargeReplacement(text.Length + 1, substitution.Length, call);
        if (pattern.Length > 0)
            return Values.Of(run.Charge(text.Replace(pattern, substitution, StringComparison.Ordinal), call));
        return Values.Of(run.Charge(substitution + string.Concat(Characters(text).Select(c => c + substitution)), call));
    }

    private static Values ToChars(in Values focus, Call call, Evaluation run)
    {
        if (call.Text(focus) is not { } text)
            return default;
        run.Charge(text.Length, call);
        return Values.Of(Characters(text).Select(FhirValue.Of).ToArray());
    }

    private static Values Split(in Values focus, Call call, Evaluation run)
    {
        if (call.Text(focus) is not { } text || call.TextArgument(0, run) is not { } separator)
            return default;
        run.Charge(text.Length, call);
        return Values.Of(text.Split(separator).Select(FhirValue.Of).ToArray());
    }

    /// <summary>What has no value is passed over.</summary>
    private static Values Join(in Values focus, Call call, Evaluation run)
    {
        var separator = call.TextArgument(0, run) ?? "";
        var length = 0L;
        var parts = new List<string>(focus.Count);
        for (var i = 0; i < focus.Count; i++)
        {
            if (focus[i].IsWithoutValue)
                continue;
            parts.Add(focus[i].ToSystem() is { Kind: FhirValueKind.String } part ? part.Text! : throw call.Error($"join() works on texts, not on a value of type {focus[i].TypeName}."));
            length += parts[^1].Length + separator.Length;
        }

        if (parts.Count == 0)
            return default;
        run.ChargeText(length, call);
        return Values.Of(run.Charge(string.Join(separator, parts), call));
    }
}
