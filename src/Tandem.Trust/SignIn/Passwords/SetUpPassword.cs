using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Trust.People;

namespace Tandem.Trust.SignIn.Passwords;

/// <summary>What somebody typed for another password: the present one, the new one, and the new one again. The present one is empty where there is none to ask for.</summary>
internal sealed record NewPassword(string Present, string Password, string Again);

/// <summary>
/// A person sets up or changes the other way to sign in: a password, with one-time codes beside it for everybody who looks after other people's data. Password and codes are kept in
/// one commit, so nobody of the staff ever has the one without the other. Changing either asks for the present password, unless an administrator's link let the person in, and ends the
/// person's other sessions.
/// </summary>
internal sealed class SetUpPassword(RecordStore record, TimeProvider clock, Sessions sessions, SignInJournal journal, SecretKeeping keeping, StepCookie steps, PasswordSignIn signIn, LeakedPasswords leaked)
{
    private const string SecretStep = "authenticator";

    /// <summary>The secret offered to the authenticator in this browser, made anew when there is none yet.</summary>
    internal byte[] Offered(HttpContext context)
    {
        if (steps.Look(context, SecretStep) is { } offered)
            return Convert.FromBase64String(offered);
        var secret = RandomNumberGenerator.GetBytes(TotpCode.SecretBytes);
        if (!context.Response.HasStarted)
            steps.Leave(context, SecretStep, Convert.ToBase64String(secret));
        return secret;
    }

    /// <summary>Keeps a password and an authenticator that has shown a right code.</summary>
    /// <returns>The recovery codes, which are shown this once.</returns>
    internal async Task<Outcome<string[]>> HandleAsync(
        HttpContext context, SignedIn who, string login, NewPassword typed, string code, CancellationToken cancel)
    {
        var account = FindPeople.One(record, who.Person.Id);
        if (account is null || steps.Look(context, SecretStep) is not { } offered)
            return Refusal.Conflict("This took too long. Nothing was changed; begin again.");
        var name = account.Login ?? Account.Normal(login);
        var secret = Convert.FromBase64String(offered);
        var step = TotpCode.StepOf(secret, code, clock.GetUtcNow(), 0, takesLate: true); // it shows that the authenticator has the secret; nobody signs in by it
        var isPresent = !AsksForPresent(who) || await signIn.IsPresentAsync(context, who.Person, typed.Present, cancel);
        if (Problems(name, typed, account.Display, isPresent, step is not null) is { Count: > 0 } problems)
            return Refusal.Invalid("The password cannot be set like this.", problems);
        var codes = RecoveryCodes.New();
        var hash = keeping.Hash(typed.Password);
        var outcome = await record.WriteAsync<string[]>(
            AccessScope.System,
            session =>
            {
                if (session.Query(FindPeople.ReadByLogin, Account.Read, name).Any(other => other.Id != account.Id))
                    return Refusal.Invalid("The password cannot be set like this.", new RefusalDetail("duplicate", SignInWords.LoginTaken, "login"));
                if (account.Login is null)
                    StagePerson.Account(session, account with { Login = name });
                new SecretRow(account.Id, hash, session.Now, keeping.Seal(secret), step!.Value).Write(session);
                StageRecovery(session, account.Id, codes);
                journal.Note(session, new SignInEvent(SignInAct.PasswordSet, account.Id));
                journal.Note(session, new SignInEvent(SignInAct.CodesSetUp, account.Id));
                sessions.RevokeAll(session, account.Id, open => open.Id != who.Session.Id, who.Person.Scope.Actor);
                return codes;
            },
            cancel);
        if (outcome.Refusal is null)
            steps.Take(context, SecretStep);
        return outcome;
    }

