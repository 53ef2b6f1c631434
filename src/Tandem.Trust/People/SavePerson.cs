using Tandem.Kernel;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Trust.SignIn;

namespace Tandem.Trust.People;

/// <summary>What is asked about a person.</summary>
/// <param name="Display">How pages name them.</param>
/// <param name="Login">What they sign in with; empty when they never use a password.</param>
/// <param name="Home">The id of the organisation that looks after the account; empty for the region.</param>
public sealed record PersonForm(string Display, string Login, string Home)
{
    /// <summary>False closes the account: its sessions end at once.</summary>
    public bool Active { get; init; } = true;

    /// <summary>What the organisation's own directory calls them; null keeps what is known, empty takes it away.</summary>
    public string? ExternalId { get; init; }

    /// <summary>Given name, when known apart; null and empty as above.</summary>
    public string? Given { get; init; }

    /// <summary>Surname, when known apart; null and empty as above.</summary>
    public string? Family { get; init; }
}

/// <summary>An account is made or changed.</summary>
public sealed class SavePerson(RecordStore record, TimeProvider clock, Sessions sessions, SignInJournal journal)
{
    private const int Longest = 200;

    /// <param name="id">Null makes a new account.</param>
    /// <param name="form">What is to hold.</param>
    /// <param name="scope">Who does it: an administrator of the account's organisation.</param>
    /// <param name="cancel">Gives up.</param>
    /// <param name="unless">Looks at the account as it is in the very write, and refuses; null for nothing.</param>
    /// <returns>The id; or the refusal, its details by the form's fields.</returns>
    public async Task<Outcome<string>> HandleAsync(string? id, PersonForm form, AccessScope scope, CancellationToken cancel, Func<Account, Refusal?>? unless = null)
    {
        if (Administration.Refuse(scope) is { } refusal)
            return refusal;
        return await record.WriteAsync<string>(Administration.Writing(scope), session => Unmet(session, id, unless) is { } unmet ? unmet : Stage(session, id, form, scope), cancel);
    }

    private static Refusal? Unmet(WriteSession session, string? id, Func<Account, Refusal?>? unless) =>
        id is not null && unless is not null && session.Query(FindPeople.ReadOne, Account.Read, id).FirstOrDefault() is { } now ? unless(now) : null;

    /// <summary>Decides and stages within another write.</summary>
    internal Outcome<string> Stage(WriteSession session, string? id, PersonForm form, AccessScope scope)
    {
        var current = id is null ? null : session.Query(FindPeople.ReadOne, Account.Read, id).FirstOrDefault();
        if (id is not null && current is null)
            return Refusal.NotFound("This account does not exist.");
        var within = Administration.Within(session, scope);
        if (current is not null && within is not null && !FindPeople.Belongs(current, session.Query(FindPeople.ReadRoles, RoleGrant.Read, current.Id), within))
            return Refusal.NotFound("This account does not exist.");
        var home = form.Home.Length == 0 ? null : form.Home;
        if (home != current?.Home || current is null)
        {
            if (Administration.RefuseFor(home, within) is { } notYours)
                return notYours;
            if (home is not null && session.Find("Organization", home) is not { Deleted: false })
                return Invalid("home", PeopleWords.HomeUnknown);
        }

        var login = form.Login.Trim().Length == 0 ? null : Account.Normal(form.Login);
        var other = login is null ? null : session.Query(FindPeople.ReadByLogin, Account.Read, login).FirstOrDefault(account => account.Id != id);
        if (Decide(form, login, other is not null) is { Count: > 0 } problems)
            return Refusal.Invalid("The account cannot be saved like this.", problems);
        var account = new Account(
            id ?? Ids.New(clock), form.Display.Trim(), login, home, form.Active, Kept(form.ExternalId, current?.ExternalId), Kept(form.Given, current?.Given),
            Kept(form.Family, current?.Family), session.Now);
        Keep(session, account, current, scope);
        return account.Id;
    }

    /// <summary>What is wrong with a form.</summary>
    internal static IReadOnlyList<RefusalDetail> Decide(PersonForm form, string? login, bool isLoginTaken)
    {
        var problems = new List<RefusalDetail>();
        if (string.IsNullOrWhiteSpace(form.Display) || form.Display.Length > Longest)
            problems.Add(new("required", PeopleWords.NameMissing, "display"));
        if (login is { Length: > Longest } || login?.Any(c => char.IsControl(c) || char.IsWhiteSpace(c)) is true)
            problems.Add(new("value", PeopleWords.LoginWrong, "login"));
        else if (isLoginTaken)
            problems.Add(new("duplicate", PeopleWords.LoginTaken, "login"));
        return problems;
    }

    private void Keep(WriteSession session, Account account, Account? before, AccessScope scope)
    {
        StagePerson.Account(session, account);
        journal.Note(session, new SignInEvent(
            before is { Active: true } && !account.Active ? SignInAct.AccountClosed : SignInAct.AccountSaved, account.Id, before is null ? "new" : "changed", By: scope.Actor.Reference));
        if (before is not null && before.Active != account.Active)
        {
            foreach (var grant in session.Query(FindPeople.ReadRoles, RoleGrant.Read, account.Id))
                StagePerson.Publish(session, grant, account.Display, account.Active);
        }

        if (!account.Active)
            sessions.RevokeAll(session, account.Id, _ => true, scope.Actor);
    }

    private static string? Kept(string? said, string? known) => said is null ? known : said.Length == 0 ? null : said;

    private static Refusal Invalid(string field, string text) => Refusal.Invalid("The account cannot be saved like this.", new RefusalDetail("value", text, field));
}
