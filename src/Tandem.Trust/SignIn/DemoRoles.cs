namespace Tandem.Trust.SignIn;

/// <summary>The demonstration's people with their links, shown on the sign-in page; empty everywhere else.</summary>
public sealed class DemoRoles
{
    /// <summary>People and the paths of their links.</summary>
    public IReadOnlyList<(Person Person, string Path)> Links { get; private set; } = [];

    /// <summary>Shows these people on the sign-in page.</summary>
    public void Show(IReadOnlyList<(Person Person, string Path)> links) => Links = links;
}
