using Tandem.Hl7v2.DataTypes;

namespace Tandem.Care.Intake.Mapping;

/// <summary>Identifiers and logical references (v2-to-FHIR guide: CX, EI, XCN, PL, XON).</summary>
internal static class Identifiers
{
    internal const string SocialSecurity = "http://hl7.org/fhir/sid/us-ssn";
    private const string Npi = "http://hl7.org/fhir/sid/us-npi";

    /// <summary>The system of an assigning authority: as the source's settings say, else by its world-wide id, else by its name, else null.</summary>
    internal static string? System(Hd authority, SourceSettings source) =>
        System(authority.NamespaceId, authority.UniversalId, authority.UniversalIdType, source);

    internal static string? System(string? space, string? universal, string? type, SourceSettings source)
    {
        if (Settled(space, source) is { } bySpace)
            return bySpace;
        if (Settled(universal, source) is { } byUniversal)
            return byUniversal;
        if (!string.IsNullOrWhiteSpace(universal))
        {
            var id = universal.Trim();
            if (CodeSystems.IsUri(id))
                return id;
            if (CodeSystems.IsOid(id))
                return "urn:oid:" + id;
            if (type is "UUID" or "GUID" && Guid.TryParse(id, out var uuid))
                return "urn:uuid:" + uuid.ToString("D");
        }

        var name = !string.IsNullOrWhiteSpace(space) ? space.Trim() : universal?.Trim();
        // The same for all senders: the laboratory names the hospital's authority as the hospital does, and means the same patient.
        return string.IsNullOrEmpty(name) ? null : "urn:tandem:authority:" + Uri.EscapeDataString(name.ToUpperInvariant());
    }

    /// <summary>The key of a number that has a type and an authority; null when there is no number.</summary>
    internal static NaturalKey? Key(Cx number, string systemWithoutAuthority, SourceSettings source)
    {
        if (number.Id?.Trim() is not { Length: > 0 } value)
            return null;
        if (number.TypeCode is "SS" or "SSN")
            return new(SocialSecurity, value);
        return new(System(number.AssigningAuthority, source) ?? systemWithoutAuthority, value);
    }

    /// <summary>The key of an order number; null when there is none.</summary>
    internal static NaturalKey? Key(Ei number, string kind, SourceSettings source) =>
        number.Id?.Trim() is { Length: > 0 } value
            ? new(System(number.NamespaceId, number.UniversalId, number.UniversalIdType, source) is { } system ? system + ":" + kind : CodeSystems.Own(source, kind), value)
            : null;

    internal static void Write(ResourceText text, NaturalKey key, string? type = null, string? start = null, string? end = null, string? assigner = null)
    {
        text.Object();
        WriteType(text, type);
        text.Text("system", key.System).Text("value", key.Value);
        text.Object("period").Text("start", start).Text("end", end).End();
        text.Object("assigner").Text("display", assigner).End();
        text.End();
    }

    /// <summary>A person by number and name, without a resource of its own, so that nothing dangles.</summary>
    internal static bool Practitioner(ResourceText text, string? name, Xcn person, SourceSettings source)
    {
        var display = Names.Display(person);
        if (string.IsNullOrWhiteSpace(person.Id) && display is null)
            return false;
        text.Object(name).Text("type", "Practitioner");
        if (person.Id?.Trim() is { Length: > 0 } number)
        {
            var system = person.TypeCode == "NPI" || person.AssigningAuthority.NamespaceId == "NPI"
                ? Npi : System(person.AssigningAuthority, source) ?? CodeSystems.Own(source, "practitioner");
            text.Object("identifier").Text("system", system).Text("value", number).End();
        }

        text.Text("display", display).End();
        return true;
    }

    /// <summary>An organisation by number and name.</summary>
    internal static void Organization(ResourceText text, string? name, string? number, string? system, string? display)
    {
        if (string.IsNullOrWhiteSpace(number) && string.IsNullOrWhiteSpace(display))
            return;
        text.Object(name).Text("type", "Organization");
        if (!string.IsNullOrWhiteSpace(number))
            text.Object("identifier").Text("system", system).Text("value", number).End();
        text.Text("display", display).End();
    }

    /// <summary>A place by its parts: facility, ward, room and bed together are its number.</summary>
    internal static bool Location(ResourceText text, string name, Pl place, SourceSettings source)
    {
        string?[] parts = [place.PointOfCare, place.Room, place.Bed];
        var named = parts.Select(p => p?.Trim()).Where(p => !string.IsNullOrEmpty(p)).ToList();
        if (named.Count == 0 && string.IsNullOrWhiteSpace(place.Facility.NamespaceId) && string.IsNullOrWhiteSpace(place.Description))
            return false;
        var system = CodeSystems.Own(source, "location", System(place.Facility, source) is null ? null : place.Facility.NamespaceId ?? place.Facility.UniversalId);
        text.Object(name).Text("type", "Location");
        if (named.Count > 0)
            text.Object("identifier").Text("system", system).Text("value", string.Join('/', parts.Select(p => p?.Trim())).TrimEnd('/')).End();
        var display = named.Count > 0 ? string.Join(", ", named) : place.Description;
        text.Text("display", string.Join(" · ", new[] { display, place.Facility.NamespaceId }.Where(p => !string.IsNullOrWhiteSpace(p)))).End();
        return true;
    }

    private static void WriteType(ResourceText text, string? type)
    {
        if (string.IsNullOrWhiteSpace(type))
            return;
        type = type.Trim() is "MRN" ? "MR" : type.Trim();
        var isTable = V2Tables.IsIdentifierType(type);
        text.Object("type").Array("coding").Object().Text("system", isTable ? CodeSystems.IdentifierType : null).Text("code", type).End().End().End();
    }

    private static string? Settled(string? name, SourceSettings source) =>
        name is not null && source.Authorities?.TryGetValue(name.Trim(), out var system) == true ? system : null;
}
