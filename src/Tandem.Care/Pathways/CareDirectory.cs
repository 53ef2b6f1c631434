using System.Collections.Frozen;
using Tandem.Fhir.Json;
using Tandem.Fhir.Views;

namespace Tandem.Care.Pathways;

/// <summary>Which team answers for what, where: organisations, their places, and the teams with their roles. Immutable.</summary>
public sealed class CareDirectory
{
    private readonly FrozenDictionary<string, string> above;
    private readonly FrozenDictionary<(string Role, string Organization), string> teams;

    private CareDirectory(Dictionary<string, string> above, Dictionary<(string, string), string> teams) =>
        (this.above, this.teams) = (above.ToFrozenDictionary(), teams.ToFrozenDictionary());

    /// <summary>Nobody.</summary>
    public static CareDirectory Empty { get; } = new([], []);

    internal static CareDirectory Read(IEnumerable<(string Reference, FhirNode Resource)> resources, OwnAddresses own)
    {
        var above = new Dictionary<string, string>();
        var teams = new Dictionary<(string, string), string>();
        foreach (var (reference, resource) in resources.OrderBy(entry => entry.Reference, StringComparer.Ordinal))
        {
            if (resource["resourceType"u8].Is("CareTeam"u8))
                AddTeam(teams, reference, resource, own);
            else if (own.Relative(resource["managingOrganization"u8]["reference"u8].Text ?? resource["partOf"u8]["reference"u8].Text) is { } parent)
                above[reference] = parent;
        }

        return new(above, teams);
    }

    /// <summary>
    /// The team of a role for the first of the places that has one, going up from a place to its organisation and on to the
    /// organisation above; else the region's team of the role.
    /// </summary>
    /// <param name="role">Code of the team role.</param>
    /// <param name="places">References to organisations and locations, nearest first.</param>
    internal string? Team(string role, IEnumerable<string> places)
    {
        foreach (var place in places)
        {
            var at = place;
            for (var i = 0; i < 16; i++) // a hierarchy deeper than this goes in a circle
            {
                if (teams.TryGetValue((role, at), out var team))
                    return team;
                if (!above.TryGetValue(at, out var next))
                    break;
                at = next;
            }
        }

        return teams.GetValueOrDefault((role, ""));
    }

    /// <summary>True when the place is one of the organisations or lies below one.</summary>
    internal bool IsWithin(string place, IReadOnlyList<string> organizations)
    {
        var at = place;
        for (var i = 0; i < 16; i++)
        {
            if (organizations.Contains(at))
                return true;
            if (!above.TryGetValue(at, out var next))
                return false;
            at = next;
        }

        return false;
    }

    /// <summary>The first team in order of id keeps a role that two claim, so that the answer stays.</summary>
    private static void AddTeam(Dictionary<(string, string), string> teams, string reference, FhirNode team, OwnAddresses own)
    {
        if (!team["status"u8].Is("active"u8))
            return;
        string?[] organizations = [.. team["managingOrganization"u8].Items.AsEnumerable().Select(organization => own.Relative(organization["reference"u8].Text))];
        foreach (var category in team["category"u8].Items)
        {
            foreach (var coding in category["coding"u8].Items)
            {
                if (coding["system"u8].Text != ContentElements.TeamRoles || coding["code"u8].Text is not { } role)
                    continue;
                foreach (var organization in organizations.Length == 0 ? [""] : organizations)
                    teams.TryAdd((role, organization ?? ""), reference);
            }
        }
    }
}
