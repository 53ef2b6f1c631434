namespace Tandem.Fhir.Json;

/// <summary>The data types that are written most, in one call each.</summary>
public static class FhirWriterTypes
{
    /// <summary>A code of a system.</summary>
    public static FhirWriter Coding(this FhirWriter writer, string name, string? system, string? code, string? display = null) =>
        writer.Object(name, coding => coding.Text("system", system).Text("code", code).Text("display", display));

    /// <summary>A concept with one coding; without a code only the words.</summary>
    public static FhirWriter Concept(this FhirWriter writer, string name, string? system, string? code, string? display = null, string? text = null) =>
        writer.Object(name, concept => concept.ConceptContent(system, code, display, text));

    /// <summary>An array of one concept.</summary>
    public static FhirWriter Concepts(this FhirWriter writer, string name, string? system, string? code, string? display = null, string? text = null) =>
        writer.Array(name, array => array.Item(concept => concept.ConceptContent(system, code, display, text)));

    /// <summary>A number somebody gave; left out without a value.</summary>
    public static FhirWriter Identifier(this FhirWriter writer, string name, string? system, string? value, string? use = null) =>
        value is null ? writer : writer.Object(name, identifier => identifier.Text("use", use).Text("system", system).Text("value", value));

    /// <summary>An array of one identifier.</summary>
    public static FhirWriter Identifiers(this FhirWriter writer, string name, params IEnumerable<(string? System, string? Value)> values) =>
        writer.Array(name, values.Where(value => value.Value is not null), (item, value) => item.Text("system", value.System).Text("value", value.Value));

    /// <summary>A reference within the record; left out without an id.</summary>
    public static FhirWriter Reference(this FhirWriter writer, string name, string type, string? id, string? display = null) =>
        id is null ? writer : writer.ReferenceTo(name, $"{type}/{id}", display);

    /// <summary>A reference as it is to stand: <c>Patient/1</c>, an address, <c>urn:uuid:…</c>.</summary>
    public static FhirWriter ReferenceTo(this FhirWriter writer, string name, string? reference, string? display = null) =>
        writer.Object(name, inner => inner.Text("reference", reference).Text("display", display));

    /// <summary>An array of references.</summary>
    public static FhirWriter References(this FhirWriter writer, string name, params IEnumerable<string?> references) =>
        writer.Array(name, references.Where(reference => reference is not null), (item, reference) => item.Text("reference", reference));

    /// <summary>A stretch of time; open ends are left out.</summary>
    public static FhirWriter Period(this FhirWriter writer, string name, DateTimeOffset? start, DateTimeOffset? end) =>
        writer.Object(name, period => period.Instant("start", start).Instant("end", end));

    /// <summary>An amount; with a code, UCUM unless another system is named.</summary>
    public static FhirWriter Quantity(
        this FhirWriter writer, string name, decimal? value, string? unit, string? code = null, string? system = "http://unitsofmeasure.org") =>
        value is null ? writer : writer.Object(name, quantity => quantity
            .Number("value", value).Text("unit", unit).Text("system", code is null ? null : system).Text("code", code));

    private static void ConceptContent(this FhirWriter concept, string? system, string? code, string? display, string? text)
    {
        if (code is not null)
            concept.Array("coding", array => array.Item(coding => coding.Text("system", system).Text("code", code).Text("display", display)));
        concept.Text("text", text);
    }
}
