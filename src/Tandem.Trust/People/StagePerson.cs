using System.Text.Json.Nodes;
using Tandem.Fhir.Json;
using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Trust.Smart;

namespace Tandem.Trust.People;

/// <summary>Stages an account or a role together with what the record publishes of it: Practitioner and PractitionerRole.</summary>
public static class StagePerson
{
    /// <summary>Keeps the account and its Practitioner. What else the Practitioner holds (identifiers, qualifications) stays.</summary>
    /// <param name="session">The write.</param>
    /// <param name="account">What is to hold.</param>
    /// <param name="isPublished">False for patients and who stands for them: the directory names nobody but those who work here. Null goes by the roles they have.</param>
    internal static void Account(WriteSession session, Account account, bool? isPublished = null)
    {
        session.Write(
            PeopleTables.Accounts, account.Id, account.Display, account.Login, account.Home, account.Active, account.ExternalId, account.Given, account.Family, session.ClockNow);
        if (!account.Active)
            EndedGrants.OfAccount(session, account.Id);
        if (!(isPublished ?? WorksHere(session.Query(FindPeople.ReadRoles, RoleGrant.Read, account.Id))))
            return;
        var current = session.Find("Practitioner", account.Id);
        var json = current is { Deleted: false } ? JsonTree.Of(current.Root).AsObject() : new JsonObject { ["resourceType"] = "Practitioner" };
        json["active"] = account.Active;
        if (json["name"]?[0]?["text"]?.GetValue<string>() != account.Display || account.Family is not null)
        {
            var name = new JsonObject { ["text"] = account.Display };
            if (account.Family is not null)
                name["family"] = account.Family;
            if (account.Given is not null)
                name["given"] = new JsonArray(account.Given);
            json["name"] = new JsonArray(name);
        }

        session.PutIfChanged("Practitioner", account.Id, json);
    }

    /// <summary>True for who has a role of staff, and for who has none yet.</summary>
    internal static bool WorksHere(IReadOnlyCollection<RoleGrant> roles) => roles.Count == 0 || roles.Any(role => Roles.IsStaff(role.Role));

    /// <summary>Keeps a role and, for those who work here, its PractitionerRole.</summary>
    internal static void Role(WriteSession session, RoleGrant grant, string display)
    {
        session.Write(PeopleTables.Grants, grant.Person, grant.Organization ?? "", grant.Role, grant.Since, grant.Until);
        if (!grant.HoldsAt(session.ClockNow))
            EndedGrants.OfRole(session, grant.Person, grant.Role, grant.Organization);
        Publish(session, grant, display, isOpen: true);
    }

    /// <summary>Publishes a role as it is: active while it holds and the account is open.</summary>
    internal static void Publish(WriteSession session, RoleGrant grant, string display, bool isOpen)
    {
        if (!Roles.IsStaff(grant.Role))
            return;
        var json = new JsonObject
        {
            ["resourceType"] = "PractitionerRole",
            ["active"] = isOpen && grant.HoldsAt(session.ClockNow),
            ["period"] = Period(grant),
            ["practitioner"] = new JsonObject { ["reference"] = "Practitioner/" + grant.Person, ["display"] = display },
        };
        if (grant.Organization is { } organization)
            json["organization"] = new JsonObject { ["reference"] = "Organization/" + organization };
        json["code"] = new JsonArray(new JsonObject { ["coding"] = new JsonArray(new JsonObject { ["system"] = Roles.System, ["code"] = grant.Role }) });
        session.PutIfChanged("PractitionerRole", grant.Id, json);
    }

    private static JsonObject Period(RoleGrant grant)
    {
        var period = new JsonObject { ["start"] = Text(grant.Since) };
        if (grant.Until is { } until)
            period["end"] = Text(until);
        return period;
    }

    private static string Text(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
