using System.Text.Json;
using Tandem.Care.Intake;
using Tandem.Fhir.Json;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Trust.Organizations;

namespace Tandem.Trial.Demo;

/// <summary>
/// Makes an empty hub the region's: hospitals, laboratories and clinics below the organisation that the shipped content names, a team of each of its kinds for
/// each hospital, people who can sign in, and the feeds.
/// </summary>
internal static class RegionSetUp
{
    private const int MostContent = 5_000;

    /// <summary>Keeps everything; once more is harmless.</summary>
    internal static async Task RunAsync(RecordStore record, FeedSources sources, CancellationToken cancel)
    {
        var content = record.ReadLog(0, MostContent, AccessScope.System);
        var root = content.FirstOrDefault(version => version.Type == "Organization" && !version.Root["partOf"u8].Exists)?.Reference;
        var shipped = content.Where(version => version.Type == "CareTeam").DistinctBy(version => version.Id).ToList();
        (await record.WriteAsync<bool>(AccessScope.System, session => Write(session, root, shipped), cancel)).ThrowIfRefused();
        foreach (var feed in SyntheticPlaces.Hospitals.Concat(SyntheticPlaces.Laboratories))
            (await sources.SaveAsync(SourceOf(feed), AccessScope.System, cancel)).ThrowIfRefused();
    }

    /// <summary>What the hub is told about a feed.</summary>
    internal static FeedSource SourceOf(RegionFeed feed) => new()
    {
        Id = feed.Id,
        Display = feed.Display,
        Application = feed.Application,
        Facility = feed.Facility,
        Organization = "Organization/" + feed.Organization,
        Zone = feed.Zone,
        CharacterSet = feed.CharacterSet,
        Systems = DemoSources.Systems,
    };

    private static Outcome<bool> Write(WriteSession session, string? root, IReadOnlyList<ResourceVersion> shipped)
    {
        foreach (var feed in SyntheticPlaces.Hospitals)
            Put(session, "Organization", feed.Organization, House(feed.Display, OrganizationKind.Hospital, root, feed.System));
        foreach (var feed in SyntheticPlaces.Laboratories)
            Put(session, "Organization", feed.Organization, House(feed.Display, OrganizationKind.Laboratory, root, feed.System));
        foreach (var clinic in SyntheticPlaces.Clinics)
            Put(session, "Organization", clinic.Id, House(clinic.Display, OrganizationKind.Clinic, "Organization/" + SyntheticPlaces.Hospitals[clinic.Hospital].Organization, null));
        var teams = new List<List<string>>();
        foreach (var hospital in SyntheticPlaces.Hospitals)
            teams.Add([.. shipped.Select(team => Team(session, team, hospital))]);
        for (var i = 0; i < Colleague.All.Count; i++)
            Person(session, Colleague.All[i], i, root, [.. shipped.Select(team => team.Reference)], teams);
        return true;
    }

    /// <summary>A coordinator works for one hospital's teams, the others for all.</summary>
    private static void Person(WriteSession session, Colleague colleague, int number, string? root, IReadOnlyList<string> everywhere, List<List<string>> teams)
    {
        Put(session, "Practitioner", colleague.Id, new Dictionary<string, object?>
        {
            ["resourceType"] = "Practitioner",
            ["active"] = true,
            ["name"] = new[] { new { text = colleague.Display, family = colleague.Family, given = new[] { colleague.Given } } },
            ["qualification"] = new[] { new { code = new { text = colleague.Title } } },
        });
        IReadOnlyList<string> mine = colleague.Role == "coordinator" ? [.. teams[number % teams.Count], .. everywhere] : [.. teams.SelectMany(team => team), .. everywhere];
        colleague.Person(root, mine).Write(session);
    }

    /// <summary>The hospital's own team of a shipped team's kind.</summary>
    private static string Team(WriteSession session, ResourceVersion shipped, RegionFeed hospital)
    {
        var id = $"{hospital.Organization}-{shipped.Id}";
        if (id.Length > 64)
            id = id[..64];
        Put(session, "CareTeam", id, new Dictionary<string, object?>
        {
            ["resourceType"] = "CareTeam",
            ["status"] = "active",
            ["category"] = JsonDocument.Parse(shipped.Root["category"u8].Exists ? shipped.Root["category"u8].RawMemory : "[]"u8.ToArray()).RootElement,
            ["name"] = $"{shipped.Root["name"u8].Text} · {hospital.Facility}",
            ["managingOrganization"] = new[] { new { reference = "Organization/" + hospital.Organization } },
        });
        return "CareTeam/" + id;
    }

    private static Dictionary<string, object?> House(string name, OrganizationKind kind, string? partOf, string? numbers)
    {
        var organization = new Dictionary<string, object?>
        {
            ["resourceType"] = "Organization", ["active"] = true, ["name"] = name,
            ["type"] = new[] { new { coding = new[] { new { system = Organization.KindSystem, code = Organization.Word(kind) } } } },
        };
        if (numbers is not null)
            organization["identifier"] = new[] { new { system = "urn:ietf:rfc:3986", value = numbers } };
        if (partOf is not null)
            organization["partOf"] = new { reference = partOf };
        return organization;
    }

    private static void Put(WriteSession session, string type, string id, Dictionary<string, object?> resource) =>
        session.PutIfChanged(type, id, FhirJson.ParseStored(JsonSerializer.SerializeToUtf8Bytes(resource)).Root);

    private static void ThrowIfRefused<T>(this Outcome<T> outcome)
    {
        if (outcome.Refusal is { } refusal)
            throw new InvalidOperationException(refusal.Text);
    }
}
