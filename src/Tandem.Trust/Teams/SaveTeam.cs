using System.Text.Json.Nodes;
using Tandem.Fhir.Json;
using Tandem.Kernel;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Trust.People;
using Tandem.Trust.SignIn;

namespace Tandem.Trust.Teams;

/// <summary>What is asked about a team.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Organization">The id of its organisation; empty for the region.</param>
/// <param name="IsQueue">True for a queue: work waits there for whoever is free.</param>
/// <param name="Active">False when it takes no work any more.</param>
public sealed record TeamForm(string Name, string Organization, bool IsQueue, bool Active = true);

/// <summary>A team or queue is made or changed; people join and leave it. In the record it is a CareTeam without a subject, its members the participants.</summary>
public static class SaveTeam
{
    /// <summary>The code system that tells queues from teams in <c>CareTeam.category</c>.</summary>
    public const string KindSystem = "https://tandem.example/fhir/CodeSystem/team-kind";

    private const int LongestName = 200;

    /// <param name="id">Null makes a new one.</param>
    /// <param name="form">What is to hold.</param>
    /// <param name="record">The record.</param>
    /// <param name="scope">Who does it: an administrator of the team's organisation.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>The team's id.</returns>
    public static async Task<Outcome<string>> HandleAsync(string? id, TeamForm form, RecordStore record, AccessScope scope, CancellationToken cancel) =>
        Administration.Refuse(scope) is { } refusal
            ? refusal
            : await record.WriteAsync<string>(Administration.Writing(scope), session => Stage(session, id, form, scope), cancel);

    /// <summary>Somebody joins a team, or leaves it; either twice is harmless. Effective with their next request.</summary>
    public static async Task<Outcome<int>> MemberAsync(string team, string person, bool joins, RecordStore record, AccessScope scope, CancellationToken cancel) =>
        Administration.Refuse(scope) is { } refusal
            ? refusal
            : await record.WriteAsync<int>(Administration.Writing(scope), session => StageMember(session, team, person, joins, scope), cancel);

    internal static Outcome<string> Stage(WriteSession session, string? id, TeamForm form, AccessScope scope)
    {
        var organization = form.Organization.Length == 0 ? null : form.Organization;
        if (Administration.RefuseFor(organization, Administration.Within(session, scope)) is { } notYours)
            return notYours;
        if (string.IsNullOrWhiteSpace(form.Name) || form.Name.Length > LongestName)
            return Refusal.Invalid("The team cannot be saved like this.", new RefusalDetail("required", TeamWords.NameMissing, "name"));
        if (organization is not null && session.Find("Organization", organization) is not { Deleted: false })
            return Refusal.Invalid("The team cannot be saved like this.", new RefusalDetail("value", TeamWords.OrganizationUnknown, "organization"));
        var isNew = id is null;
        var current = id is null ? null : session.Find("CareTeam", id);
        if (id is not null && current is not { Deleted: false })
            return Refusal.NotFound("This team no longer exists.");
        if (current is not null && Administration.RefuseFor(OrganizationOf(current), Administration.Within(session, scope)) is { } theirs)
            return theirs;
        id ??= Ids.From("team", form.Organization, form.Name.Trim());
        current ??= session.Find("CareTeam", id) is { Deleted: false } before ? before : null; // one of this name that took no work any more begins again
        if (isNew && current?.Root["status"u8].Text == "active")
            return Refusal.Invalid("There is one.", new RefusalDetail("duplicate", TeamWords.NameTaken, "name"));
        var json = current is null ? new JsonObject { ["resourceType"] = "CareTeam" } : JsonTree.Of(current.Root).AsObject();
        json["status"] = form.Active ? "active" : "inactive";
        json["category"] = Categories(json["category"], form.IsQueue);
        json["name"] = form.Name.Trim();
        json["managingOrganization"] = organization is null ? null : new JsonArray(new JsonObject { ["reference"] = "Organization/" + organization });
        session.PutIfChanged("CareTeam", id, json);
        return id;
    }

    internal static Outcome<int> StageMember(WriteSession session, string team, string person, bool joins, AccessScope scope)
    {
        if (session.Find("CareTeam", team) is not { Deleted: false } current || current.Root["subject"u8].Exists)
            return Refusal.NotFound("This team no longer exists.");
        if (Administration.RefuseFor(OrganizationOf(current), Administration.Within(session, scope)) is { } notYours)
            return notYours;
        if (session.Query(FindPeople.ReadOne, Account.Read, person) is not [var account])
            return Refusal.NotFound("This account does not exist.");
        if (joins)
            session.Write(TeamTables.Members, team, person, session.Now);
        else
            session.Remove(TeamTables.Members, team, person);
        var json = JsonTree.Of(current.Root).AsObject();
        var others = (json["participant"] as JsonArray ?? []).Where(one => one?["member"]?["reference"]?.GetValue<string>() != account.Reference).Select(one => one?.DeepClone());
        json["participant"] = new JsonArray([.. others, .. joins
            ? new JsonNode?[] { new JsonObject { ["member"] = new JsonObject { ["reference"] = account.Reference, ["display"] = account.Display } } }
            : []]);
        session.PutIfChanged("CareTeam", team, json);
        return 0;
    }

    internal static string? OrganizationOf(ResourceVersion team) =>
        team.Root["managingOrganization"u8].Items.AsEnumerable().Select(one => one["reference"u8].Text?.Split('/')[^1]).FirstOrDefault();

    private static JsonArray Categories(JsonNode? categories, bool isQueue)
    {
        var others = (categories as JsonArray ?? []).Where(one => one?["coding"]?[0]?["system"]?.GetValue<string>() != KindSystem).Select(one => one?.DeepClone());
        return new JsonArray([.. others, .. isQueue
            ? new JsonNode?[] { new JsonObject { ["coding"] = new JsonArray(new JsonObject { ["system"] = KindSystem, ["code"] = "queue" }) } }
            : []]);
    }
}
