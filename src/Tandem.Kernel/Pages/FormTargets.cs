using Microsoft.AspNetCore.Http;

namespace Tandem.Kernel.Pages;

/// <summary>
/// Where the forms of one page may lead beside the hub itself. A page whose post is answered by a redirect to another origin (an app that a person
/// connects) names that origin here; the content security policy of this one answer then allows it.
/// </summary>
public sealed class FormTargets
{
    private FormTargets(string source) => Source = source;

    /// <summary>A source of the policy's <c>form-action</c>.</summary>
    public string Source { get; }

    /// <summary>Allows the origin of an address, or its scheme when it is an app's own.</summary>
    public static void Allow(HttpContext context, string address)
    {
        var uri = new Uri(address);
        context.Features.Set(new FormTargets(uri.Scheme is "http" or "https" ? uri.GetLeftPart(UriPartial.Authority) : uri.Scheme + ":"));
    }
}
