using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Tandem.Kernel.Actors;

namespace Tandem.Trust.Provisioning.Scim;

/// <summary>SCIM 2.0 (RFC 7644) at <c>/scim/v2</c>: an organisation's directory makes, changes and closes accounts and fills teams, with a token of its own.</summary>
internal static class ScimRoutes
{
    private const long LargestBody = 1_000_000;

    internal static void Map(IEndpointRouteBuilder routes)
    {
        var scim = routes.MapGroup("/scim/v2").ExcludeFromDescription();
        scim.MapGet("/ServiceProviderConfig", (HttpContext context, ScimTokens tokens) => With(context, tokens, _ => ScimAnswer.Json(ScimDescription.Provider())));
        scim.MapGet("/ResourceTypes", (HttpContext context, ScimTokens tokens) => With(context, tokens, _ => ScimAnswer.List(ScimDescription.ResourceTypes(), ScimQuery.Of(context.Request))));
        scim.MapGet("/ResourceTypes/{id}", (string id, HttpContext context, ScimTokens tokens) => With(context, tokens, _ => ScimAnswer.One(ScimDescription.ResourceTypes(), id)));
        scim.MapGet("/Schemas", (HttpContext context, ScimTokens tokens) => With(context, tokens, _ => ScimAnswer.List(ScimDescription.Schemas(), ScimQuery.Of(context.Request))));
        scim.MapGet("/Schemas/{id}", (string id, HttpContext context, ScimTokens tokens) => With(context, tokens, _ => ScimAnswer.One(ScimDescription.Schemas(), id)));
        MapUsers(scim);
        MapGroups(scim);
    }

    private static void MapUsers(IEndpointRouteBuilder scim)
    {
        scim.MapGet("/Users", (HttpContext context, ScimTokens tokens, ScimUsers users) =>
            With(context, tokens, who => ScimAnswer.List(users.All(who.Organization, who.Scope), ScimQuery.Of(context.Request))));
        scim.MapPost("/Users/.search", (HttpContext context, ScimTokens tokens, ScimUsers users, CancellationToken cancel) => WithBodyAsync(context, tokens, (who, body) =>
            Task.FromResult(ScimAnswer.List(users.All(who.Organization, who.Scope), ScimQuery.Of(body))), cancel));
        scim.MapGet("/Users/{id}", (string id, HttpContext context, ScimTokens tokens, ScimUsers users) =>
            With(context, tokens, who => users.One(id, who.Organization, who.Scope) is { } found ? ScimAnswer.Resource(context, found) : ScimAnswer.NotFound));
        scim.MapPost("/Users", (HttpContext context, ScimTokens tokens, ScimUsers users, CancellationToken cancel) => WithBodyAsync(context, tokens, async (who, body) =>
            Created(context, await users.SaveAsync(null, body, who.Organization, who.Scope, cancel)), cancel));
        scim.MapPut("/Users/{id}", (string id, HttpContext context, ScimTokens tokens, ScimUsers users, CancellationToken cancel) => WithBodyAsync(context, tokens, async (who, body) =>
            users.One(id, who.Organization, who.Scope) is not { } current ? ScimAnswer.NotFound
            : ScimVersion.Unmet(context.Request, current) ?? Saved(context, await users.SaveAsync(id, body, who.Organization, who.Scope, cancel, ScimVersion.Meant(context.Request, current))), cancel));
        scim.MapPatch("/Users/{id}", (string id, HttpContext context, ScimTokens tokens, ScimUsers users, CancellationToken cancel) => WithBodyAsync(context, tokens, async (who, body) =>
            users.One(id, who.Organization, who.Scope) is not { } user ? ScimAnswer.NotFound
            : ScimVersion.Unmet(context.Request, user) is { } unmet ? unmet
            : ScimVersion.Meant(context.Request, user) is var meant && ScimPatch.Apply(user, body) is { } problem ? ScimAnswer.Error(StatusCodes.Status400BadRequest, problem.Text, problem.Type)
            : Saved(context, await users.SaveAsync(id, user, who.Organization, who.Scope, cancel, meant)), cancel));
        scim.MapDelete("/Users/{id}", (string id, HttpContext context, ScimTokens tokens, ScimUsers users, CancellationToken cancel) => ChangeAsync(context, tokens, async who =>
            users.One(id, who.Organization, who.Scope) is { } user && ScimVersion.Unmet(context.Request, user) is { } unmet ? unmet
            : Gone(await users.RemoveAsync(id, who.Organization, who.Scope, cancel)), cancel));
    }

