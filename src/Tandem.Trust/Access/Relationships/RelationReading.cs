using Tandem.Fhir.Json;
using Tandem.Fhir.Views;
using Tandem.Record.Access;
using Tandem.Record.Log;

namespace Tandem.Trust.Access;

/// <summary>That a party has to do with a resource's patient.</summary>
/// <param name="Party">FHIR reference of a person, organisation or team.</param>
/// <param name="Basis">Why: <c>encounter</c>, <c>episode</c>, <c>care-team</c>, <c>attribution</c>, <c>referral</c>, <c>appointment</c>, <c>work</c>.</param>
/// <param name="When">Until when; its beginning does not matter.</param>
internal sealed record Relation(string Party, string Basis, Validity When);

/// <summary>Reads the relationships that a resource tells of. What was entered in error tells of none; what is over ends when it says, else when that was recorded.</summary>
internal static class RelationReading
{
    private static readonly string[] Parties = ["Organization/", "Practitioner/", "PractitionerRole/", "CareTeam/", "HealthcareService/"];

    private static readonly Dictionary<string, Rule> Rules = new(StringComparer.Ordinal)
    {
        ["Encounter"] = new("encounter", ["period"], ["finished", "cancelled"], ["serviceProvider", "participant.individual"]),
        ["EpisodeOfCare"] = new("episode", ["period"], ["finished", "cancelled"], ["managingOrganization", "careManager", "team"]),
        ["CareTeam"] = new("care-team", ["period"], ["inactive", "suspended"], ["managingOrganization", "participant.member", "participant.onBehalfOf"]),
        ["Patient"] = new("attribution", [], [], ["managingOrganization", "generalPractitioner"]),
        ["ServiceRequest"] = new("referral", [], ["completed", "revoked"], ["requester", "performer"]),
        ["Appointment"] = new("appointment", [], ["fulfilled", "cancelled", "noshow"], ["participant.actor"]),
        ["Task"] = new("work", [], ["completed", "cancelled", "rejected", "failed"], ["owner", "requester"]),
    };

    internal static bool Knows(string type) => Rules.ContainsKey(type);

    internal static IEnumerable<Relation> Read(ResourceVersion version, OwnAddresses own)
    {
        var (root, rule) = (version.Root, Rules[version.Type]);
        if (root["status"u8].Text is "entered-in-error")
            yield break;
        var until = Until(version, rule);
        foreach (var path in rule.Paths)
        {
            foreach (var party in References(root, path.Split('.'), own))
                yield return new Relation(party, rule.Basis, until);
        }

        if (version.Type == "CareTeam")
            yield return new Relation(version.Reference, rule.Basis, until);
        if (version.Type != "Task")
            yield break;
        foreach (var party in InExtensions(root["extension"u8], own))
            yield return new Relation(party, rule.Basis, until);
    }

    private static Validity Until(ResourceVersion version, Rule rule)
    {
        var end = rule.Periods.Select(name => version.Root[name]["end"u8].Text).FirstOrDefault(text => text is not null);
        if (FhirDateTime.TryParse(end ?? "", out var time))
            return Validity.Always.To(time);
        return rule.Over.Contains(version.Root["status"u8].Text ?? "") ? Validity.Always with { Until = version.At.ToUnixTimeMilliseconds() } : Validity.Always;
    }

    private static IEnumerable<string> References(FhirNode node, ReadOnlyMemory<string> path, OwnAddresses own)
    {
        foreach (var item in node[path.Span[0]].Items.AsEnumerable())
        {
            if (path.Length > 1)
            {
                foreach (var below in References(item, path[1..], own))
                    yield return below;
            }
            else if (Party(item, own) is { } party)
            {
                yield return party;
            }
        }
    }

    /// <summary>Those that a loop's own extension names: its team, its back-up, whom it climbed to.</summary>
    private static IEnumerable<string> InExtensions(FhirNode extensions, OwnAddresses own)
    {
        foreach (var extension in extensions.Items.AsEnumerable())
        {
            if (Party(extension["valueReference"u8], own) is { } party)
                yield return party;
            foreach (var below in InExtensions(extension["extension"u8], own))
                yield return below;
        }
    }

    private static string? Party(FhirNode reference, OwnAddresses own) =>
        own.RelativeKey(reference["reference"u8].Text) is { } text && Parties.Any(kind => text.StartsWith(kind, StringComparison.Ordinal)) ? text : null;

    /// <param name="Basis">What the relationship is called.</param>
    /// <param name="Periods">Elements whose end is its end.</param>
    /// <param name="Over">Statuses in which it is over.</param>
    /// <param name="Paths">Where the parties stand.</param>
    private sealed record Rule(string Basis, string[] Periods, string[] Over, string[] Paths);
}