    /// <summary>Keeps another password; the authenticator stays.</summary>
    internal async Task<Outcome<int>> ChangeAsync(HttpContext context, SignedIn who, NewPassword typed, CancellationToken cancel)
    {
        var account = FindPeople.One(record, who.Person.Id);
        if (account?.Login is null)
            return Refusal.NotFound("There is no password to change. Set one up first.");
        if (Problems(account.Login, typed, account.Display, await signIn.IsPresentAsync(context, who.Person, typed.Present, cancel), isCodeRight: true) is { Count: > 0 } problems)
            return Refusal.Invalid("The password cannot be set like this.", problems);
        var hash = keeping.Hash(typed.Password);
        return await record.WriteAsync<int>(
            AccessScope.System,
            session =>
            {
                if (session.Query(SecretRow.ReadOne, SecretRow.Read, account.Id) is not [{ HasCodes: true } row])
                    return Refusal.NotFound("There is no password to change. Set one up first.");
                (row with { PasswordHash = hash, PasswordAt = session.Now }).Write(session);
                journal.Note(session, new SignInEvent(SignInAct.PasswordSet, account.Id));
                return sessions.RevokeAll(session, account.Id, open => open.Id != who.Session.Id, who.Person.Scope.Actor);
            },
            cancel);
    }

    /// <summary>Makes ten new recovery codes; the old ones stop working.</summary>
    internal Task<Outcome<string[]>> RenewRecoveryAsync(SignedIn who, CancellationToken cancel) => record.WriteAsync<string[]>(
        AccessScope.System,
        session =>
        {
            if (session.Query(SecretRow.ReadOne, SecretRow.Read, who.Person.Id) is not [{ HasCodes: true }])
                return Refusal.NotFound("There are no codes to recover. Set up an authenticator first.");
            var codes = RecoveryCodes.New();
            StageRecovery(session, who.Person.Id, codes);
            return codes;
        },
        cancel);

    /// <summary>Removes password and codes; not the last means of signing in.</summary>
    internal Task<Outcome<int>> RemoveAsync(SignedIn who, bool hasPasskey, CancellationToken cancel) => record.WriteAsync<int>(
        AccessScope.System,
        session =>
        {
            if (!hasPasskey)
                return Refusal.Conflict("This is your last way to sign in. Add a passkey before you remove it.");
            session.Remove(SecretRow.Table, who.Person.Id);
            StageRecovery(session, who.Person.Id, []);
            journal.Note(session, new SignInEvent(SignInAct.PasswordRemoved, who.Person.Id));
            return 0;
        },
        cancel);

    /// <summary>How many recovery codes are left.</summary>
    internal int RecoveryLeft(string person) =>
        record.Database.Read(session => session.Query(SecretRow.ReadRecovery, row => row.IsNull(1), person)).Count(isLeft => isLeft);

    /// <summary>Whether the present password is asked for: where there is one, and no link of an administrator lets the person set up anew.</summary>
    internal bool AsksForPresent(SignedIn who) => !who.Session.IsOnlyForSetUp && signIn.SecretsOf(who.Person.Id) is { HasPassword: true };

    private List<RefusalDetail> Problems(string login, NewPassword typed, string display, bool isPresent, bool isCodeRight)
    {
        var problems = new List<RefusalDetail>();
        if (login.Length == 0 || login.Any(char.IsWhiteSpace))
            problems.Add(new("required", SignInWords.LoginMissing, "login"));
        if (!isPresent)
            problems.Add(new("value", PasswordWords.NotThePresent, "present"));
        if (PasswordRules.Problem(typed.Password, isAlone: false, [login, display]) is { } problem)
            problems.Add(new("value", problem, "password"));
        else if (leaked.Contain(typed.Password))
            problems.Add(new("value", PasswordWords.Known, "password"));
        else if (typed.Password != typed.Again)
            problems.Add(new("value", PasswordWords.NotTheSame, "again"));
        if (!isCodeRight)
            problems.Add(new("value", PasswordWords.WrongCode, "code"));
        return problems;
    }

    private void StageRecovery(WriteSession session, string person, string[] codes)
    {
        foreach (var old in session.Query(SecretRow.ReadRecovery, row => row.Text(0), person))
            session.Remove(SecretRow.Recovery, person, old);
        foreach (var code in codes)
            session.Write(SecretRow.Recovery, person, RecoveryCodes.Hash(code), Kernel.Data.DbValue.Null);
        if (codes.Length > 0)
            journal.Note(session, new SignInEvent(SignInAct.RecoveryCodesMade, person));
    }
}
