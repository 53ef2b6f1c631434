using Tandem.Kernel.Actors;

namespace Tandem.Trust.Audit;

/// <summary>Who may ask who looked at a record.</summary>
public static class SeenAccess
{
    /// <summary>True for patients, who acts for them, and who answers for privacy: the page then shows of whom they may see it.</summary>
    public static bool IsOffered(AccessScope scope) => scope.Role is "patient" or "proxy" || FindAccess.IsFor(scope);
}
