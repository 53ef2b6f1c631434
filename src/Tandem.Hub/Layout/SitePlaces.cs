using Tandem.Kernel.Actors;
using Tandem.Kernel.Pages;
using Tandem.Trust.SignIn;

namespace Tandem.Hub.Layout;

/// <summary>A place of the main navigation.</summary>
internal sealed record SitePlace(string Href, Phrase Name, Glyph Glyph)
{
    /// <summary>"page" on the place itself, "true" on the pages under it.</summary>
    internal string? CurrentAt(string path) =>
        path == Href ? "page" : path.StartsWith(Href + "/", StringComparison.Ordinal) ? "true" : null;
}

/// <summary>The main navigation, in its order.</summary>
internal static class SitePlaces
{
    internal static readonly IReadOnlyList<SitePlace> All =
    [
        new("/worklist", ShellWords.Worklist, Glyph.List),
        new("/patients", ShellWords.Patients, Glyph.People),
        new("/feeds", ShellWords.Feeds, Glyph.Pulse),
    ];

    private static readonly SitePlace People = new("/people", ShellWords.People, Glyph.Person);

    /// <summary>The places for a reader: administrators also have people and organisations.</summary>
    internal static IReadOnlyList<SitePlace> For(AccessScope scope) => Administration.IsAllowed(scope) ? [.. All, People] : All;
}
