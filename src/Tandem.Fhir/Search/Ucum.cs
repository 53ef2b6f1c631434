using System.Globalization;
using Tandem.Fhir.FhirPath.Model;

namespace Tandem.Fhir.Search;

/// <summary>Numbers from one unit of the Unified Code for Units of Measure to another (R4 3.1.1.4.14: a search may convert).</summary>
public static class Ucum
{
    /// <summary>The system of its codes.</summary>
    public const string System = "http://unitsofmeasure.org";

    /// <summary>The hash of <see cref="System"/>.</summary>
    public static readonly long SystemHash = StableHash.Of(System);

    /// <summary>True for a unit that UCUM knows.</summary>
    public static bool IsKnown(string unit) => UcumUnit.Parse(unit) is not null;

    /// <summary>
    /// The same amount in another unit, as near as a double can be: 5 mg/L is 0.005 g/L. Null when one of the units is not known or they
    /// measure different things.
    /// </summary>
    public static double? Convert(double value, string from, string to)
    {
        if (from == to)
            return value;
        if (UcumUnit.Parse(from) is not { } source || UcumUnit.Parse(to) is not { } target || Math.Abs(value) > 1e20)
            return null;
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        return decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && UcumUnit.Convert(number, source, target) is { } converted
            ? converted
            : null;
    }
}
