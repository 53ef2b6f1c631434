using Tandem.Kernel.Actors;

namespace Tandem.Record.Access;

/// <summary>
/// Makes a scope anew that was kept for work after its request: by the role, relationships and policy that its actor has now. Who may no longer sign in
/// reaches nothing. Given by Trust; without it a kept scope stays as it was.
/// </summary>
public interface IScopeRenewal
{
    /// <summary>The scope as it is now; never wider than the layers that apps had put on it.</summary>
    AccessScope Renew(AccessScope kept);
}
