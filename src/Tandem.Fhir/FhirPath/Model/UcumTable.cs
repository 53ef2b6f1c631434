using System.Collections.Frozen;

namespace Tandem.Fhir.FhirPath.Model;

/// <summary>The unit atoms and prefixes that are known, in terms of m, g, s, rad, K, A, cd, mol and arbitrary units (UCUM sections 4.1 to 4.5).</summary>
internal static class UcumTable
{
    private static readonly (string Prefix, int Tens)[] Prefixes =
    [
        ("da", 1), ("Y", 24), ("Z", 21), ("E", 18), ("P", 15), ("T", 12), ("G", 9), ("M", 6), ("k", 3), ("h", 2), ("d", -1), ("c", -2),
        ("m", -3), ("u", -6), ("n", -9), ("p", -12), ("f", -15), ("a", -18), ("z", -21), ("y", -24),
    ];

    /// <summary>Metric atoms take prefixes.</summary>
    private static readonly FrozenDictionary<string, UcumUnit> Metric = new Dictionary<string, UcumUnit>
    {
        ["m"] = Base("m"), ["g"] = Base("g"), ["s"] = Base("s"), ["K"] = Base("K"), ["A"] = Base("A"), ["cd"] = Base("cd"),
        ["rad"] = Base("rad"), ["mol"] = Base("mol"), ["eq"] = Base("mol"), ["osm"] = Base("mol"),
        ["l"] = Of(1, -3, ("m", 3)), ["L"] = Of(1, -3, ("m", 3)), ["t"] = Of(1, 6, ("g", 1)), ["bar"] = Of(1, 8, ("g", 1), ("m", -1), ("s", -2)),
        ["N"] = Of(1, 3, ("g", 1), ("m", 1), ("s", -2)), ["Pa"] = Of(1, 3, ("g", 1), ("m", -1), ("s", -2)),
        ["J"] = Of(1, 3, ("g", 1), ("m", 2), ("s", -2)), ["W"] = Of(1, 3, ("g", 1), ("m", 2), ("s", -3)), ["Hz"] = Of(1, 0, ("s", -1)),
        ["V"] = Of(1, 3, ("A", -1), ("g", 1), ("m", 2), ("s", -3)), ["Ohm"] = Of(1, 3, ("A", -2), ("g", 1), ("m", 2), ("s", -3)),
        ["C"] = Of(1, 0, ("A", 1), ("s", 1)), ["S"] = Of(1, -3, ("A", 2), ("g", -1), ("m", -2), ("s", 3)),
        ["Bq"] = Of(1, 0, ("s", -1)), ["Ci"] = Of(37, 9, ("s", -1)), ["Gy"] = Of(1, 0, ("m", 2), ("s", -2)), ["Sv"] = Of(1, 0, ("m", 2), ("s", -2)),
        ["kat"] = Of(1, 0, ("mol", 1), ("s", -1)), ["U"] = Of(1m / 60, -6, ("mol", 1), ("s", -1)),
        ["cal"] = Of(4.184m, 3, ("g", 1), ("m", 2), ("s", -2)), ["m[Hg]"] = Of(133.322m, 6, ("g", 1), ("m", -1), ("s", -2)),
        ["m[H2O]"] = Of(9.80665m, 6, ("g", 1), ("m", -1), ("s", -2)), ["dyn"] = Of(1, -2, ("g", 1), ("m", 1), ("s", -2)),
        ["lm"] = Of(1, 0, ("cd", 1), ("rad", 2)), ["lx"] = Of(1, 0, ("cd", 1), ("m", -2), ("rad", 2)), ["P"] = Of(1, 2, ("g", 1), ("m", -1), ("s", -1)),
        ["[iU]"] = Base("[IU]"), ["[IU]"] = Base("[IU]"), ["[arb'U]"] = Base("[arb'U]"), ["[USP'U]"] = Base("[USP'U]"), ["[CFU]"] = Base("[CFU]"),
        ["[EID_50]"] = Base("[EID_50]"), ["[Amb'a'1'U]"] = Base("[Amb'a'1'U]"), ["st"] = Of(1, 0, ("m", 3)), ["u"] = Of(1.66053906660m, -24, ("g", 1)),
        ["eV"] = Of(1.602176634m, -16, ("g", 1), ("m", 2), ("s", -2)), ["G"] = Of(1, -1, ("A", -1), ("g", 1), ("s", -2)), ["T"] = Of(1, 3, ("A", -1), ("g", 1), ("s", -2)),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, UcumUnit> Plain = new Dictionary<string, UcumUnit>
    {
        ["%"] = Of(1, -2), ["[ppth]"] = Of(1, -3), ["[ppm]"] = Of(1, -6), ["[ppb]"] = Of(1, -9), ["[pi]"] = Of(3.1415926535897932384626433833m, 0),
        ["min"] = Of(60, 0, ("s", 1)), ["h"] = Of(3600, 0, ("s", 1)), ["d"] = Of(86400, 0, ("s", 1)), ["wk"] = Of(604800, 0, ("s", 1)),
        ["a"] = Of(31557600, 0, ("s", 1)), ["a_j"] = Of(31557600, 0, ("s", 1)), ["a_g"] = Of(31556952, 0, ("s", 1)),
        ["mo"] = Of(2629800, 0, ("s", 1)), ["mo_j"] = Of(2629800, 0, ("s", 1)), ["mo_g"] = Of(2629746, 0, ("s", 1)),
        ["deg"] = Of(0.0174532925199432957692369077m, 0, ("rad", 1)), ["'"] = Of(0.0174532925199432957692369077m / 60, 0, ("rad", 1)),
        ["''"] = Of(0.0174532925199432957692369077m / 3600, 0, ("rad", 1)), ["sr"] = Of(1, 0, ("rad", 2)),
        ["[in_i]"] = Of(254, -4, ("m", 1)), ["[in_us]"] = Of(0.0254000508m, 0, ("m", 1)), ["[ft_i]"] = Of(3048, -4, ("m", 1)), ["[yd_i]"] = Of(9144, -4, ("m", 1)),
        ["[mi_i]"] = Of(1609344, -3, ("m", 1)), ["[nmi_i]"] = Of(1852, 0, ("m", 1)), ["[sin_i]"] = Of(64516, -8, ("m", 2)), ["[sft_i]"] = Of(9290304, -8, ("m", 2)),
        ["[cin_i]"] = Of(16387064, -12, ("m", 3)), ["[cft_i]"] = Of(28316846592m, -12, ("m", 3)),
        ["[lb_av]"] = Of(45359237, -5, ("g", 1)), ["[oz_av]"] = Of(28349523125m, -9, ("g", 1)), ["[dr_av]"] = Of(17718451953125m, -13, ("g", 1)),
        ["[gr]"] = Of(6479891, -8, ("g", 1)), ["[stone_av]"] = Of(635029318, -5, ("g", 1)), ["[ston_av]"] = Of(90718474, -2, ("g", 1)),
        ["[lb_tr]"] = Of(3732417216m, -7, ("g", 1)), ["[oz_tr]"] = Of(311034768, -7, ("g", 1)), ["[lb_ap]"] = Of(3732417216m, -7, ("g", 1)),
        ["[oz_ap]"] = Of(311034768, -7, ("g", 1)), ["[dr_ap]"] = Of(38879346, -7, ("g", 1)), ["[car_m]"] = Of(2, -1, ("g", 1)),
        ["[gal_us]"] = Of(3785411784m, -12, ("m", 3)), ["[qt_us]"] = Of(946352946, -12, ("m", 3)), ["[pt_us]"] = Of(473176473, -12, ("m", 3)),
        ["[foz_us]"] = Of(295735295625m, -16, ("m", 3)), ["[cup_us]"] = Of(2365882365m, -13, ("m", 3)), ["[tbs_us]"] = Of(1478676478125m, -17, ("m", 3)),
        ["[tsp_us]"] = Of(492892159375m, -17, ("m", 3)), ["[foz_m]"] = Of(30, -6, ("m", 3)), ["[cup_m]"] = Of(240, -6, ("m", 3)),
        ["[tbs_m]"] = Of(15, -6, ("m", 3)), ["[tsp_m]"] = Of(5, -6, ("m", 3)), ["[drp]"] = Of(50, -9, ("m", 3)), ["[gal_br]"] = Of(454609, -8, ("m", 3)),
        ["[in_i'Hg]"] = Of(3386.3788m, 3, ("g", 1), ("m", -1), ("s", -2)), ["[psi]"] = Of(6894.757293168361m, 3, ("g", 1), ("m", -1), ("s", -2)),
        ["atm"] = Of(101325, 3, ("g", 1), ("m", -1), ("s", -2)), ["[Cal]"] = Of(4184, 3, ("g", 1), ("m", 2), ("s", -2)),
        ["[mi_us]"] = Of(1609.347219m, 0, ("m", 1)), ["[Ch]"] = Of(1m / 3, -3, ("m", 1)), ["[g]"] = Of(9.80665m, 0, ("m", 1), ("s", -2)),
        ["[HPF]"] = Base("[HPF]"), ["[LPF]"] = Base("[LPF]"), ["[pH]"] = Base("[pH]"), ["[beth'U]"] = Base("[beth'U]"), ["[ELU]"] = Base("[ELU]"),
        ["[Lf]"] = Base("[Lf]"), ["[PFU]"] = Base("[PFU]"), ["[todd'U]"] = Base("[todd'U]"), ["[mclg'U]"] = Base("[mclg'U]"), ["[APL'U]"] = Base("[APL'U]"),
        ["[GPL'U]"] = Base("[GPL'U]"), ["[MPL'U]"] = Base("[MPL'U]"), ["[anti'Xa'U]"] = Base("[anti'Xa'U]"), ["[diop]"] = Of(1, 0, ("m", -1)),
        ["Cel"] = new UcumUnit(1, 0, new(StringComparer.Ordinal) { ["K"] = 1 }, "Cel"), ["[degF]"] = new UcumUnit(1, 0, new(StringComparer.Ordinal) { ["K"] = 1 }, "[degF]"),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    internal static UcumUnit? Find(ReadOnlySpan<char> atom)
    {
        if (Plain.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(atom, out var plain))
            return plain;
        var metric = Metric.GetAlternateLookup<ReadOnlySpan<char>>();
        if (metric.TryGetValue(atom, out var unit))
            return unit;
        foreach (var (prefix, tens) in Prefixes)
        {
            if (atom.StartsWith(prefix) && metric.TryGetValue(atom[prefix.Length..], out unit))
                return unit.Prefixed(tens);
        }

        return null;
    }

    private static UcumUnit Base(string name) => Of(1, 0, (name, 1));

    private static UcumUnit Of(decimal mantissa, int exponent, params ReadOnlySpan<(string Name, int Power)> powers)
    {
        var all = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var (name, power) in powers)
            all[name] = power;
        return new(mantissa, exponent, all);
    }
}
