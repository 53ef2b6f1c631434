using NodaTime;
using Tandem.Care.Loops;
using Tandem.Fhir.Json;
using Tandem.Kernel.Calendars;

namespace Tandem.Care.Pathways;

/// <summary>What is known of one patient that decisions need. Immutable.</summary>
/// <param name="Patient">Logical id.</param>
/// <param name="Facts">The patient's resources of the types that pathways look at, the Patient among them when there is one.</param>
/// <param name="Loops">All loops of the patient that pathways opened, ended ones too.</param>
public sealed record PatientFacts(string Patient, IReadOnlyList<Fact> Facts, IReadOnlyList<Loop> Loops)
{
    private static readonly string[] ZoneExtensions =
        ["http://hl7.org/fhir/StructureDefinition/timezone", "http://hl7.org/fhir/StructureDefinition/tz-code"];

    /// <summary>The Patient resource; missing when it has not arrived yet.</summary>
    public FhirNode Resource => Facts.FirstOrDefault(fact => fact.Type == "Patient" && fact.Id == Patient)?.Resource ?? default;

    /// <summary>A fact by its reference.</summary>
    internal Fact? Find(string? reference) => reference is null ? null : Facts.FirstOrDefault(fact => fact.Reference == reference);

    /// <summary>The patient's own zone (extension on the patient or an address), else the calendar's.</summary>
    internal DateTimeZone ZoneOr(BusinessCalendar calendar)
    {
        foreach (var holder in new[] { Resource }.Concat(Resource["address"u8].Items.AsEnumerable()))
        {
            foreach (var url in ZoneExtensions)
            {
                if (BusinessCalendar.ZoneNamed(holder.Extension(url)["valueCode"u8].Text) is { } zone)
                    return zone;
            }
        }

        return calendar.Zone;
    }
}
