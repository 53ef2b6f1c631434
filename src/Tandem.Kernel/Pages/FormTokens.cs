using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Tandem.Kernel.Pages;

/// <summary>Posts of pages carry the token of the form that they came from, so that no other site can post in a person's name.</summary>
public static class FormTokens
{
    /// <summary>
    /// Refuses a post without the form's token (400). For routes that <see cref="Parts.PostForm"/> posts to; those with a
    /// parameter marked FromForm are checked by ASP.NET already.
    /// </summary>
    public static RouteHandlerBuilder NeedsFormToken(this RouteHandlerBuilder route) => route.AddEndpointFilter(async (invocation, next) =>
    {
        var context = invocation.HttpContext;
        var antiforgery = (IAntiforgery)context.RequestServices.GetService(typeof(IAntiforgery))!;
        return await antiforgery.IsRequestValidAsync(context)
            ? await next(invocation)
            : Results.StatusCode(StatusCodes.Status400BadRequest);
    });
}
