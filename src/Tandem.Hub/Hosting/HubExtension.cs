using System.Reflection;
using Tandem.Trust.SignIn;

namespace Tandem.Hub.Hosting;

/// <summary>
/// What a program that hosts the hub adds to it. The installed program adds nothing: what is for trying the hub alone (the demonstration, a hub without sign-in,
/// the page of all parts) is in a program of its own, which is not installed (OWASP ASVS 5.0, V15.2.3).
/// </summary>
public class HubExtension
{
    /// <summary>The installed hub.</summary>
    public static HubExtension None { get; } = new();

    /// <summary>Where pages of its own are found.</summary>
    public virtual IReadOnlyList<Assembly> Pages => [];

    /// <summary>Whether a first start shows the link that sets the hub up.</summary>
    public virtual bool ShowsSetUpLink => true;

    /// <summary>What it does not do with these settings, as a sentence; null when it can be hosted by them.</summary>
    public virtual string? Problem(HubSettings settings) => null;

    /// <summary>Adds what its pages and routes need.</summary>
    public virtual void AddServices(IServiceCollection services)
    {
    }

    /// <summary>Puts in place what gives each request its scope.</summary>
    public virtual void UseGate(WebApplication app) => app.UseSignInGate();

    /// <summary>Maps routes of its own.</summary>
    public virtual void Map(IEndpointRouteBuilder routes)
    {
    }
}
