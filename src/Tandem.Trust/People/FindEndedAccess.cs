using Tandem.Kernel.Actors;
using Tandem.Record.Log;
using Tandem.Trust.SignIn;

namespace Tandem.Trust.People;

/// <summary>Access of a member of the workforce that ended.</summary>
/// <param name="Person">The account's id.</param>
/// <param name="Name">How pages name them.</param>
/// <param name="Role">The role that ended; null when the whole account was closed.</param>
/// <param name="Organization">In which organisation (id); null for the region, and for the account.</param>
/// <param name="At">When.</param>
internal sealed record EndedAccess(string Person, string Name, string? Role, string? Organization, DateTimeOffset At);

/// <summary>
/// Tells administrators at once whose access ended, wherever it was, among those who have or had a role or their account in an organisation that they look after: what the rule proposed for
/// 45 CFR 164.308(a)(3)(ii)(C) wants other organisations to hear of within 24 hours. Systems and mailboxes hear of it by the subscription topic <c>access-ended</c>.
/// </summary>
internal static class FindEndedAccess
{
    /// <summary>How long it is told.</summary>
    internal static readonly TimeSpan Told = TimeSpan.FromDays(30);

    private const int Most = 50;

    /// <summary>The latest first, at most 50; nothing for who looks after nobody.</summary>
    internal static IReadOnlyList<EndedAccess> Of(RecordStore record, AccessScope scope, DateTimeOffset now)
    {
        if (!Administration.IsAllowed(scope))
            return [];
        var within = Administration.Within(record, scope);
        return record.Database.Read(session =>
        {
            var roles = session.Query(FindPeople.ReadAllRoles, RoleGrant.Read).ToLookup(role => role.Person, StringComparer.Ordinal);
            return session.Query(FindPeople.ReadAll, Account.Read)
                .Where(account => StagePerson.WorksHere([.. roles[account.Id]]) && (within is null || FindPeople.Belongs(account, roles[account.Id], within)))
                .SelectMany(account => Ended(account, roles[account.Id], now)).OrderByDescending(ended => ended.At).Take(Most).ToList();
        });
    }

    private static IEnumerable<EndedAccess> Ended(Account account, IEnumerable<RoleGrant> roles, DateTimeOffset now) =>
    [
        .. account.Active || account.ChangedAt <= now - Told ? Array.Empty<EndedAccess>() : [new EndedAccess(account.Id, account.Display, null, null, account.ChangedAt)],
        .. roles.Where(role => Roles.IsStaff(role.Role) && role.Until is { } until && until <= now && until > now - Told).Select(role => new EndedAccess(account.Id, account.Display, role.Role, role.Organization, role.Until!.Value)),
    ];
}
