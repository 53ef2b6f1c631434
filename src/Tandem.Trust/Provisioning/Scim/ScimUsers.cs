using System.Globalization;
using System.Text.Json.Nodes;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Trust.Organizations;
using Tandem.Trust.People;
using Tandem.Trust.Teams;

namespace Tandem.Trust.Provisioning.Scim;

/// <summary>Accounts as SCIM users (RFC 7643 4.1): those that the token's organisation, or one below it, looks after. <c>roles</c> are roles in the token's organisation.</summary>
internal sealed class ScimUsers(RecordStore record, TimeProvider clock, SavePerson save, GiveRole give)
{
    internal const string Schema = "urn:ietf:params:scim:schemas:core:2.0:User";

    internal IReadOnlyList<JsonObject> All(string organization, AccessScope scope)
    {
        var within = FindOrganizations.Within(record, organization);
        return [.. FindPeople.Visible(record, scope, clock.GetUtcNow()).Where(row => row.Account.Home is { } home && within.Contains(home)).Select(row => Json(row, organization))];
    }

    internal JsonObject? One(string id, string organization, AccessScope scope) => All(organization, scope).FirstOrDefault(user => user["id"]!.ToString() == id);

    /// <summary>Makes or replaces a user by its JSON.</summary>
    /// <param name="id">Which; null for a new one.</param>
    /// <param name="user">What it becomes.</param>
    /// <param name="organization">The token's.</param>
    /// <param name="scope">On whose behalf.</param>
    /// <param name="cancel">Stops.</param>
    /// <param name="meant">The <c>lastModified</c> that the account has to have still when it is written; null for any.</param>
    internal async Task<Outcome<JsonObject>> SaveAsync(string? id, JsonObject user, string organization, AccessScope scope, CancellationToken cancel, string? meant = null)
    {
        var current = id is null ? null : FindPeople.One(record, id);
        var login = Text(user, "userName");
        if (string.IsNullOrWhiteSpace(login))
            return Refusal.Invalid("A user needs a userName.");
        if (!bool.TryParse(Text(user, "active") ?? "true", out var isActive))
            return Refusal.Invalid("active is true or false.");
        var (given, family) = (Text(user, "name.givenName"), Text(user, "name.familyName"));
        var display = First(Text(user, "displayName"), Text(user, "name.formatted"), $"{given} {family}".Trim(), login);
        var form = new PersonForm(display, login, current?.Home ?? organization)
        {
            Active = isActive, ExternalId = Text(user, "externalId") ?? "", Given = given ?? "", Family = family ?? "", // what the directory does not say is not so any more
        };
        var wanted = ScimPath.Values(user, "roles").Select(role => (role is JsonObject whole ? whole["value"] : role)?.ToString()).OfType<string>().Distinct().ToList();
        if (wanted.FirstOrDefault(role => !Roles.OfStaff.Contains(role)) is { } unknown)
            return Refusal.Invalid($"There is no role \"{unknown}\". Use: {string.Join(", ", Roles.OfStaff)}.");
        var saved = await save.HandleAsync(id, form, scope, cancel, now => meant is null || meant == ChangedAt(now) ? null : ScimVersion.Changed);
        if (saved.Refusal is not null)
            return saved.Refusal;
        if (await KeepRolesAsync(saved.Value, wanted, organization, scope, cancel) is { } refusal)
            return refusal;
        return One(saved.Value, organization, scope) is { } found ? found : Refusal.NotFound("There is no such resource.");
    }

    /// <summary>Closes the account and lets go of it: the directory does not see it any more. What the person did stays in the record under their name.</summary>
    internal async Task<Outcome<int>> RemoveAsync(string id, string organization, AccessScope scope, CancellationToken cancel)
    {
        if (FindPeople.One(record, id) is not { } account || One(id, organization, scope) is null)
            return Refusal.NotFound("There is no such resource.");
        if (await KeepRolesAsync(id, [], organization, scope, cancel) is { } refusal)
            return refusal;
        var closed = await save.HandleAsync(id, new PersonForm(account.Display, account.Login ?? "", account.Home ?? "") { Active = false }, scope, cancel);
        if (closed.Refusal is not null)
            return closed.Refusal;
        return await record.WriteAsync<int>(
            SignIn.Administration.Writing(scope),
            session =>
            {
                StagePerson.Account(session, account with { Active = false, Home = null, ExternalId = null, Login = null });
                return 0;
            },
            cancel);
    }

    private async Task<Refusal?> KeepRolesAsync(string id, IReadOnlyList<string> wanted, string organization, AccessScope scope, CancellationToken cancel)
    {
        var held = FindPeople.RolesOf(record, id).Where(role => role.Organization == organization && role.HoldsAt(clock.GetUtcNow())).Select(role => role.Role).ToList();
        foreach (var role in wanted.Except(held))
        {
            if ((await give.HandleAsync(id, role, organization, null, scope, cancel)).Refusal is { } refusal)
                return refusal;
        }

        foreach (var role in held.Except(wanted))
        {
            if ((await give.TakeAsync(id, role, organization, scope, cancel)).Refusal is { } refusal)
                return refusal;
        }

        return null;
    }

    private JsonObject Json(PersonRow row, string organization)
    {
        var account = row.Account;
        var name = new JsonObject { ["formatted"] = account.Display };
        if (account.Given is not null)
            name["givenName"] = account.Given;
        if (account.Family is not null)
            name["familyName"] = account.Family;
        var user = new JsonObject { ["schemas"] = new JsonArray(Schema), ["id"] = account.Id };
        if (account.ExternalId is not null)
            user["externalId"] = account.ExternalId;
        user["userName"] = account.Login ?? account.Id;
        user["name"] = name;
        user["displayName"] = account.Display;
        user["active"] = account.Active;
        if (account.Login?.Contains('@', StringComparison.Ordinal) == true)
            user["emails"] = new JsonArray(new JsonObject { ["value"] = account.Login, ["type"] = "work", ["primary"] = true });
        user["roles"] = new JsonArray([.. row.Roles.Where(role => role.Organization == organization).Select(role => (JsonNode)new JsonObject { ["value"] = role.Role })]);
        user["groups"] = new JsonArray([.. FindTeams.Of(record, account.Id).Select(team => (JsonNode)new JsonObject { ["value"] = team, ["$ref"] = $"/scim/v2/Groups/{team}" })]);
        user["meta"] = new JsonObject
        {
            ["resourceType"] = "User", ["lastModified"] = ChangedAt(account),
            ["location"] = $"/scim/v2/Users/{account.Id}",
        };
        return user;
    }

    private static string ChangedAt(Account account) => account.ChangedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static string? Text(JsonObject user, string path) => ScimPath.Values(user, path).FirstOrDefault()?.ToString() is { Length: > 0 } text ? text : null;

    private static string First(params ReadOnlySpan<string?> texts)
    {
        foreach (var text in texts)
        {
            if (!string.IsNullOrWhiteSpace(text))
                return text;
        }

        return "";
    }
}
