namespace Tandem.Tests.Fhir.FhirPath;

/// <summary>Where the other engine and ours differ and ours stays as it is, each with the reason.</summary>
internal static class SecondOpinionExceptions
{
    internal static string? Reason(string expression, List<string> ours, List<string> theirs)
    {
        if (expression.Contains("ofType(string)", StringComparison.Ordinal) || expression.Contains("ofType(uri)", StringComparison.Ordinal) || expression.Contains("ofType(integer)", StringComparison.Ordinal))
            return "There a code is also taken for a string. HL7's official cases ask for exactly the primitive type (Patient.gender.as(string) gives nothing).";
        if (ours.Contains("null"))
            return "An element that has only extensions is an item (FHIR R4 2.9.1.1); there it is dropped from the result.";
        if (expression.Contains(" mod ", StringComparison.Ordinal) || expression.Contains(" div ", StringComparison.Ordinal))
            return "There decimals are binary fractions: 1 mod 0.1 is 0.0999…, not 0.";
        if (expression.Contains("round(", StringComparison.Ordinal) && (expression.Contains('-', StringComparison.Ordinal) || expression.Contains("indexOf", StringComparison.Ordinal)))
            return "A half below zero: -5.5 is rounded away from zero here, as HAPI and Firely do, and upwards there. FHIRPath 2.0, 5.7.9 speaks of 0.5 only.";
        if (theirs.Count == 0 && (IsOf(expression, "multipleBirth", "birthDate") || IsOf(expression, "expansion.total", "date")))
            return "An integer is no date and so not equal to one (FHIRPath 2.0, 6.1.1); there a number may be the text of a date, and the answer is empty.";
        if (expression.Contains('~', StringComparison.Ordinal) && expression.Contains("toDateTime()", StringComparison.Ordinal))
            return "A date is a dateTime of the same precision (FHIRPath 2.0, 5.5: implicit conversion), so @2015 ~ @2015T; there they are of two types.";
        if (expression.Contains("hasValue()", StringComparison.Ordinal))
            return "One of HL7's sample files has an object where a uuid belongs. There any item has a value, here an object that is no Quantity has none.";
        if (expression.Contains("id.first().is(string)", StringComparison.Ordinal))
            return "Resource.id is of type id, a specialisation of string (FHIR R4 2.11.0); there it is a System.String.";
        return expression.Contains("toString()", StringComparison.Ordinal) && expression.AsSpan().ContainsAny("/*-+")
            ? "A division has 28 digits here and 17 there, and a result keeps the zeros of its decimals (0 * 2.5 is 0.0); so has its text."
            : null;
    }

    private static bool IsOf(string expression, string integer, string date) => expression.Contains(integer, StringComparison.Ordinal) && expression.Contains(date, StringComparison.Ordinal);
}