    private static void MapGroups(IEndpointRouteBuilder scim)
    {
        scim.MapGet("/Groups", (HttpContext context, ScimTokens tokens, ScimGroups groups) => With(context, tokens, who => ScimAnswer.List(groups.All(who.Scope), ScimQuery.Of(context.Request))));
        scim.MapPost("/Groups/.search", (HttpContext context, ScimTokens tokens, ScimGroups groups, CancellationToken cancel) => WithBodyAsync(context, tokens, (who, body) =>
            Task.FromResult(ScimAnswer.List(groups.All(who.Scope), ScimQuery.Of(body))), cancel));
        scim.MapGet("/Groups/{id}", (string id, HttpContext context, ScimTokens tokens, ScimGroups groups) =>
            With(context, tokens, who => groups.One(id, who.Scope) is { } found ? ScimAnswer.Resource(context, found) : ScimAnswer.NotFound));
        scim.MapPost("/Groups", (HttpContext context, ScimTokens tokens, ScimGroups groups, CancellationToken cancel) => WithBodyAsync(context, tokens, async (who, body) =>
            Created(context, await groups.SaveAsync(null, body, who.Organization, who.Scope, cancel)), cancel));
        scim.MapPut("/Groups/{id}", (string id, HttpContext context, ScimTokens tokens, ScimGroups groups, CancellationToken cancel) => WithBodyAsync(context, tokens, async (who, body) =>
            groups.One(id, who.Scope) is { } current && ScimVersion.Unmet(context.Request, current) is { } unmet ? unmet
            : Saved(context, await groups.SaveAsync(id, body, who.Organization, who.Scope, cancel)), cancel));
        scim.MapPatch("/Groups/{id}", (string id, HttpContext context, ScimTokens tokens, ScimGroups groups, CancellationToken cancel) => WithBodyAsync(context, tokens, async (who, body) =>
            groups.One(id, who.Scope) is not { } group ? ScimAnswer.NotFound
            : ScimVersion.Unmet(context.Request, group) is { } unmet ? unmet
            : ScimPatch.Apply(group, body) is { } problem ? ScimAnswer.Error(StatusCodes.Status400BadRequest, problem.Text, problem.Type)
            : Saved(context, await groups.SaveAsync(id, group, who.Organization, who.Scope, cancel)), cancel));
        scim.MapDelete("/Groups/{id}", (string id, HttpContext context, ScimTokens tokens, ScimGroups groups, CancellationToken cancel) => ChangeAsync(context, tokens, async who =>
            groups.One(id, who.Scope) is { } group && ScimVersion.Unmet(context.Request, group) is { } unmet ? unmet
            : Gone(await groups.RemoveAsync(id, who.Scope, cancel)), cancel));
    }

    private static IResult With(HttpContext context, ScimTokens tokens, Func<(AccessScope Scope, string Organization), IResult> answer) =>
        tokens.Find(context) is { } who ? answer(who) : Unknown(context);

    private static async Task<IResult> WithBodyAsync(
        HttpContext context, ScimTokens tokens, Func<(AccessScope Scope, string Organization), JsonObject, Task<IResult>> answer, CancellationToken cancel)
    {
        if (tokens.Find(context) is null)
            return Unknown(context);
        if (context.Request.ContentLength is null or > LargestBody)
            return ScimAnswer.Error(StatusCodes.Status413PayloadTooLarge, "The request has no length, or is larger than 1 MB.");
        try
        {
            return await JsonNode.ParseAsync(context.Request.Body, cancellationToken: cancel) is JsonObject body
                ? await ChangeAsync(context, tokens, who => answer(who, body), cancel)
                : ScimAnswer.Error(StatusCodes.Status400BadRequest, "The body is a JSON object.", "invalidSyntax");
        }
        catch (JsonException)
        {
            return ScimAnswer.Error(StatusCodes.Status400BadRequest, "The body is not JSON.", "invalidSyntax");
        }
    }

    /// <summary>A change in its turn, by a token that holds when the turn has come.</summary>
    private static Task<IResult> ChangeAsync(HttpContext context, ScimTokens tokens, Func<(AccessScope Scope, string Organization), Task<IResult>> change, CancellationToken cancel) =>
        context.RequestServices.GetRequiredService<ScimTurn>().TakeAsync(async () => tokens.Find(context) is { } who ? await change(who) : Unknown(context), cancel);

    private static IResult Created(HttpContext context, Kernel.Outcomes.Outcome<JsonObject> outcome)
    {
        if (!outcome.Succeeded(out var made, out var refusal))
            return ScimAnswer.Error(refusal);
        context.Response.Headers.Location = made["meta"]!["location"]!.ToString();
        return ScimAnswer.Resource(context, made, StatusCodes.Status201Created);
    }

    private static IResult Saved(HttpContext context, Kernel.Outcomes.Outcome<JsonObject> outcome) =>
        outcome.Succeeded(out var saved, out var refusal) ? ScimAnswer.Resource(context, saved) : ScimAnswer.Error(refusal);

    private static IResult Gone(Kernel.Outcomes.Outcome<int> outcome) => outcome.Refusal is { } refusal ? ScimAnswer.Error(refusal) : Results.NoContent();

    private static IResult Unknown(HttpContext context)
    {
        context.Response.Headers.WWWAuthenticate = "Bearer";
        return ScimAnswer.Error(StatusCodes.Status401Unauthorized, "The token is missing or was revoked.");
    }
}
