using System.Collections.Concurrent;

namespace Tandem.Care.Intake.Mapping;

/// <summary>
/// Whether a text is a unit of UCUM, by its grammar (UCUM 2.2) over the units met in care, and what common other spellings mean in UCUM. Units whose symbol
/// means something else in laboratory slang (C, F, K, G, T alone) are left out on purpose: "K/uL" is thousands, not kelvin.
/// </summary>
internal static class UcumUnits
{
    private static readonly HashSet<string> Metric =
    [
        "g", "m", "s", "L", "l", "mol", "eq", "osm", "Pa", "J", "W", "V", "A", "Hz", "Bq", "Gy", "Sv", "kat", "cal", "bar", "U", "[IU]", "[iU]", "Cel", "m[Hg]", "m[H2O]",
        "lm", "lx", "Ci", "N", "Ohm", "Torr",
    ];

    private static readonly HashSet<string> Plain =
    [
        "%", "min", "h", "d", "wk", "mo", "a", "10*", "[lb_av]", "[oz_av]", "[in_i]", "[ft_i]", "[degF]", "deg", "[pH]", "[ppm]", "[ppb]", "[CFU]", "[arb'U]",
        "[drp]", "[cup_us]", "[tsp_us]", "[tbs_us]", "[foz_us]", "[Cal]", "[PFU]", "[HPF]", "[LPF]", "[MET]", "[diop]", "[ELU]", "[EU]", "[GPL'U]", "[MPL'U]", "[APL'U]",
        "[CCID_50]", "[TCID_50]", "m[Hg]", "[beth'U]", "[ka'U]", "[tb'U]", "[todd'U]", "[Amb'a'1'U]",
    ];

    /// <summary>The prefixes met in care; with the others slang would pass for units (EU, as for Ehrlich units, is no exa-unit).</summary>
    private static readonly string[] Prefixes = ["M", "k", "d", "c", "m", "u", "n", "p", "f"];

    private static readonly Dictionary<string, string> Spellings = new(StringComparer.OrdinalIgnoreCase)
    {
        ["mmHg"] = "mm[Hg]", ["mm Hg"] = "mm[Hg]", ["MDC_DIM_MMHG"] = "mm[Hg]", ["MDC_DIM_PERCENT"] = "%", ["PERCENT"] = "%", ["MDC_DIM_DEGC"] = "Cel",
        ["degC"] = "Cel", ["°C"] = "Cel", ["deg C"] = "Cel", ["degF"] = "[degF]", ["°F"] = "[degF]", ["deg F"] = "[degF]",
        ["MDC_DIM_BEAT_PER_MIN"] = "/min", ["bpm"] = "/min", ["beats/min"] = "/min", ["breaths/min"] = "/min", ["MDC_DIM_X_L_PER_MIN"] = "L/min",
        ["UMOLL"] = "umol/L", ["MMOLL"] = "mmol/L", ["MLMIN"] = "mL/min", ["mcg"] = "ug", ["mcg/mL"] = "ug/mL", ["mcg/dL"] = "ug/dL", ["mcg/L"] = "ug/L",
        ["IU/L"] = "[IU]/L", ["mIU/L"] = "m[IU]/L", ["mIU/mL"] = "m[IU]/mL", ["uIU/mL"] = "u[IU]/mL", ["IU/mL"] = "[IU]/mL", ["IU"] = "[IU]",
        ["mEq/L"] = "meq/L", ["mOsm/kg"] = "mosm/kg", ["mOsmol/kg"] = "mosm/kg", ["K/uL"] = "10*3/uL", ["K/mcL"] = "10*3/uL", ["K/mm3"] = "10*3/uL", ["thou/uL"] = "10*3/uL",
        ["thou/mcL"] = "10*3/uL", ["M/uL"] = "10*6/uL", ["M/mcL"] = "10*6/uL", ["mil/uL"] = "10*6/uL", ["sec"] = "s", ["secs"] = "s",
        ["seconds"] = "s", ["minutes"] = "min", ["hours"] = "h", ["hr"] = "h", ["lb"] = "[lb_av]", ["lbs"] = "[lb_av]", ["in"] = "[in_i]", ["inches"] = "[in_i]",
        ["mL/min/1.73m2"] = "mL/min/{1.73_m2}", ["mL/min/1.73 m2"] = "mL/min/{1.73_m2}", ["cells/uL"] = "{cells}/uL", ["cells/mcL"] = "{cells}/uL", ["Units/L"] = "U/L",
        ["gm"] = "g", ["gm/dL"] = "g/dL", ["gm%"] = "g/dL",
    };

