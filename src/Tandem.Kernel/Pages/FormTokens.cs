using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Tandem.Kernel.Pages;

/// <summary>Posts of pages carry the token of the form that they came from, so that no other site can post in a person's name.</summary>
public static class FormTokens
{
    /// <summary>
    /// Refuses a post without the form's token (400) before anything reads the form, for all routes with a parameter marked FromForm. ASP.NET looks at the token and leaves it
    /// to the route what to do; the code that it generates for routes reads the form all the same, which is a fault then.
    /// </summary>
    public static void UseFormTokens(this IApplicationBuilder app)
    {
        app.UseAntiforgery();
        app.Use((HttpContext context, RequestDelegate next) =>
        {
            if (context.Features.Get<IAntiforgeryValidationFeature>() is not { IsValid: false })
                return next(context);
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return Task.CompletedTask;
        });
    }

    /// <summary>
    /// Refuses a post without the form's token (400). For routes that <see cref="Parts.PostForm"/> posts to; those with a
    /// parameter marked FromForm are checked by <see cref="UseFormTokens"/>.
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
