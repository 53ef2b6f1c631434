namespace Tandem.Fhir.FhirPath.Model;

/// <summary>Which of two items is the lesser (FHIRPath 2.0, 6.2).</summary>
internal static class Ordering
{
    /// <summary>Null when it cannot be decided.</summary>
    /// <exception cref="FhirPathException">The items are of types that have no common order.</exception>
    internal static int? Compare(in FhirValue left, in FhirValue right, int position)
    {
        var (a, b) = (left.ToSystem(), right.ToSystem());
        if (a.Number is { } x && b.Number is { } y && a.Kind != FhirValueKind.Node && b.Kind != FhirValueKind.Node)
            return x.CompareTo(y);
        if (a.Kind == FhirValueKind.String && b.Kind == FhirValueKind.String)
            return string.CompareOrdinal(a.Text, b.Text);
        if (Dates(a, b) is { } dates)
            return DateComparison.Compare(dates.Left, dates.Right);
        if ((a.Kind == FhirValueKind.Quantity || b.Kind == FhirValueKind.Quantity) && Quantity(a) is { } p && Quantity(b) is { } q)
            return PathQuantity.Compare(p, q);
        throw new FhirPathException($"A value of type {left.TypeName} cannot be compared with one of type {right.TypeName}.", position);
    }

    private static (PartialDateTime Left, PartialDateTime Right)? Dates(in FhirValue left, in FhirValue right)
    {
        if (left.Content is not PartialDateTime && right.Content is not PartialDateTime)
            return null;
        var a = left.Content as PartialDateTime ?? Conversion.ToDate(left, right.Kind);
        var b = right.Content as PartialDateTime ?? Conversion.ToDate(right, left.Kind);
        return a is not null && b is not null && (a.Kind == FhirValueKind.Time) == (b.Kind == FhirValueKind.Time) ? (a, b) : null;
    }

    private static PathQuantity? Quantity(in FhirValue value) =>
        value.Kind is FhirValueKind.Quantity or FhirValueKind.Integer or FhirValueKind.Decimal or FhirValueKind.Long ? Conversion.ToQuantity(value) : null;
}
