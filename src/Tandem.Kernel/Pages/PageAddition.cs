namespace Tandem.Kernel.Pages;

/// <summary>Something that a program adds to pages which are not its own.</summary>
/// <param name="Place">Where it stands.</param>
/// <param name="Component">A Razor component without parameters.</param>
public sealed record PageAddition(PageAdditionPlace Place, Type Component);

/// <summary>Where additions may stand.</summary>
public enum PageAdditionPlace
{
    /// <summary>Above the frame of every page.</summary>
    AboveAll,

    /// <summary>Below the ways of signing in.</summary>
    SignIn,
}
