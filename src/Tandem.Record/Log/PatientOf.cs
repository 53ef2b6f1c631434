using Tandem.Fhir.Definitions;
using Tandem.Fhir.Json;
using Tandem.Fhir.Views;

namespace Tandem.Record.Log;

/// <summary>Which patient a resource belongs to: decides its lane and who may see it.</summary>
internal static class PatientOf
{
    private static readonly byte[][] Links =
        [.. new[] { "subject", "patient", "for", "beneficiary", "individual", "participant", "target", "actor", "candidate", "deliverTo", "securityContext" }.Select(System.Text.Encoding.UTF8.GetBytes)];

    /// <summary>The types of which one resource may name several patients as its own.</summary>
    private static readonly HashSet<string> OfSeveral = [.. R4.Types.All.Where(type => type.IsResource && Links.Sum(link => MostIn(type, link)) > 1).Select(type => type.Name)];

    /// <summary>
    /// The logical id of the first patient that the resource names as its own, or null. A file (Binary) belongs to the patient in whose context it is seen (R4 Binary.securityContext); a Bundle to the one patient
    /// whom all of its entries that belong to somebody belong to, and to nobody who is known as soon as one is about somebody at an address elsewhere: their id may be that of somebody here.
    /// </summary>
    internal static string? Resource(string type, string id, FhirNode resource, OwnAddresses own)
    {
        if (type == "Patient")
            return id;
        if (type == "Bundle")
            return OfBundle(resource, own);
        foreach (var link in Links)
        {
            foreach (var item in resource[link].Items)
            {
                if (PatientReference.IdIn(Named(item)["reference"u8].Text, own) is { } patient)
                    return patient;
            }
        }

        return null;
    }

    /// <summary>The patients whom a resource names as its own beside the first: of an appointment of two, the second. None for a Bundle, which belongs to one or to nobody who is known.</summary>
    internal static IReadOnlyCollection<string> Others(ResourceVersion version, OwnAddresses own)
    {
        if (version.Deleted || version.Patient is null || !OfSeveral.Contains(version.Type) || !MayNameTwo(version.Bytes.Span))
            return [];
        HashSet<string>? others = null;
        var root = version.Glance;
        foreach (var link in Links)
        {
            foreach (var item in root[link].Items)
            {
                if (PatientReference.IdIn(Named(item)["reference"u8].Text, own) is { } patient && patient != version.Patient)
                    (others ??= []).Add(patient);
            }
        }

        return others ?? (IReadOnlyCollection<string>)[];
    }

    /// <summary>True for a type whose resources may belong to a patient.</summary>
    internal static bool MayBe(FhirType type) => type.Name is "Patient" or "Bundle" || Links.Any(link => MostIn(type, link) > 0);

    /// <summary>False when fewer than two patients are named anywhere: most such resources name one, and need not be taken apart.</summary>
    private static bool MayNameTwo(ReadOnlySpan<byte> bytes) => bytes.Count("Patient/"u8) > 1 || bytes.IndexOf("\\/"u8) >= 0 || bytes.IndexOf("\\u"u8) >= 0; // any of its letters may be written as an escape

    private static int MostIn(FhirType type, byte[] link)
    {
        if (!type.Elements.TryFind(link, out var found))
            return 0;
        var isReference = found.Type.Name == "Reference" || found.Type.Elements.Find("actor") is not null || found.Type.Elements.Find("reference") is not null;
        return !isReference ? 0 : found.Element.IsList ? 2 : 1;
    }

    private static string? OfBundle(FhirNode bundle, OwnAddresses own)
    {
        string? only = null;
        return IsOfOne(bundle, own, ref only) ? only : null;
    }

    private static bool IsOfOne(FhirNode bundle, OwnAddresses own, ref string? only)
    {
        foreach (var entry in bundle["entry"u8].Items)
        {
            var inside = entry["resource"u8];
            if (IsOfAStranger(entry["fullUrl"u8].Text, inside, own))
                return false;
            if (inside["resourceType"u8].Is("Bundle"u8))
            {
                if (!IsOfOne(inside, own, ref only))
                    return false;
                continue;
            }

            if (Resource(inside["resourceType"u8].Text ?? "", inside["id"u8].Text ?? "", inside, own) is not { Length: > 0 } patient)
                continue;
            if (only is not null && only != patient)
                return false;
            only = patient;
        }

        return true;
    }

    /// <summary>
    /// True for an entry that is about somebody at an address elsewhere: it is such a patient, names one, or names one by an id that is to be read against such an address (R4 2.36.4).
    /// </summary>
    private static bool IsOfAStranger(string? fullUrl, FhirNode inside, OwnAddresses own)
    {
        var isElsewhere = IsAddress(fullUrl) && !own.Begin(fullUrl);
        if (inside["resourceType"u8].Text is "Patient" or "Bundle")
            return isElsewhere;
        foreach (var link in Links)
        {
            foreach (var item in inside[link].Items)
            {
                var named = Named(item);
                if (PatientReference.Of(named, inside, own).Kind == PatientReferenceKind.Elsewhere || (isElsewhere && PatientReference.IdIn(named["reference"u8].Text) is not null))
                    return true;
            }
        }

        return false;
    }

    private static bool IsAddress(string? text) =>
        text is not null && (text.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("https://", StringComparison.OrdinalIgnoreCase));

    /// <summary>The reference itself, or that of who takes part.</summary>
    internal static FhirNode Named(FhirNode item) => item["reference"u8].Exists || !item["actor"u8].Exists ? item : item["actor"u8];
}
