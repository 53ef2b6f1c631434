using System.Text.Json.Nodes;
using Tandem.Fhir.Json;
using Tandem.Kernel;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Trust.SignIn;

namespace Tandem.Trust.Organizations;

/// <summary>What is asked about an organisation.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">A word of <see cref="OrganizationKind"/>.</param>
/// <param name="PartOf">The id of the one above, or empty.</param>
/// <param name="TimeZone">IANA time zone, or empty for the site's.</param>
/// <param name="Active">Whether it takes part.</param>
public sealed record OrganizationForm(string Name, string Kind, string PartOf, string TimeZone, bool Active = true);

/// <summary>An organisation is made, or its entry in the tree is changed. What else its resource holds (identifiers, contacts) stays.</summary>
public static class SaveOrganization
{
    private const int LongestName = 200;

    /// <param name="id">Null makes a new one.</param>
    /// <param name="form">What is to hold.</param>
    /// <param name="record">The record.</param>
    /// <param name="scope">Who does it; administrators only.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>The id; or the refusal, its details by the form's fields.</returns>
    public static async Task<Outcome<string>> HandleAsync(string? id, OrganizationForm form, RecordStore record, AccessScope scope, CancellationToken cancel)
    {
        if (Administration.Refuse(scope) is { } refusal)
            return refusal;
        return await record.WriteAsync<string>(Administration.Writing(scope), session => Stage(session, id, form, scope), cancel);
    }

    /// <summary>Decides and stages within another write.</summary>
    internal static Outcome<string> Stage(WriteSession session, string? id, OrganizationForm form, AccessScope scope)
    {
        var reach = Administration.Within(session, scope);
        var isTop = id is not null && scope.Organization == "Organization/" + id; // one's own may be renamed, but not moved
        if (Administration.RefuseFor(id ?? (form.PartOf.Length == 0 ? null : form.PartOf), reach) is { } notYours)
            return notYours;
        if (!isTop && form.PartOf.Length > 0 && Administration.RefuseFor(form.PartOf, reach) is { } aboveNotYours)
            return aboveNotYours;
        if (reach is not null && id is not null && session.Query(FindOrganizations.ReadOne, FindOrganizations.Read, id) is [var now]
            && (isTop || form.PartOf.Length == 0) && (now.PartOf ?? "") != form.PartOf)
            return Refusal.Forbidden("Only an administrator of the organisation above may move this one. Ask there.");
        var above = form.PartOf.Length == 0 ? null : session.Query(FindOrganizations.ReadOne, FindOrganizations.Read, form.PartOf).FirstOrDefault();
        IReadOnlySet<string> below = id is null ? new HashSet<string>() : FindOrganizations.Within(session.Reading, id);
        if (Decide(form, above is not null, below) is { Count: > 0 } problems)
            return Refusal.Invalid("The organisation cannot be saved like this.", problems);
        var current = id is null ? null : session.Find("Organization", id);
        if (id is not null && current is not { Deleted: false })
            return Refusal.NotFound("This organisation no longer exists.");
        id ??= Ids.From("organization", form.PartOf, form.Name.Trim());
        if (current is null && session.Find("Organization", id) is { Deleted: false })
            return Refusal.Invalid("There is one.", new RefusalDetail("duplicate", "There is an organisation of this name at this place already.", "name"));
        session.PutIfChanged("Organization", id, Json(current, form));
        return id;
    }

    /// <param name="form">What is to hold.</param>
    /// <param name="isAboveKnown">Whether the one above exists.</param>
    /// <param name="within">The organisation itself and everything below it.</param>
    internal static IReadOnlyList<RefusalDetail> Decide(OrganizationForm form, bool isAboveKnown, IReadOnlySet<string> within)
    {
        var problems = new List<RefusalDetail>();
        if (string.IsNullOrWhiteSpace(form.Name) || form.Name.Length > LongestName)
            problems.Add(new("required", OrganizationWords.NameMissing, "name"));
        if (Organization.KindOf(form.Kind) is null)
            problems.Add(new("value", OrganizationWords.KindMissing, "kind"));
        if (form.PartOf.Length > 0 && !isAboveKnown)
            problems.Add(new("value", OrganizationWords.AboveUnknown, "partOf"));
        else if (within.Contains(form.PartOf))
            problems.Add(new("value", OrganizationWords.AboveItself, "partOf"));
        if (form.TimeZone.Length > 0 && !TimeZoneInfo.TryFindSystemTimeZoneById(form.TimeZone, out _))
            problems.Add(new("value", OrganizationWords.ZoneUnknown, "timeZone"));
        return problems;
    }

    private static JsonObject Json(ResourceVersion? current, OrganizationForm form)
    {
        var json = current is null ? new JsonObject { ["resourceType"] = "Organization" } : JsonTree.Of(current.Root).AsObject();
        json["active"] = form.Active;
        json["name"] = form.Name.Trim();
        json["type"] = With(json["type"], type => type?["coding"]?[0]?["system"]?.GetValue<string>() == Organization.KindSystem, new JsonObject
        {
            ["coding"] = new JsonArray(new JsonObject { ["system"] = Organization.KindSystem, ["code"] = Organization.Word(Organization.KindOf(form.Kind)!.Value) }),
        });
        var zone = form.TimeZone.Length == 0 ? null : new JsonObject { ["url"] = Organization.TimeZoneExtension, ["valueCode"] = form.TimeZone };
        json["extension"] = With(json["extension"], extension => extension?["url"]?.GetValue<string>() == Organization.TimeZoneExtension, zone);
        json["partOf"] = form.PartOf.Length == 0 ? null : new JsonObject { ["reference"] = "Organization/" + form.PartOf };
        return json;
    }

    /// <summary>The list without those that match, and with the new one.</summary>
    private static JsonArray With(JsonNode? list, Func<JsonNode?, bool> matches, JsonNode? added)
    {
        var kept = (list as JsonArray ?? []).Where(item => !matches(item)).Select(item => item?.DeepClone()).ToList();
        return [.. kept, .. added is null ? Array.Empty<JsonNode?>() : [added]];
    }
}