    private const int MostKnown = 1_000;

    /// <summary>What was asked before: a laboratory has some dozens of units.</summary>
    private static readonly ConcurrentDictionary<string, string?> Known = new(StringComparer.Ordinal);

    /// <summary>The UCUM code of a unit as it was sent; null when it has none that is sure.</summary>
    internal static string? Code(string? unit)
    {
        var text = unit?.Trim();
        if (string.IsNullOrEmpty(text))
            return null;
        if (Known.TryGetValue(text, out var known))
            return known;
        var code = Meaning(text);
        if (Known.Count < MostKnown)
            Known[text] = code;
        return code;
    }

    private static string? Meaning(string text)
    {
        if (IsUcum(text))
            return text;
        if (text is "G/L" or "T/L")
            return text[0] == 'G' ? "10*9/L" : "10*12/L";
        if (Spellings.TryGetValue(text, out var meant))
            return meant;
        // Powers of ten: x10*9/L, 10E3/uL, 10^3/uL, X10(9)/L.
        var power = text.TrimStart('x', 'X', '*', ' ').Replace("10^", "10*", StringComparison.Ordinal).Replace("10E", "10*", StringComparison.OrdinalIgnoreCase);
        if (power.StartsWith("10(", StringComparison.Ordinal) && power.IndexOf(')', StringComparison.Ordinal) is var close and > 0)
            power = "10*" + power[3..close] + power[(close + 1)..];
        power = power.Replace("/mcL", "/uL", StringComparison.OrdinalIgnoreCase);
        return power.StartsWith("10*", StringComparison.Ordinal) && IsUcum(power) ? power : null;
    }

    /// <summary>True for a unit of UCUM in its case-sensitive form.</summary>
    internal static bool IsUcum(string text)
    {
        var rest = text.AsSpan();
        return text.Length <= 100 && Main(ref rest, depth: 0) && rest.Length == 0;
    }

    private static bool Main(ref ReadOnlySpan<char> rest, int depth)
    {
        if (rest.StartsWith("/"))
            rest = rest[1..];
        while (true)
        {
            if (!Component(ref rest, depth))
                return false;
            if (rest.Length == 0 || rest[0] is not ('.' or '/'))
                return true;
            rest = rest[1..];
        }
    }

    private static bool Component(ref ReadOnlySpan<char> rest, int depth)
    {
        if (rest.StartsWith("(") && depth < 5)
        {
            rest = rest[1..];
            if (!Main(ref rest, depth + 1) || !rest.StartsWith(")"))
                return false;
            rest = rest[1..];
            return true;
        }

        if (rest.StartsWith("{"))
            return Annotation(ref rest);
        var length = rest.IndexOfAny("./(){");
        // A slash or dot inside brackets belongs to no unit used here, so the next operator ends the unit.
        var term = length < 0 ? rest : rest[..length];
        if (term.Length == 0 || !Term(term))
            return false;
        rest = rest[term.Length..];
        return !rest.StartsWith("{") || Annotation(ref rest);
    }

    private static bool Annotation(ref ReadOnlySpan<char> rest)
    {
        var end = rest.IndexOf('}');
        if (end < 2 || rest[1..end].IndexOfAnyExceptInRange('!', '~') >= 0 || rest[1..end].Contains('{'))
            return false;
        rest = rest[(end + 1)..];
        return true;
    }

    private static bool Term(ReadOnlySpan<char> term)
    {
        if (term.IndexOfAnyExceptInRange('0', '9') < 0)
            return true;
        var exponent = term.Length;
        while (exponent > 0 && char.IsAsciiDigit(term[exponent - 1]))
            exponent--;
        if (exponent < term.Length && exponent > 0 && term[exponent - 1] is '-' or '+')
            exponent--;
        var symbol = term[..exponent];
        if (symbol.Length == 0)
            return false;
        var name = symbol.ToString();
        if (Plain.Contains(name) || Metric.Contains(name))
            return true;
        foreach (var prefix in Prefixes)
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal) && Metric.Contains(name[prefix.Length..]))
                return true;
        }

        return false;
    }
}
