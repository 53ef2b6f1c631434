using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Tandem.Kernel.Outcomes;
using Tandem.Kernel.Pages;

namespace Tandem.Trust.SignIn;

/// <summary>How acts of administrators are asked for and answered.</summary>
public static class AdminReply
{
    /// <summary>Asks who the person is once more when the last proof is too old, and leads back to the page they came from. Hubs that are open ask nobody.</summary>
    public static RouteGroupBuilder NeedsConfirmation(this RouteGroupBuilder group)
    {
        group.AddEndpointFilter(async (invocation, next) =>
        {
            var context = invocation.HttpContext;
            return MustConfirm(context)
                ? Results.LocalRedirect("/account/confirm?back=" + Uri.EscapeDataString(CameFrom(context)))
                : await next(invocation);
        });
        return group;
    }

    /// <summary>True when the last proof of who somebody is is too old for a sensitive act.</summary>
    internal static bool MustConfirm(HttpContext context) =>
        context.SignedIn() is { } who && !context.RequestServices.GetRequiredService<Sessions>().IsConfirmed(who.Session);

    /// <summary>Back to a page, which says what was done or why not.</summary>
    internal static IResult To(FlashCarrier flash, HttpContext context, Refusal? refusal, Phrase done, string place)
    {
        var words = refusal is null ? done.ToString() : refusal.Details.Count == 0 ? refusal.Text : string.Join(" ", refusal.Details.Select(detail => detail.Text));
        flash.Leave(context, new Flash(words, refusal is null ? Tone.Done : Tone.Urgent));
        return Results.LocalRedirect(place);
    }

    private static string CameFrom(HttpContext context) =>
        Uri.TryCreate(context.Request.Headers.Referer.ToString(), UriKind.Absolute, out var referer) && referer.Authority == context.Request.Host.Value
            ? SignInReply.Local(referer.PathAndQuery)
            : "/account";
}
