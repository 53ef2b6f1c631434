using Microsoft.AspNetCore.Http;

namespace Tandem.Kernel.Actors;

/// <summary>The scope of a request, set once by the sign-in middleware and read by everything that touches the record.</summary>
public static class CurrentScope
{
    /// <summary>The request's scope; <see cref="AccessScope.Nobody"/> until somebody is signed in.</summary>
    public static AccessScope Scope(this HttpContext context) => context.Features.Get<AccessScope>() ?? AccessScope.Nobody;

    /// <summary>Gives the request its scope, on the request's trail.</summary>
    public static void SetScope(this HttpContext context, AccessScope scope)
    {
        var trail = context.Features.Get<AccessTrail>();
        trail?.Serves(scope);
        context.Features.Set(trail is null ? scope : scope with { Trail = trail });
    }
}

/// <summary>Metadata of an endpoint that keeps the request's trail before it answers; for all others the edge holds the answer back until the trail is kept.</summary>
public sealed class KeepsTrail
{
    /// <summary>The one.</summary>
    public static readonly KeepsTrail Itself = new();

    private KeepsTrail()
    {
    }
}
