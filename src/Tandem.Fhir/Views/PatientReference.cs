using System.Text;
using Tandem.Fhir.Json;

namespace Tandem.Fhir.Views;

/// <summary>What a reference says of whom it means, where a patient may stand.</summary>
public enum PatientReferenceKind
{
    /// <summary>Nobody is named, or what is named is no patient.</summary>
    NoPatient,

    /// <summary>A patient of this record: <c>Patient/id</c>, also behind the record's own address.</summary>
    Here,

    /// <summary>A patient at an address of others, or to be searched for: nobody here can say who it is.</summary>
    Elsewhere,

    /// <summary>A patient by its own word, of whom nobody here can say who it is: by an identifier or a name alone, by a URN, or contained.</summary>
    Stated,

    /// <summary>Somebody or something that does not say what it is.</summary>
    Unstated,
}

/// <summary>Whom a reference means (R4 2.3.0): the one judge for lanes, access, exports and loops.</summary>
/// <param name="Kind">What it says of whom it means.</param>
/// <param name="Id">The logical id of a patient of this record, without the version it may name; else null.</param>
/// <param name="Type">The type of what is named, as far as the reference says.</param>
public readonly record struct PatientReference(PatientReferenceKind Kind, string? Id, string? Type)
{
    private const string Prefix = "Patient/";
    private const int LongestId = 64; // R4 2.24.0.1
    private static readonly PatientReference Nobody = new(PatientReferenceKind.NoPatient, null, null);

    /// <summary>Reads a reference.</summary>
    /// <param name="reference">A Reference, or nothing.</param>
    /// <param name="resource">In which it stands, with what it contains.</param>
    /// <param name="own">The record's own addresses.</param>
    public static PatientReference Of(FhirNode reference, FhirNode resource, OwnAddresses own)
    {
        var literal = own.Relative(reference["reference"u8].Text);
        if (IdIn(literal) is { } id)
            return new(PatientReferenceKind.Here, id, "Patient");
        if (literal is not null && (literal.Contains("/Patient/", StringComparison.Ordinal) || literal.Contains("Patient?", StringComparison.Ordinal) || IsOfNobodyHere(literal)))
            return new(PatientReferenceKind.Elsewhere, null, "Patient"); // whatever type it says
        if (literal is ['#', .. var inside] && Contained(resource, inside) is { } contained)
            return Of(contained);
        if (reference["type"u8].Text is { } stated)
            return Of(stated[(stated.LastIndexOf('/') + 1)..]);
        if (literal is null)
            return reference["identifier"u8].Exists || reference["display"u8].Exists ? Of(type: null) : Nobody;
        return Of(ReferenceText.Read(Encoding.UTF8.GetBytes(literal)) is { } text ? literal[text.Type] : null);
    }

    /// <summary>The logical id in <c>Patient/id</c>, also with a version; null for any other text, and for an id of more than 64 characters, which nobody here can have.</summary>
    public static string? IdIn(string? literal) => IdIn(literal, OwnAddresses.None);

    /// <summary>As the other, also behind one of the record's own addresses.</summary>
    public static string? IdIn(string? literal, OwnAddresses own)
    {
        var rest = literal.AsSpan(own.Length(literal));
        if (!rest.StartsWith(Prefix, StringComparison.Ordinal))
            return null;
        rest = rest[Prefix.Length..];
        var end = rest.IndexOf('/');
        var id = end < 0 ? rest : rest[..end];
        return id.Length is 0 or > LongestId ? null : id.ToString();
    }

    private static bool IsOfNobodyHere(string literal) => literal.StartsWith(Prefix, StringComparison.Ordinal) && literal.Length > Prefix.Length + LongestId;

    private static PatientReference Of(string? type) =>
        new(type switch { null => PatientReferenceKind.Unstated, "Patient" => PatientReferenceKind.Stated, _ => PatientReferenceKind.NoPatient }, null, type);

    private static string? Contained(FhirNode resource, string id)
    {
        foreach (var inside in resource["contained"u8].Items)
        {
            if (inside["id"u8].Text == id)
                return inside["resourceType"u8].Text;
        }

        return null;
    }
}
