using Microsoft.AspNetCore.Http;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Trust.People;

namespace Tandem.Trust.SignIn.Passwords;

/// <summary>What came of a password.</summary>
internal enum PasswordAnswer
{
    /// <summary>Not right, not known, or too many attempts: one answer for all.</summary>
    No,

    /// <summary>Right; the code comes next.</summary>
    CodeNext,

    /// <summary>Right, and enough for a patient: a session began.</summary>
    SignedIn,
}

/// <summary>Signing in by name and password, then by a one-time or a recovery code. What is refused is refused with one text and after the same work, whoever it is.</summary>
internal sealed class PasswordSignIn(
    RecordStore record, TimeProvider clock, Sessions sessions, SignInJournal journal, SecretKeeping keeping, SignInThrottle throttle, KnownDevice device, StepCookie steps, SignInOptions options)
{
    private const string CodeStep = "code";

    /// <summary>The first step.</summary>
    /// <returns>What came of it, and the session's secret when it is enough.</returns>
    internal async Task<(PasswordAnswer Answer, string? Secret)> PasswordAsync(HttpContext context, string login, string password, CancellationToken cancel)
    {
        var origin = Origin.Of(context);
        var account = FindPeople.ByLogin(record, login);
        var secrets = account is null ? null : SecretsOf(account.Id);
        var subject = SignInThrottle.Subject(login, device.Of(context, account?.Id));
        var mustWait = throttle.Wait(subject) > TimeSpan.Zero;
        var isRight = keeping.IsRight(account is { Active: true } ? secrets?.PasswordHash : null, password, out var isOld);
        if (!isRight || mustWait)
        {
            await RefuseAsync(subject, account?.Id, "password", origin, cancel);
            return (PasswordAnswer.No, null);
        }

        if (isOld)
            await HashAnewAsync(secrets!, password, cancel);

        if (secrets!.HasCodes)
        {
            steps.Leave(context, CodeStep, $"{account!.Id}\n{login}");
            await journal.NoteAsync(new SignInEvent(SignInAct.FirstFactor, account.Id, "password", origin.Address), cancel);
            return (PasswordAnswer.CodeNext, null);
        }

        // A password alone is for patients: staff set it up together with codes, so they never come here.
        if (FindPeople.RolesOf(record, account!.Id).Any(role => role.HoldsAt(clock.GetUtcNow()) && Roles.IsStaff(role.Role)))
        {
            await RefuseAsync(subject, account.Id, "password without a second factor", origin, cancel);
            return (PasswordAnswer.No, null);
        }

        return await BeginAsync(context, account.Id, subject, SignInMeans.Password, null, cancel) is { } secret ? (PasswordAnswer.SignedIn, secret) : (PasswordAnswer.No, null);
    }

    /// <summary>Whether the first step was done in this browser lately.</summary>
    internal bool IsCodeNext(HttpContext context) => steps.Look(context, CodeStep) is not null;

    /// <summary>The second step: a code of the authenticator, or a recovery code.</summary>
    /// <returns>The session's secret, or null.</returns>
    internal async Task<string?> CodeAsync(HttpContext context, string code, CancellationToken cancel)
    {
        if (steps.Look(context, CodeStep)?.Split('\n') is not [var person, var login])
            return null;
        var subject = SignInThrottle.Subject(login, device.Of(context, person));
        if (throttle.Wait(subject) == TimeSpan.Zero && await BeginAsync(context, person, subject, SignInMeans.PasswordAndCode, code, cancel) is { } secret)
        {
            steps.Take(context, CodeStep);
            return secret;
        }

        await RefuseAsync(subject, person, "code", Origin.Of(context), cancel);
        return null;
    }

    /// <summary>True when password and code are this person's: for an act that asks again.</summary>
    internal async Task<bool> ConfirmAsync(HttpContext context, Person person, string password, string code, CancellationToken cancel)
    {
        var login = FindPeople.One(record, person.Id)?.Login ?? "";
        var subject = SignInThrottle.Subject(login, device.Of(context, person.Id));
        var secrets = SecretsOf(person.Id);
        var isRight = keeping.IsRight(secrets?.PasswordHash, password);
        if (isRight && throttle.Wait(subject) == TimeSpan.Zero
            && (await record.WriteAsync<bool>(AccessScope.System, session => secrets is { HasCodes: false } || UseCode(session, person.Id, code), cancel)) is { Refusal: null, Value: true })
            return true;
        await RefuseAsync(subject, person.Id, "confirmation", Origin.Of(context), cancel);
        return false;
    }

    /// <summary>True when this is the person's present password: for another one to take its place. Wrong ones count as attempts to sign in.</summary>
    internal async Task<bool> IsPresentAsync(HttpContext context, Person person, string password, CancellationToken cancel)
    {
        var subject = SignInThrottle.Subject(FindPeople.One(record, person.Id)?.Login ?? "", device.Of(context, person.Id));
        var mustWait = throttle.Wait(subject) > TimeSpan.Zero;
        if (keeping.IsRight(SecretsOf(person.Id)?.PasswordHash, password) && !mustWait)
            return true;
        await RefuseAsync(subject, person.Id, "present password", Origin.Of(context), cancel);
        return false;
    }

    internal SecretRow? SecretsOf(string person) => record.Database.Read(session => session.First(SecretRow.ReadOne, SecretRow.Read, person));

    private async Task<string?> BeginAsync(HttpContext context, string person, string subject, SignInMeans means, string? code, CancellationToken cancel)
    {
        var secret = Tokens.New();
        var outcome = await record.WriteAsync<Session>(
            AccessScope.System,
            session =>
            {
                if (code is not null && !UseCode(session, person, code))
                    return Refusal.Unauthenticated("The code is not right.");
                SignInThrottle.Forget(session, subject);
                return sessions.Begin(session, person, means, Origin.Of(context), secret);
            },
            cancel);
        if (outcome.Refusal is not null)
            return null;
        device.Remember(context, person);
        return secret;
    }

    /// <summary>Keeps the same password with today's work, unless it was changed meanwhile.</summary>
    private Task<Outcome<bool>> HashAnewAsync(SecretRow old, string password, CancellationToken cancel)
    {
        var hash = keeping.Hash(password);
        return record.WriteAsync<bool>(
            AccessScope.System,
            session =>
            {
                if (session.Query(SecretRow.ReadOne, SecretRow.Read, old.Person) is not [var row] || row.PasswordHash != old.PasswordHash)
                    return false;
                (row with { PasswordHash = hash }).Write(session);
                return true;
            },
            cancel);
    }

    /// <summary>Uses up a code: each works once.</summary>
    private bool UseCode(WriteSession session, string person, string code)
    {
        if (session.Query(SecretRow.ReadOne, SecretRow.Read, person) is not [{ CodeSecret: { } sealedSecret } row])
            return false;
        if (TotpCode.StepOf(keeping.Unseal(sealedSecret), code, clock.GetUtcNow(), row.CodeStep, options.TakesLateCodes) is { } step)
        {
            (row with { CodeStep = step }).Write(session);
            return true;
        }

        var hash = RecoveryCodes.Hash(code);
        if (session.Query(SecretRow.ReadRecovery, read => (Hash: read.Text(0), Used: read.InstantOrNull(1)), person).All(known => known.Hash != hash || known.Used is not null))
            return false;
        session.Write(SecretRow.Recovery, person, hash, session.Now);
        journal.Note(session, new SignInEvent(SignInAct.RecoveryCodeUsed, person));
        return true;
    }

    private async Task RefuseAsync(string subject, string? person, string how, Origin origin, CancellationToken cancel)
    {
        await throttle.FailedAsync(subject, cancel);
        await journal.NoteAsync(new SignInEvent(SignInAct.Refused, person, how, origin.Address), cancel);
    }
}
