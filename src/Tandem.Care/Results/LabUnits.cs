using System.Collections.Frozen;

namespace Tandem.Care.Results;

/// <summary>
/// The units in which laboratories state amounts (UCUM codes and how they are commonly written), reduced to a dimension and a factor.
/// Mass and substance are converted into each other only with the analyte's molar mass, equivalents only with its valence.
/// </summary>
internal static class LabUnits
{
    private static readonly FrozenDictionary<string, (Dimension Dimension, decimal Factor)> Known = Build();

    internal enum Dimension
    {
        MassConcentration, // g/L
        SubstanceConcentration, // mol/L
        EquivalentConcentration, // eq/L
        NumberConcentration, // /L
        Time, // s
        Pressure, // mm[Hg]
        Acidity, // pH
        Ratio, // 1
    }

    /// <summary>The value in another unit; null when one of the units is not known or they measure different things.</summary>
    /// <param name="value">How much.</param>
    /// <param name="from">Its unit.</param>
    /// <param name="to">The unit wanted.</param>
    /// <param name="molarMass">g/mol of the analyte, when it has one.</param>
    /// <param name="valence">Equivalents per mole, when it is an ion.</param>
    internal static decimal? Convert(decimal value, string? from, string? to, decimal? molarMass, int? valence)
    {
        if (Find(from) is not { } source || Find(to) is not { } target)
            return null;
        try
        {
            var amount = value * source.Factor;
            if (source.Dimension != target.Dimension)
            {
                if (ToMoles(amount, source.Dimension, molarMass, valence) is not { } moles || FromMoles(moles, target.Dimension, molarMass, valence) is not { } converted)
                    return null;
                amount = converted;
            }

            return amount / target.Factor;
        }
        catch (OverflowException)
        {
            return null; // beyond any amount a laboratory reports
        }
    }

    /// <summary>The unit of a number beside which none is stated: a ratio (INR) and a pH are bare numbers, anything else says nothing without its unit.</summary>
    internal static string? Unstated(string unit) => Find(unit) is { Dimension: Dimension.Ratio or Dimension.Acidity } ? unit : null;

    private static (Dimension Dimension, decimal Factor)? Find(string? unit) =>
        unit is not null && Known.TryGetValue(Plain(unit), out var known) ? known : null;

    private static decimal? ToMoles(decimal amount, Dimension dimension, decimal? molarMass, int? valence) => dimension switch
    {
        Dimension.SubstanceConcentration => amount,
        Dimension.MassConcentration when molarMass is > 0 => amount / molarMass,
        Dimension.EquivalentConcentration when valence is > 0 => amount / valence,
        _ => null,
    };

    private static decimal? FromMoles(decimal moles, Dimension dimension, decimal? molarMass, int? valence) => dimension switch
    {
        Dimension.SubstanceConcentration => moles,
        Dimension.MassConcentration when molarMass is > 0 => moles * molarMass,
        Dimension.EquivalentConcentration when valence is > 0 => moles * valence,
        _ => null,
    };

    /// <summary>Case, spaces and the ways to write micro and powers of ten do not part units here: no two laboratory units differ only in case.</summary>
    private static string Plain(string unit)
    {
        var text = unit.Trim().Replace(" ", "", StringComparison.Ordinal).Replace('µ', 'u').Replace('μ', 'u')
            .Replace('^', '*').ToLowerInvariant();
        if (text.StartsWith("x10", StringComparison.Ordinal))
            text = text[1..];
        return text.StartsWith('{') && text.EndsWith('}') && text.Length > 2 ? "{}" : text;
    }

    private static FrozenDictionary<string, (Dimension, decimal)> Build()
    {
        var units = new Dictionary<string, (Dimension, decimal)>(StringComparer.Ordinal);
        (string Prefix, decimal Factor)[] prefixes =
            [("", 1m), ("m", 1e-3m), ("u", 1e-6m), ("mc", 1e-6m), ("n", 1e-9m), ("p", 1e-12m)];
        (string Volume, decimal PerLitre)[] volumes = [("l", 1m), ("dl", 10m), ("ml", 1e3m), ("ul", 1e6m)];
        (string Amount, Dimension Dimension)[] amounts =
            [("g", Dimension.MassConcentration), ("mol", Dimension.SubstanceConcentration), ("eq", Dimension.EquivalentConcentration)];
        foreach (var (prefix, factor) in prefixes)
        {
            foreach (var (volume, perLitre) in volumes)
            {
                foreach (var (amount, dimension) in amounts)
                    units[$"{prefix}{amount}/{volume}"] = (dimension, factor * perLitre);
            }
        }

        AddCounts(units, volumes);
        foreach (var (name, factor) in new[] { ("s", 1m), ("sec", 1m), ("seconds", 1m), ("min", 60m) })
            units[name] = (Dimension.Time, factor);
        foreach (var (name, factor) in new[] { ("mm[hg]", 1m), ("mmhg", 1m), ("kpa", 7.50062m) })
            units[name] = (Dimension.Pressure, factor);
        foreach (var name in new[] { "[ph]", "ph" })
            units[name] = (Dimension.Acidity, 1m);
        foreach (var name in new[] { "1", "{}", "inr", "ratio" })
            units[name] = (Dimension.Ratio, 1m);
        return units.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static void AddCounts(Dictionary<string, (Dimension, decimal)> units, (string Volume, decimal PerLitre)[] volumes)
    {
        foreach (var (volume, perLitre) in volumes)
        {
            foreach (var (power, factor) in new[] { ("", 1m), ("10*3", 1e3m), ("10*6", 1e6m), ("10*9", 1e9m), ("10*12", 1e12m), ("k", 1e3m), ("10e3", 1e3m), ("10e9", 1e9m) })
            {
                foreach (var thing in new[] { "", "{cells}", "cells" })
                    units[$"{power}{thing}/{volume}"] = (Dimension.NumberConcentration, factor * perLitre);
            }
        }

        units["k/cumm"] = units["10*3/mm3"] = units["k/mm3"] = (Dimension.NumberConcentration, 1e9m);
    }
}
