using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Trust.Organizations;
using Tandem.Trust.SignIn;

namespace Tandem.Trust.People;

/// <summary>An account with the roles that hold.</summary>
public sealed record PersonRow(Account Account, IReadOnlyList<RoleGrant> Roles);

/// <summary>Reads accounts and roles. An administrator sees the people of the own organisation and of those below it.</summary>
public static class FindPeople
{
    internal const string ReadOne = $"SELECT {Account.Columns} FROM people_accounts WHERE id = $1";

    internal const string ReadByLogin = $"SELECT {Account.Columns} FROM people_accounts WHERE login = $1";

    internal const string ReadAll = $"SELECT {Account.Columns} FROM people_accounts ORDER BY display, id";

    internal const string CountAll = "SELECT COUNT(*) FROM people_accounts";

    internal const string ReadRoles = $"SELECT {RoleGrant.Columns} FROM people_roles WHERE person = $1 ORDER BY since, organization, role";

    internal const string ReadAllRoles = $"SELECT {RoleGrant.Columns} FROM people_roles ORDER BY person, since, organization, role";

    /// <summary>One account, or null.</summary>
    public static Account? One(RecordStore record, string id) => record.Database.Read(session => session.First(ReadOne, Account.Read, id));

    /// <summary>The account that signs in with a login, or null.</summary>
    public static Account? ByLogin(RecordStore record, string login) =>
        record.Database.Read(session => session.First(ReadByLogin, Account.Read, Account.Normal(login)));

    /// <summary>Every role given to a person, also those that have ended.</summary>
    public static IReadOnlyList<RoleGrant> RolesOf(RecordStore record, string person) => record.Database.Read(session => session.Query(ReadRoles, RoleGrant.Read, person));

    /// <summary>The people whom an administrator looks after, with the roles that hold now; nobody for others. Patients and who stands for them are not among them.</summary>
    public static IReadOnlyList<PersonRow> Visible(RecordStore record, AccessScope scope, DateTimeOffset now)
    {
        if (!Administration.IsAllowed(scope))
            return [];
        var within = Administration.Within(record, scope);
        return record.Database.Read(session =>
        {
            var roles = session.Query(ReadAllRoles, RoleGrant.Read).ToLookup(role => role.Person);
            return session.Query(ReadAll, Account.Read).Where(account => StagePerson.WorksHere([.. roles[account.Id]]))
                .Select(account => new PersonRow(account, [.. roles[account.Id].Where(role => role.HoldsAt(now))]))
                .Where(row => within is null || Belongs(row.Account, row.Roles, within)).ToList();
        });
    }

    /// <summary>Whether somebody belongs to one of these organisations, by account or by role.</summary>
    internal static bool Belongs(Account account, IEnumerable<RoleGrant> roles, IReadOnlySet<string> within) =>
        (account.Home is { } home && within.Contains(home)) || roles.Any(role => role.Organization is { } organization && within.Contains(organization));
}
