using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.DependencyInjection;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Rest;

namespace Tandem.Trust.Audit;

/// <summary>Gives each request its trail and lets no answer out before the trail is kept. Outside of the sign-in gate, so that refusals are on it too.</summary>
public static class AuditGate
{
    private static readonly string[] Unfollowed = ["/health", "/metrics", "/assets", "/error", "/openapi", "/live/session"];

    /// <summary>What ends a session or a token and does nothing else.</summary>
    private static readonly string[] Ending = ["/sign-out", SignIn.Providers.ProviderLogout.Path, "/oauth/revoke"];

    /// <summary>Puts the gate in front of everything that follows.</summary>
    public static IApplicationBuilder UseAudit(this IApplicationBuilder app)
    {
        var keeper = app.ApplicationServices.GetRequiredService<TrailKeeper>();
        return app.Use((context, next) => IsFollowed(context) ? FollowAsync(context, keeper, next) : next(context));
    }

    /// <summary>Notes that a person was let in or out; for the one place through which sign-ins pass, where the request's scope is still nobody's.</summary>
    /// <param name="context">The request.</param>
    /// <param name="scope">Who, in which role.</param>
    public static void NoteSignIn(this HttpContext context, AccessScope scope) => context.Features.Set(new Entered(scope));

    private static bool IsFollowed(HttpContext context)
    {
        foreach (var place in Unfollowed)
        {
            if (context.Request.Path.StartsWithSegments(place))
                return false;
        }

        return context.GetEndpoint()?.Metadata.GetMetadata<StaticAssetDescriptor>() is null;
    }

    private static async Task FollowAsync(HttpContext context, TrailKeeper keeper, RequestDelegate next)
    {
        if (MayChange(context.Request) && await keeper.ReadyAsync() is { } refusal)
        {
            await RefuseAsync(context, refusal);
            return;
        }

        var trail = keeper.Begin(FactsOf(context));
        context.Features.Set(trail);
        AccessTrail.Current = trail;
        if (context.GetEndpoint()?.Metadata.GetMetadata<KeepsTrail>() is not null && context.Request.Path.StartsWithSegments("/fhir"))
        {
            await next(context);
            await trail.KeepAsync(context.Scope(), context.Response.StatusCode); // what was refused before it came to the interaction
            return;
        }

        var body = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        var held = new HeldBody(context, body.Stream, () => KeepAsync(context, trail));
        await using (held)
        {
            var holding = new StreamResponseBodyFeature(held, body);
            context.Features.Set<IHttpResponseBodyFeature>(holding);
            try
            {
                await next(context);
                // An answer without a body is not begun here: its status may still become a page.
                if (await held.ReleaseAsync() && !IsSocket(context) && (context.Response.HasStarted || holding.Writer.UnflushedBytes > 0))
                    await holding.CompleteAsync();
            }
            finally
            {
                context.Features.Set(body);
            }
        }
    }

    /// <summary>True where more than access may be changed: who signs out, or takes a token back, is not kept in.</summary>
    private static bool MayChange(HttpRequest request) =>
        !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method) && !HttpMethods.IsOptions(request.Method) && !Array.Exists(Ending, place => request.Path.StartsWithSegments(place));

    /// <summary>Nothing is changed that would not be on the log.</summary>
    private static Task RefuseAsync(HttpContext context, Refusal refusal)
    {
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        context.Response.Headers.RetryAfter = HeldBody.AskAgainAfter;
        return context.Request.Path.StartsWithSegments("/fhir") ? EarlyRefusal.WriteAsync(context, "transient", refusal.Text) : Task.CompletedTask; // pages of errors have their own words
    }

    /// <summary>True when the connection became a websocket's, or over HTTP/2 (RFC 8441) a part of it: what there was to answer is answered.</summary>
    private static bool IsSocket(HttpContext context) => context.Response.StatusCode == StatusCodes.Status101SwitchingProtocols
        || (HttpMethods.IsConnect(context.Request.Method) && context.Response.StatusCode == StatusCodes.Status200OK);

    private static async ValueTask<bool> KeepAsync(HttpContext context, AccessTrail trail)
    {
        var scope = context.Scope();
        if (context.Features.Get<Entered>() is { } signed)
            scope = signed.Scope;
        else if (scope.Role == AccessScope.Nobody.Role && !trail.HasActs && !IsAttempt(context, trail))
            return true; // a page for anyone, or the way to sign-in
        return await trail.KeepAsync(scope, StatusOf(context, trail)) is null;
    }

    /// <summary>True for what nobody signed in should not have asked for, for what an app was refused, and for attempts to sign in.</summary>
    private static bool IsAttempt(HttpContext context, AccessTrail trail) =>
        context.Response.StatusCode is 401 or 403
        || (trail.Facts.Interaction is AuditInteraction.OAuth && context.Response.StatusCode >= StatusCodes.Status400BadRequest)
        || (trail.Facts.Interaction is AuditInteraction.Login && HttpMethods.IsPost(context.Request.Method));

    /// <summary>An attempt to sign in that let nobody in is refused, whatever page it led to.</summary>
    private static int StatusOf(HttpContext context, AccessTrail trail) =>
        trail.Facts.Interaction == AuditInteraction.Login && HttpMethods.IsPost(context.Request.Method) && context.Features.Get<Entered>() is null
            ? StatusCodes.Status401Unauthorized
            : context.Response.StatusCode;

    private static TrailFacts FactsOf(HttpContext context)
    {
        var request = context.Request;
        var interaction = AuditInteraction.Of(context);
        return new TrailFacts(interaction)
        {
            // A link's secret stands in the path of sign-in pages, so only their beginning is kept.
            Address = interaction == AuditInteraction.Login ? $"{request.Method} /{request.Path.Value!.Split('/')[1]}" : $"{request.Method} {request.Path.Value}",
            Query = request.QueryString.Value is ['?', .. var query] ? query : "",
            Remote = context.Connection.RemoteIpAddress?.ToString() ?? "",
            Client = request.Headers.UserAgent.ToString() is { Length: > 0 } agent ? agent[..Math.Min(agent.Length, 200)] : "",
            Request = context.TraceIdentifier,
        };
    }

    private sealed record Entered(AccessScope Scope);
}
