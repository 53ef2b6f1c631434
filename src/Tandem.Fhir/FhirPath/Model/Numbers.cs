namespace Tandem.Fhir.FhirPath.Model;

/// <summary>Decimal rules of FHIRPath.</summary>
internal static class Numbers
{
    /// <summary>Equal after rounding to the least precise side; zeros at the end do not count as precision (FHIRPath 2.0, 6.1.2).</summary>
    internal static bool Equivalent(decimal left, decimal right)
    {
        var digits = Math.Min(Trim(left).Scale, Trim(right).Scale);
        return Math.Round(left, digits, MidpointRounding.AwayFromZero) == Math.Round(right, digits, MidpointRounding.AwayFromZero);
    }

    /// <summary>The same number without zeros at the end of its fraction.</summary>
    internal static decimal Trim(decimal value) => value / 1.000000000000000000000000000000000m;

    /// <summary>10 to the power of <paramref name="exponent"/> (0 to 28).</summary>
    internal static decimal PowerOfTen(int exponent)
    {
        var result = 1m;
        for (; exponent > 0; exponent--)
            result *= 10m;
        return result;
    }

    /// <summary>The nearest decimal; null when there is none.</summary>
    internal static decimal? FromDouble(double value) =>
        double.IsFinite(value) && Math.Abs(value) < 7.9e28 ? (decimal)value : null;
}
