using Microsoft.AspNetCore.Http;

namespace Tandem.Kernel.Actors;

/// <summary>The scope of a request, set once by the sign-in middleware and read by everything that touches the record.</summary>
public static class CurrentScope
{
    /// <summary>The request's scope; <see cref="AccessScope.Nobody"/> until somebody is signed in.</summary>
    public static AccessScope Scope(this HttpContext context) => context.Features.Get<AccessScope>() ?? AccessScope.Nobody;

    /// <summary>Gives the request its scope.</summary>
    public static void SetScope(this HttpContext context, AccessScope scope) => context.Features.Set(scope);
}
