using Microsoft.AspNetCore.Http;

namespace Tandem.Trust.Smart;

/// <summary>The form by which an administrator registers an app.</summary>
internal static class AppForm
{
    internal static string MethodName(string method) => method switch
    {
        ClientAuthentication.Public => AppsWords.MethodNone,
        ClientAuthentication.Basic => AppsWords.MethodBasic,
        _ => AppsWords.MethodKey,
    };

    /// <summary>What the form says, as an app would say it of itself.</summary>
    internal static ClientMetadata Read(IFormCollection form)
    {
        var isService = form["kind"] == "service";
        var scope = string.Join(' ', form["scope"].ToString().Split((char[])[' ', '\n', '\r', '\t'], StringSplitOptions.RemoveEmptyEntries));
        var isLasting = scope.Split(' ').Any(word => word is "offline_access" or "online_access");
        return new ClientMetadata
        {
            ClientName = form["name"].ToString().Trim(),
            TokenEndpointAuthMethod = form["method"].ToString(),
            GrantTypes = isService ? ["client_credentials"] : isLasting ? ["authorization_code", "refresh_token"] : ["authorization_code"],
            RedirectUris = [.. form["redirects"].ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)],
            Scope = scope,
            JwksUri = Text(form, "keys"),
            InitiateLoginUri = Text(form, "launch"),
            ClientUri = Text(form, "page"),
        };
    }

    private static string? Text(IFormCollection form, string name) => form[name].ToString().Trim() is { Length: > 0 } text ? text : null;
}
