using System.Text.Json;
using Tandem.Fhir.Json;
using Tandem.Kernel;
using Tandem.Record.Log;

namespace Tandem.Trust.SignIn;

/// <summary>What the first start asks for.</summary>
/// <param name="Organization">The region's or network's name.</param>
/// <param name="TimeZone">IANA time zone, such as <c>America/Chicago</c>.</param>
/// <param name="Administrator">The first administrator's name.</param>
public sealed record FirstStart(string Organization, string TimeZone, string Administrator)
{
    /// <summary>What is wrong with it, or null.</summary>
    public string? Problem =>
        string.IsNullOrWhiteSpace(Organization) ? "Enter the organisation's name."
        : string.IsNullOrWhiteSpace(Administrator) ? "Enter the administrator's name."
        : !TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out _) ? "Choose a time zone such as America/Chicago."
        : null;

    /// <summary>Keeps the organisation and the administrator.</summary>
    /// <returns>The administrator's id.</returns>
    internal string Write(WriteSession session)
    {
        var organization = Ids.From("organization", Organization.Trim());
        var person = Ids.From("person", Organization.Trim(), Administrator.Trim());
        session.Put("Organization", organization, Json(new
        {
            resourceType = "Organization",
            extension = new[] { new { url = "http://hl7.org/fhir/StructureDefinition/timezone", valueCode = TimeZone } },
            active = true,
            name = Organization.Trim(),
        }));
        session.Put("Practitioner", person, Json(new
        {
            resourceType = "Practitioner",
            active = true,
            name = new[] { new { text = Administrator.Trim() } },
        }));
        new Person(person, Administrator.Trim(), "administrator", $"Organization/{organization}", []).Write(session);
        return person;
    }

    private static FhirNode Json(object resource) => FhirJson.ParseStored(JsonSerializer.SerializeToUtf8Bytes(resource)).Root;
}
