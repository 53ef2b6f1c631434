using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.Options;

namespace Tandem.Hub.Pages;

/// <summary>
/// Compresses no answer to a browser that another site sent here. Such a site could choose a part of the page and learn from its length what else is in it (BREACH); tokens in pages are masked anew each time, names and
/// numbers are not. Apps with a token of their own are not meant: no other site has it.
/// </summary>
internal sealed class OwnPagesCompression(IServiceProvider services, IOptions<ResponseCompressionOptions> options) : IResponseCompressionProvider
{
    private readonly ResponseCompressionProvider all = new(services, options);

    public bool CheckRequestAcceptsCompression(HttpContext context) => !IsFromElsewhere(context.Request) && all.CheckRequestAcceptsCompression(context);

    public ICompressionProvider? GetCompressionProvider(HttpContext context) => all.GetCompressionProvider(context);

    public bool ShouldCompressResponse(HttpContext context) => all.ShouldCompressResponse(context);

    /// <summary>What the browser says (Fetch Metadata), which no site can change; else where it says that it comes from.</summary>
    private static bool IsFromElsewhere(HttpRequest request)
    {
        if (request.Headers.Authorization.Count > 0)
            return false;
        if (request.Headers["Sec-Fetch-Site"].ToString() is { Length: > 0 } site)
            return site is not ("same-origin" or "none");
        return request.Headers.Referer.ToString() is { Length: > 0 } referer
            && !(Uri.TryCreate(referer, UriKind.Absolute, out var from) && from.Authority == request.Host.Value);
    }
}
