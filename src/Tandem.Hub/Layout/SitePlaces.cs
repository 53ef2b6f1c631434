using Tandem.Kernel.Actors;
using Tandem.Kernel.Pages;
using Tandem.Trust.People;
using Tandem.Trust.SignIn;

namespace Tandem.Hub.Layout;

/// <summary>A place of the main navigation.</summary>
internal sealed record SitePlace(string Href, Phrase Name, Glyph Glyph)
{
    /// <summary>Who has the place; everybody unless told.</summary>
    internal Func<AccessScope, bool> IsFor { get; init; } = _ => true;

    /// <summary>"page" on the place itself, "true" on the pages under it.</summary>
    internal string? CurrentAt(string path) =>
        path == Href ? "page" : path.StartsWith(Href + "/", StringComparison.Ordinal) ? "true" : null;
}

/// <summary>The main navigation, in its order.</summary>
internal static class SitePlaces
{
    internal static readonly IReadOnlyList<SitePlace> All =
    [
        new("/my-record", ShellWords.MyRecord, Glyph.Person) { IsFor = scope => !Roles.IsStaff(scope.Role) },
        new("/worklist", ShellWords.Worklist, Glyph.List) { IsFor = WorksOnLoops },
        new("/patients", ShellWords.Patients, Glyph.People) { IsFor = FindsPatients },
        new("/feeds", ShellWords.Feeds, Glyph.Pulse) { IsFor = scope => scope.May(Interactions.Read, HubParts.Feeds) },
        new("/audit", ShellWords.AccessLog, Glyph.Search) { IsFor = scope => scope.Role == "privacy-officer" },
        new("/people", ShellWords.People, Glyph.Person) { IsFor = Administration.IsAllowed },
        new("/apps", ShellWords.Apps, Glyph.Phone) { IsFor = Administration.IsAllowed },
    ];

    /// <summary>Where a reader begins: at the first of their places, or at the account for who has none.</summary>
    internal static string HomeOf(AccessScope scope) => For(scope).FirstOrDefault()?.Href ?? "/account";

    /// <summary>True for colleagues whose role sees loops.</summary>
    internal static bool WorksOnLoops(AccessScope scope) => Roles.IsStaff(scope.Role) && scope.May(Interactions.Look, "Task");

    /// <summary>True for colleagues whose role finds patients.</summary>
    internal static bool FindsPatients(AccessScope scope) => Roles.IsStaff(scope.Role) && scope.May(Interactions.Look, "Patient");

    /// <summary>The places that a reader has.</summary>
    internal static IEnumerable<SitePlace> For(AccessScope scope) => All.Where(place => place.IsFor(scope));
}
