using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tandem.Kernel;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Kernel.Pages;
using Tandem.Record.Log;
using Tandem.Trust.People;
using Tandem.Trust.SignIn;

namespace Tandem.Trust.Smart;

/// <summary>A person allows an app what it asks, or part of it, or nothing; the app is told by the way it named.</summary>
internal static class GiveConsent
{
    private static readonly TimeSpan CodeLasts = TimeSpan.FromMinutes(1);

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/oauth/consent/answer", async (HttpContext context, ConsentDesk desk, CancellationToken cancel) =>
        {
            var form = await context.Request.ReadFormAsync(cancel);
            if (desk.Requests.OpenRequest(form["request"]) is not { } pending)
                return Results.Redirect("/oauth/consent");
            var answer = new ConsentAnswer(form["decision"] == "allow", form["patient"].ToString(), [.. form["scope"].OfType<string>()]);
            var issuer = desk.Issuer.Of(context.Request);
            if ((await HandleAsync(pending, answer, context, desk, cancel)).Succeeded(out var code, out var refusal))
                return BeginAuthorization.SeeOther(BeginAuthorization.Answer(pending.RedirectUri, pending.State, issuer, ("code", code)));
            return OAuthError.CodeOf(refusal) == "access_denied"
                ? BeginAuthorization.SeeOther(BeginAuthorization.Answer(
                    pending.RedirectUri, pending.State, issuer, ("error", "access_denied"), ("error_description", "The person did not allow it.")))
                : Results.Redirect($"/oauth/consent?request={Uri.EscapeDataString(desk.Requests.Seal(pending))}&problem={OAuthError.CodeOf(refusal)}");
        }).NeedsFormToken().ExcludeFromDescription();

        routes.MapPost("/oauth/consent/find", async (HttpContext context, ConsentDesk desk, CancellationToken cancel) =>
        {
            var form = await context.Request.ReadFormAsync(cancel);
            return desk.Requests.OpenRequest(form["request"]) is not { } pending
                ? Results.Redirect("/oauth/consent")
                : Results.Redirect($"/oauth/consent?request={Uri.EscapeDataString(desk.Requests.Seal(pending with { Search = form["search"].ToString().Trim() }))}");
        }).NeedsFormToken().ExcludeFromDescription();
    }

    /// <summary>Keeps the grant with its code.</summary>
    /// <returns>The code; or why not: <c>access_denied</c>, <c>patient</c> when one has to be chosen, <c>scope</c> when nothing was left.</returns>
    internal static async Task<Outcome<string>> HandleAsync(
        PendingAuthorization pending, ConsentAnswer answer, HttpContext context, ConsentDesk desk, CancellationToken cancel)
    {
        var scope = context.Scope();
        if (!answer.IsAllowed || !IsFor(pending, scope) || desk.Clients.Find(pending.Client) is not { IsApproved: true } client)
            return OAuthError.Make("access_denied", "Not allowed.");
        var patient = PatientOf(pending, answer, scope);
        if (patient is not null && PatientsByName.One(desk.Record, patient, scope) is null)
            patient = null;
        if (patient is null && pending.Scopes.NeedsPatient)
            return OAuthError.Make("patient", "Choose whose record the app may see.");
        var asked = pending.Scopes;
        var granted = asked.Where(text => SmartScope.Parse(text) is null || answer.Scopes.Contains(text));
        if (asked.Resources.Count > 0 && granted.Resources.Count == 0)
            return OAuthError.Make("scope", "Leave at least one thing ticked.");
        var code = Tokens.New();
        return await desk.Record.WriteAsync<string>(
            AccessScope.System,
            session =>
            {
                var grant = new AppGrant(Ids.New(desk.Clock), client.Id, granted, session.ClockNow, session.ClockNow + desk.Settings.GrantLasts)
                {
                    Person = scope.Actor.Reference,
                    Role = scope.Role,
                    Organization = scope.Organization,
                    Patient = patient,
                    Encounter = pending.Launch?.Encounter,
                    Context = pending.Launch?.Context ?? [],
                    Session = granted.Has("online_access") ? context.SignedIn()?.Session.Id : null,
                };
                grant.Write(session);
                session.Acted(grant.ActOf("app-connected", granted.ToString(), scope.Actor.Reference));
                new Code(Tokens.Hash(code), grant.Id, pending.RedirectUri, pending.Challenge, pending.Nonce, context.SignedIn()?.Session.ConfirmedAt ?? session.ClockNow, session.ClockNow + CodeLasts).Write(session);
                return code;
            },
            cancel);
    }

    /// <summary>A launch is of the person who began it and of nobody else; and somebody has to be signed in.</summary>
    internal static bool IsFor(PendingAuthorization pending, AccessScope scope) =>
        scope.Actor.Reference.Length > 0 && (pending.Launch is not { } launch || launch.Person == scope.Actor.Reference);

    private static string? PatientOf(PendingAuthorization pending, ConsentAnswer answer, AccessScope scope) =>
        pending.Launch?.Patient ?? (OwnRecordOf(scope) ?? (answer.Patient.Length > 0 ? answer.Patient : null));

    /// <summary>Patients give their own record and need not choose.</summary>
    internal static string? OwnRecordOf(AccessScope scope) =>
        scope.Role == "patient" && scope.Actor.Reference.Split('/') is ["Patient", var id] ? id : null;
}

/// <summary>What the person answered.</summary>
internal sealed record ConsentAnswer(bool IsAllowed, string Patient, IReadOnlyList<string> Scopes);

/// <summary>What consent works with.</summary>
internal sealed record ConsentDesk(
    RecordStore Record, ClientAuthentication Clients, SealedRequests Requests, Issuer Issuer, SmartSettings Settings, TimeProvider Clock);
