using Microsoft.IdentityModel.JsonWebTokens;
using Tandem.Kernel;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Trust.Organizations;
using Tandem.Trust.People;

namespace Tandem.Trust.SignIn.Providers;

/// <summary>
/// Whom a provider's token stands for. The subject is tied to an account at the first sign-in: to one of the provider's organisation (or below it) with the login that the token names, or to a new one where
/// that is allowed. Roles mapped from claims are given in the provider's organisation, and taken when the claim no longer holds them; roles that were given in the hub stay.
/// </summary>
internal sealed class ProviderPeople(RecordStore record, TimeProvider clock, Sessions sessions, SignInJournal journal)
{
    internal Task<Outcome<string>> SignInAsync(ProviderSettings settings, JsonWebToken token, Origin origin, CancellationToken cancel)
    {
        var secret = Tokens.New();
        return record.WriteAsync<string>(
            AccessScope.System,
            session =>
            {
                var mapped = settings.RoleClaim.Length == 0 ? [] : settings.RolesOf(Values(token, settings.RoleClaim));
                var within = FindOrganizations.Within(session.Reading, settings.Organization);
                if (Account(session, settings, token, within, mapped.Count > 0) is not { Active: true } account)
                    return Unknown;
                var roles = Keep(session, settings, account, mapped);
                if (roles.FirstOrDefault(role => role.HoldsAt(session.ClockNow) && role.Organization is { } organization && within.Contains(organization)) is not { } grant)
                    return Unknown;
                sessions.Begin(session, grant, SignInMeans.Provider, origin, secret, settings.Organization);
                return secret;
            },
            cancel);
    }

    private static Refusal Unknown => Refusal.Forbidden("Your organisation knows you, but this hub does not. Ask your administrator for an account with a role.");

    private Account? Account(WriteSession session, ProviderSettings settings, JsonWebToken token, IReadOnlySet<string> within, bool hasRole)
    {
        if (session.Query(ProviderSettings.ReadSubject, row => row.Text(0), settings.Organization, settings.Issuer, token.Subject) is [var tied])
            return session.Query(FindPeople.ReadOne, People.Account.Read, tied).FirstOrDefault();
        if (!token.TryGetPayloadValue<string>(settings.LoginClaim, out var named) || string.IsNullOrWhiteSpace(named)
            || (settings.LoginClaim == "email" && !(token.TryGetPayloadValue<bool>("email_verified", out var verified) && verified)))
            return null;
        var login = People.Account.Normal(named);
        var account = session.Query(FindPeople.ReadByLogin, People.Account.Read, login).FirstOrDefault();
        if (account is not null && (account.Home is null || !within.Contains(account.Home)))
            return null; // somebody else's person: this provider has no say in it
        if (account is null && settings.MakesAccounts && hasRole)
        {
            var display = token.TryGetPayloadValue<string>("name", out var name) && name.Length is > 0 and <= 200 ? name : named;
            account = new Account(Ids.New(clock), display, login, settings.Organization, true, token.Subject, null, null, session.Now);
            StagePerson.Account(session, account);
            journal.Note(session, new SignInEvent(SignInAct.AccountSaved, account.Id, "made by the provider"));
        }

        if (account is not null)
            session.Write(ProviderSettings.Subjects, settings.Organization, settings.Issuer, token.Subject, account.Id);
        return account;
    }

    /// <summary>Gives and takes the roles that the map knows; the roles as they are then.</summary>
    private List<RoleGrant> Keep(WriteSession session, ProviderSettings settings, Account account, IReadOnlyList<string> mapped)
    {
        var held = session.Query(FindPeople.ReadRoles, RoleGrant.Read, account.Id);
        if (settings.RoleClaim.Length == 0)
            return held;
        var ruled = settings.RolesOf(settings.RoleMap.Split('\n').Select(line => line.Split('=')[0].Trim()));
        var now = held.ToDictionary(role => role.Id, StringComparer.Ordinal);
        foreach (var role in ruled)
        {
            var grant = new RoleGrant(account.Id, settings.Organization, role, session.ClockNow, null);
            var holds = now.TryGetValue(grant.Id, out var known) && known.HoldsAt(session.ClockNow);
            if (holds == mapped.Contains(role))
                continue;
            now[grant.Id] = holds ? known! with { Until = session.ClockNow } : grant;
            StagePerson.Role(session, now[grant.Id], account.Display);
            journal.Note(session, new SignInEvent(holds ? SignInAct.RoleTaken : SignInAct.RoleGiven, account.Id, $"{role} in {settings.Organization}, by the provider"));
        }

        return [.. now.Values];
    }

    private static IEnumerable<string> Values(JsonWebToken token, string claim) => token.Claims.Where(one => one.Type == claim).Select(one => one.Value);
}
