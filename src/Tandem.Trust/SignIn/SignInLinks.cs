using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Trust.People;

namespace Tandem.Trust.SignIn;

/// <summary>Links that let somebody in: the set-up link of a first start, and a person's own. There is no password to guess or to forget to change.</summary>
public sealed class SignInLinks(RecordStore record, TimeProvider clock, Sessions sessions, SignInJournal journal)
{
    private const string ReadLink = "SELECT person, purpose, expires_at, reusable, used_at FROM signin_links WHERE token_hash = $1";
    private const string OpenSetUpLinks = "SELECT token_hash FROM signin_links WHERE purpose = 'set-up' AND used_at IS NULL";
    private static readonly TimeSpan SetUpLasts = TimeSpan.FromHours(24);

    /// <summary>The path of a new set-up link while nobody can sign in; null when somebody can. Earlier unused ones stop working.</summary>
    public async Task<string?> NewSetUpPathAsync(CancellationToken cancel)
    {
        if (record.Database.Read(session => session.First(FindPeople.CountAll, row => row.Integer(0))) > 0)
            return null;
        var token = Tokens.New();
        await record.WriteAsync<int>(
            AccessScope.System,
            session =>
            {
                foreach (var old in session.Query(OpenSetUpLinks, row => row.Text(0)))
                    session.Remove(SignInTables.Links, old);
                session.Write(SignInTables.Links, Tokens.Hash(token), DbValue.Null, "set-up", clock.GetUtcNow() + SetUpLasts, false, DbValue.Null);
                return 0;
            },
            cancel);
        return $"/set-up/{token}";
    }

    /// <summary>The path of a new link for a person, which works once.</summary>
    /// <param name="person">The person's id.</param>
    /// <param name="lasts">How long it works.</param>
    /// <param name="cancel">Gives up.</param>
    public Task<string> NewPersonPathAsync(string person, TimeSpan lasts, CancellationToken cancel) => NewPathAsync(person, lasts, reusable: false, cancel);

    /// <summary>As the other, working many times and without a second factor: for people of a demonstration, who do not exist. Nothing in an installed hub makes one.</summary>
    public Task<string> NewStandingPathAsync(string person, TimeSpan lasts, CancellationToken cancel) => NewPathAsync(person, lasts, reusable: true, cancel);

    private async Task<string> NewPathAsync(string person, TimeSpan lasts, bool reusable, CancellationToken cancel)
    {
        var token = Tokens.New();
        await record.WriteAsync<int>(
            AccessScope.System,
            session =>
            {
                session.Write(SignInTables.Links, Tokens.Hash(token), person, "person", clock.GetUtcNow() + lasts, reusable, DbValue.Null);
                journal.Note(session, new SignInEvent(SignInAct.LinkMade, person, reusable ? "reusable" : "once"));
                return 0;
            },
            cancel);
        return $"/sign-in/{token}";
    }

    /// <summary>Who a link is for, without using it up: null when it does not work.</summary>
    public Account? Look(string token)
    {
        var hash = Tokens.Hash(token);
        return record.Database.Read(session =>
        {
            var link = session.First(ReadLink, Link.Read, hash);
            return link is { Purpose: "person", Person: { } person } && link.Works(clock.GetUtcNow())
                ? session.First(FindPeople.ReadOne, Account.Read, person)
                : null;
        });
    }

    /// <summary>True while a set-up link works.</summary>
    public bool IsSetUp(string token) => record.Database.Read(session => session.First(ReadLink, Link.Read, Tokens.Hash(token)))
        is { Purpose: "set-up" } link && link.Works(clock.GetUtcNow());

    /// <summary>Uses a person's link and begins a session.</summary>
    /// <returns>The session's secret, for the cookie, and whether it is only good for setting up a means of signing in.</returns>
    public async Task<Outcome<(string Secret, bool IsInvitation)>> SignInAsync(string token, Origin origin, CancellationToken cancel)
    {
        var secret = Tokens.New();
        return await record.WriteAsync<(string Secret, bool IsInvitation)>(
            AccessScope.System,
            session =>
            {
                if (session.Query(ReadLink, Link.Read, Tokens.Hash(token)) is not [{ Purpose: "person", Person: { } person } link] || !link.Works(clock.GetUtcNow()))
                    return Expired;
                UseUp(session, token, link);
                return sessions.Begin(session, person, link.Reusable ? SignInMeans.Demonstration : SignInMeans.Invitation, origin, secret).Then<(string, bool)>(begun => (secret, begun.IsOnlyForSetUp));
            },
            cancel);
    }

    /// <summary>Uses the set-up link: keeps the first organisation and administrator and begins a session.</summary>
    /// <returns>The session's secret, for the cookie.</returns>
    public async Task<Outcome<string>> SetUpAsync(string token, FirstStart start, Origin origin, CancellationToken cancel)
    {
        if (start.Problem is { } problem)
            return Refusal.Invalid(problem);
        var secret = Tokens.New();
        return await record.WriteAsync<string>(
            AccessScope.System,
            session =>
            {
                if (session.Query(ReadLink, Link.Read, Tokens.Hash(token)) is not [{ Purpose: "set-up" } link] || !link.Works(clock.GetUtcNow()))
                    return Expired;
                UseUp(session, token, link);
                var administrator = start.Write(session);
                journal.Note(session, new SignInEvent(SignInAct.SetUp, administrator.Person, Address: origin.Address));
                sessions.Begin(session, administrator, SignInMeans.Invitation, origin, secret);
                return secret;
            },
            cancel);
    }

    private static Refusal Expired => Refusal.Forbidden("This link does not work any more. Ask your administrator for a new one.");

    private void UseUp(WriteSession session, string token, Link link) => session.Write(
        SignInTables.Links, Tokens.Hash(token), link.Person, link.Purpose, link.Expires, link.Reusable, link.Reusable ? DbValue.Null : clock.GetUtcNow());

    private sealed record Link(string? Person, string Purpose, DateTimeOffset Expires, bool Reusable, DateTimeOffset? Used)
    {
        internal static Link Read(DbRow row) => new(row.TextOrNull(0), row.Text(1), row.Instant(2), row.Integer(3) != 0, row.InstantOrNull(4));

        internal bool Works(DateTimeOffset now) => now < Expires && (Reusable || Used is null);
    }
}
