using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tandem.Kernel;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;

namespace Tandem.Trust.Smart;

/// <summary>An app registers (RFC 7591), by itself or by an administrator. By itself it gets nothing until an administrator has approved it.</summary>
internal static class RegisterClient
{
    private const int LargestBody = 64 * 1024;
    private const string CountPending = "SELECT COUNT(*) FROM smart_clients WHERE status = 'pending'";

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/oauth/register", async (HttpContext context, RecordStore record, SmartSettings settings, OAuthThrottle throttle, TimeProvider clock, CancellationToken cancel) =>
        {
            if (throttle.Register(context.Request) is { } wait)
                return OAuthError.Reply(wait, context);
            if (!(await ReadAsync(context.Request, settings, cancel)).Succeeded(out var metadata, out var refusal))
                return OAuthError.Reply(refusal, context);
            if (!(await HandleAsync(metadata, "pending", null, record, settings, clock, cancel)).Succeeded(out var registered, out refusal))
                return OAuthError.Reply(refusal, context);
            return OAuthError.Json(context, RegistrationAnswer.Of(registered), StatusCodes.Status201Created);
        }).ExcludeFromDescription();

        routes.MapGet("/oauth/register/{id}", (string id, HttpContext context, ClientAuthentication clients) =>
        {
            var header = context.Request.Headers.Authorization.ToString();
            var secret = header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? header[7..].Trim() : "";
            if (secret.Length == 0 || clients.Find(id) is not { ManageHash: { } hash } client || !ClientAuthentication.IsSame(hash, Tokens.Hash(secret)))
            {
                context.Response.Headers.WWWAuthenticate = "Bearer error=\"invalid_token\"";
                return Results.StatusCode(StatusCodes.Status401Unauthorized);
            }

            return OAuthError.Json(context, RegistrationAnswer.Of(new Registered(client, null, null)));
        }).ExcludeFromDescription();
    }

    /// <summary>Keeps a new app with its secrets, which are told once.</summary>
    internal static Task<Outcome<Registered>> HandleAsync(
        ClientMetadata metadata, string status, Actor? by, RecordStore record, SmartSettings settings, TimeProvider clock, CancellationToken cancel)
    {
        var secret = metadata.TokenEndpointAuthMethod == ClientAuthentication.Basic ? Tokens.New() : null;
        var manage = Tokens.New();
        var id = Ids.New(clock);
        return record.WriteAsync<Registered>(
            AccessScope.System,
            session =>
            {
                if (status == "pending" && session.Query(CountPending, row => row.Integer(0))[0] >= settings.MostPending)
                    return OAuthError.Make("temporarily_unavailable", "Too many registrations wait for a decision. Write to the hub's administrators.");
                var client = new SmartClient(id, status, metadata, session.Now)
                {
                    SecretHash = secret is null ? null : Tokens.Hash(secret),
                    ManageHash = Tokens.Hash(manage),
                    DecidedAt = by is null ? null : session.Now,
                    DecidedBy = by?.Reference,
                };
                client.Write(session);
                session.Acted(client.ActOf("app-registered", status, by?.Reference ?? "Device/" + id));
                return new Registered(client, secret, manage);
            },
            cancel);
    }

    private static async Task<Outcome<ClientMetadata>> ReadAsync(HttpRequest request, SmartSettings settings, CancellationToken cancel)
    {
        if (!settings.DynamicRegistration)
            return OAuthError.Make("access_denied", "Apps are registered by this hub's administrators.");
        if (!request.HasJsonContentType())
            return OAuthError.InvalidMetadata("The body has to be application/json.");
        OAuthForm.LimitBody(request, LargestBody);
        try
        {
            return await request.ReadFromJsonAsync<ClientMetadata>(SmartJson.Options, cancel) is { } metadata
                ? metadata.Checked(settings)
                : OAuthError.InvalidMetadata("The body is empty.");
        }
        catch (Exception e) when (e is JsonException or BadHttpRequestException)
        {
            return OAuthError.InvalidMetadata("The body cannot be read as client metadata (RFC 7591 2), or is larger than 64 kB.");
        }
    }
}

/// <summary>A new app and what is told of it once.</summary>
internal sealed record Registered(SmartClient Client, string? Secret, string? ManageToken);

/// <summary>What a registration is answered with (RFC 7591 3.2.1).</summary>
internal sealed record RegistrationAnswer(
    string ClientId, long ClientIdIssuedAt, string ClientName, IReadOnlyList<string> RedirectUris, string TokenEndpointAuthMethod, IReadOnlyList<string> GrantTypes, string Scope)
{
    public string? ClientSecret { get; init; }

    /// <summary>0: it does not expire.</summary>
    public long? ClientSecretExpiresAt { get; init; }

    public string? RegistrationAccessToken { get; init; }

    /// <summary>An address of this server, relative to it.</summary>
    public string? RegistrationClientUri { get; init; }

    /// <summary>This server's own word: <c>pending</c>, <c>approved</c>, <c>declined</c> or <c>disabled</c>.</summary>
    [JsonPropertyName("registration_status")]
    public string Status { get; init; } = "";

    internal static RegistrationAnswer Of(Registered registered)
    {
        var (client, metadata) = (registered.Client, registered.Client.Metadata);
        return new RegistrationAnswer(
            client.Id, client.CreatedAt.ToUnixTimeSeconds(), metadata.ClientName, metadata.RedirectUris, metadata.TokenEndpointAuthMethod, metadata.GrantTypes, metadata.Scope)
        {
            ClientSecret = registered.Secret,
            ClientSecretExpiresAt = registered.Secret is null ? null : 0,
            RegistrationAccessToken = registered.ManageToken,
            RegistrationClientUri = $"/oauth/register/{client.Id}",
            Status = client.Status,
        };
    }
}
