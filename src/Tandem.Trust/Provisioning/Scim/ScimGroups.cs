using System.Text.Json.Nodes;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Trust.People;
using Tandem.Trust.Teams;

namespace Tandem.Trust.Provisioning.Scim;

/// <summary>Teams as SCIM groups (RFC 7643 4.2): those of the token's organisation and of those below it.</summary>
internal sealed class ScimGroups(RecordStore record)
{
    internal const string Schema = "urn:ietf:params:scim:schemas:core:2.0:Group";

    internal IReadOnlyList<JsonObject> All(AccessScope scope) => [.. Team.Visible(record, scope).Where(team => team.Active).Select(Json)];

    internal JsonObject? One(string id, AccessScope scope) => Team.Visible(record, scope).FirstOrDefault(team => team.Active && team.Id == id) is { } found ? Json(found) : null;

    /// <summary>Makes or replaces a group by its JSON.</summary>
    internal async Task<Outcome<JsonObject>> SaveAsync(string? id, JsonObject group, string organization, AccessScope scope, CancellationToken cancel)
    {
        var current = id is null ? null : Team.Visible(record, scope).FirstOrDefault(team => team.Id == id);
        if (id is not null && current is null)
            return Refusal.NotFound("There is no such resource.");
        if (ScimPath.Values(group, "displayName").FirstOrDefault()?.ToString() is not { Length: > 0 } name)
            return Refusal.Invalid("A group needs a displayName.");
        if (id is null && Team.Visible(record, scope).Any(team => team.Name == name && team.Organization == organization))
            return Refusal.Invalid("There is one.", new RefusalDetail("duplicate", "There is a group of this name already.", "displayName"));
        var wanted = ScimPath.Values(group, "members").Select(member => (member is JsonObject whole ? whole["value"] : member)?.ToString()).OfType<string>().Distinct().ToList();
        if (wanted.FirstOrDefault(member => FindPeople.One(record, member) is null) is { } unknown)
            return Refusal.Invalid($"There is no user \"{unknown}\".");
        var saved = await SaveTeam.HandleAsync(id, new TeamForm(name, current?.Organization ?? organization, current?.IsQueue == true, current?.Active != false), record, scope, cancel);
        if (saved.Refusal is not null)
            return saved.Refusal;
        var members = FindTeams.Members(record, saved.Value);
        foreach (var (member, joins) in wanted.Except(members).Select(one => (one, true)).Concat(members.Except(wanted).Select(one => (one, false))))
        {
            if ((await SaveTeam.MemberAsync(saved.Value, member, joins, record, scope, cancel)).Refusal is { } refusal)
                return refusal;
        }

        return One(saved.Value, scope) is { } found ? found : Refusal.NotFound("There is no such resource.");
    }

    /// <summary>Nobody works in the team any more, and it takes no work; its resource stays, because loops may name it.</summary>
    internal async Task<Outcome<int>> RemoveAsync(string id, AccessScope scope, CancellationToken cancel)
    {
        if (Team.Visible(record, scope).FirstOrDefault(team => team.Active && team.Id == id) is not { } found)
            return Refusal.NotFound("There is no such resource.");
        foreach (var member in FindTeams.Members(record, id))
        {
            if ((await SaveTeam.MemberAsync(id, member, joins: false, record, scope, cancel)).Refusal is { } refusal)
                return refusal;
        }

        return (await SaveTeam.HandleAsync(id, new TeamForm(found.Name, found.Organization ?? "", found.IsQueue, Active: false), record, scope, cancel)).Then<int>(_ => 0);
    }

    private JsonObject Json(Team team) => new()
    {
        ["schemas"] = new JsonArray(Schema), ["id"] = team.Id, ["displayName"] = team.Name,
        ["members"] = new JsonArray([.. FindTeams.Members(record, team.Id).Select(id => (JsonNode)new JsonObject { ["value"] = id, ["$ref"] = $"/scim/v2/Users/{id}", ["type"] = "User" })]),
        ["meta"] = new JsonObject { ["resourceType"] = "Group", ["location"] = $"/scim/v2/Groups/{team.Id}" },
    };
}
