using Tandem.Trust.SignIn;

namespace Tandem.Trial.Demo;

/// <summary>The demonstration's people with their links, shown on the sign-in page.</summary>
internal sealed class DemoRoles
{
    /// <summary>People and the paths of their links.</summary>
    internal IReadOnlyList<(Person Person, string Path)> Links { get; private set; } = [];

    /// <summary>Shows these people on the sign-in page.</summary>
    internal void Show(IReadOnlyList<(Person Person, string Path)> links) => Links = links;
}
