using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Tandem.Kernel.Outcomes;

namespace Tandem.Trust.Smart;

/// <summary>The parameters of a request: each at most once (RFC 6749 3.1, 3.2), and without a value it is not there.</summary>
internal sealed class OAuthForm
{
    private const int LargestBody = 64 * 1024;
    private readonly Dictionary<string, string> values;

    private OAuthForm(Dictionary<string, string> values) => this.values = values;

    internal string? this[string name] => values.GetValueOrDefault(name);

    internal string Required(string name) => values.GetValueOrDefault(name) ?? "";

    /// <summary>Reads the body of a request to an endpoint that programs call. Nothing may stand in the address: addresses are logged.</summary>
    internal static async Task<Outcome<OAuthForm>> ReadAsync(HttpRequest request, CancellationToken cancel)
    {
        if (request.QueryString.HasValue)
            return OAuthError.InvalidRequest("Parameters belong into the body, not into the address.");
        if (!IsForm(request))
            return OAuthError.InvalidRequest("The body has to be application/x-www-form-urlencoded.");
        LimitBody(request, LargestBody);
        try
        {
            return Of((await request.ReadFormAsync(cancel)).Select(field => new KeyValuePair<string, Microsoft.Extensions.Primitives.StringValues>(field.Key, field.Value)));
        }
        catch (Exception e) when (e is InvalidDataException or BadHttpRequestException)
        {
            return OAuthError.InvalidRequest("The body cannot be read, or is larger than 64 kB.");
        }
    }

    /// <summary>Lets no more than so many bytes be read, whether the body says its length or not; reading more throws <see cref="BadHttpRequestException"/>.</summary>
    internal static void LimitBody(HttpRequest request, long bytes)
    {
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = bytes;
    }

    /// <summary>The parameters of an authorization request, in the address or in a posted form.</summary>
    internal static async Task<Outcome<OAuthForm>> ReadAuthorizationAsync(HttpRequest request, CancellationToken cancel) =>
        HttpMethods.IsPost(request.Method) ? await ReadAsync(request, cancel) : Of(request.Query);

    private static bool IsForm(HttpRequest request) =>
        request.HasFormContentType && request.ContentType!.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase);

    private static Outcome<OAuthForm> Of(IEnumerable<KeyValuePair<string, Microsoft.Extensions.Primitives.StringValues>> fields)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, all) in fields)
        {
            if (all.Count > 1)
                return OAuthError.InvalidRequest("A parameter stands there more than once.");
            if (all.ToString() is { Length: > 0 } value && !values.TryAdd(name, value))
                return OAuthError.InvalidRequest("A parameter stands there more than once.");
        }

        return new OAuthForm(values);
    }
}
