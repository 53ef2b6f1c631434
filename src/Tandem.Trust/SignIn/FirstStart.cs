using System.Text.Json.Nodes;
using Tandem.Fhir.Json;
using Tandem.Kernel;
using Tandem.Kernel.Pages;
using Tandem.Record.Log;
using Tandem.Trust.People;

namespace Tandem.Trust.SignIn;

/// <summary>What the first start asks for.</summary>
/// <param name="Organization">The region's or network's name.</param>
/// <param name="TimeZone">IANA time zone, such as <c>America/Chicago</c>.</param>
/// <param name="Administrator">The first administrator's name.</param>
/// <param name="Language">The language that pages begin with, of <see cref="Languages.All"/>; each reader may choose another.</param>
public sealed record FirstStart(string Organization, string TimeZone, string Administrator, string Language = Languages.English)
{
    /// <summary>The organisation at the top of the tree, which shipped content names.</summary>
    internal const string Region = "region";

    /// <summary>What is wrong with it, or null.</summary>
    public string? Problem =>
        string.IsNullOrWhiteSpace(Organization) ? "Enter the organisation's name."
        : string.IsNullOrWhiteSpace(Administrator) ? "Enter the administrator's name."
        : !TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out _) ? "Choose a time zone such as America/Chicago."
        : !Languages.All.Contains(Language) ? "Choose a language."
        : null;

    /// <summary>Keeps the organisation, which is the region's own, and the administrator.</summary>
    /// <returns>The administrator's role.</returns>
    internal RoleGrant Write(WriteSession session)
    {
        var current = session.Find("Organization", Region);
        var json = current is { Deleted: false } ? JsonTree.Of(current.Root).AsObject() : new JsonObject { ["resourceType"] = "Organization" };
        json["extension"] = new JsonArray(new JsonObject { ["url"] = Trust.Organizations.Organization.TimeZoneExtension, ["valueCode"] = TimeZone });
        json["language"] = Language;
        json["active"] = true;
        json["type"] = new JsonArray(new JsonObject
        {
            ["coding"] = new JsonArray(new JsonObject { ["system"] = Trust.Organizations.Organization.KindSystem, ["code"] = "network" }),
        });
        json["name"] = Organization.Trim();
        session.PutIfChanged("Organization", Region, json);
        var person = Ids.From("person", Organization.Trim(), Administrator.Trim());
        StagePerson.Account(session, new Account(person, Administrator.Trim(), null, Region, true, null, null, null, session.Now));
        var grant = new RoleGrant(person, Region, Administration.Role, session.ClockNow, null);
        StagePerson.Role(session, grant, Administrator.Trim());
        return grant;
    }
}
