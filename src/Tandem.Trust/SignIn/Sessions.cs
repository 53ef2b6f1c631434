using Microsoft.AspNetCore.Http;
using Tandem.Kernel;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Trust.People;
using Tandem.Trust.Teams;

namespace Tandem.Trust.SignIn;

/// <summary>An open session with the person behind it.</summary>
public sealed record SignedIn(Session Session, Person Person);

/// <summary>Where a sign-in comes from: kept with the session so that its owner recognises it.</summary>
/// <param name="Device">Browser and system, in words.</param>
/// <param name="Address">The network address, or null.</param>
public sealed record Origin(string Device, string? Address)
{
    /// <summary>Nowhere in particular: the hub's own tests and commands.</summary>
    public static readonly Origin None = new("", null);

    /// <summary>Where a request comes from.</summary>
    public static Origin Of(HttpContext context) =>
        new(DeviceName.Tell(context.Request.Headers.UserAgent.ToString()), context.Connection.RemoteIpAddress?.ToString());
}

/// <summary>
/// Who is signed in. Ending a session, a role or a person's right takes effect with the next request: each request asks the database.
/// Thread-safe.
/// </summary>
public sealed class Sessions(RecordStore record, TimeProvider clock, SignInOptions options, SignInJournal journal)
{
    private const string ReadSession =
        $"SELECT {Session.Columns}, a.display FROM signin_open s JOIN people_accounts a ON a.id = s.person "
        + "JOIN people_roles r ON r.person = s.person AND r.organization = s.organization AND r.role = s.role "
        + "WHERE s.token_hash = $1 AND a.active = 1 AND r.since <= $2 AND (r.until_at IS NULL OR r.until_at > $2)";

    private const string ReadNamed =
        $"SELECT {Session.Columns} FROM signin_open s JOIN people_accounts a ON a.id = s.person "
        + "JOIN people_roles r ON r.person = s.person AND r.organization = s.organization AND r.role = s.role "
        + "WHERE s.person = $3 AND s.id = $1 AND a.active = 1 AND r.since <= $2 AND (r.until_at IS NULL OR r.until_at > $2)";

    private const string ReadOfPerson = $"SELECT {Session.Columns}, s.token_hash FROM signin_open s WHERE s.person = $1 ORDER BY s.begun_at DESC, s.id";

    private const string ReadEnded = "SELECT token_hash FROM signin_open WHERE ends_at <= $1 LIMIT 200";

    private static readonly TimeSpan SeenStep = TimeSpan.FromMinutes(1);

    /// <summary>The open session behind a secret with its person, or null.</summary>
    public SignedIn? Look(string secret)
    {
        var now = clock.GetUtcNow();
        return record.Database.Read(session =>
        {
            var found = session.First(ReadSession, row => (Session: Session.Read(row), Display: row.Text(13)), Tokens.Hash(secret), now);
            return found.Session is { } open && open.IsOpenAt(now) ? new SignedIn(open, PersonOf(session, open, found.Display)) : null;
        });
    }

    /// <summary>A session by its public id while it is open and its person holds its role; else null.</summary>
    internal Session? Open(string person, string id)
    {
        var now = clock.GetUtcNow();
        return record.Database.Read(session => session.First(ReadNamed, Session.Read, id, now, person)) is { } open && open.IsOpenAt(now) ? open : null;
    }

    /// <summary>The person behind a session's secret who may work in the hub, or null.</summary>
    public Person? Find(string secret) => Look(secret) is { Session.IsOnlyForSetUp: false } signedIn ? signedIn.Person : null;

    /// <summary>Everybody who may sign in, each in the first of their roles.</summary>
    public IReadOnlyList<Person> People(AccessScope scope)
    {
        var rows = FindPeople.Visible(record, scope, clock.GetUtcNow());
        return [.. from row in rows
                   where row.Account.Active && row.Roles.Count > 0
                   let role = row.Roles[0]
                   orderby role.Role, row.Account.Display
                   select new Person(row.Account.Id, row.Account.Display, role.Role, role.Organization is { } id ? "Organization/" + id : null, [])];
    }

    /// <summary>A person's open sessions, the latest first.</summary>
    public IReadOnlyList<Session> Of(string person)
    {
        var now = clock.GetUtcNow();
        return [.. record.Database.Read(session => session.Query(ReadOfPerson, Session.Read, person)).Where(session => session.IsOpenAt(now))];
    }

    /// <summary>Begins a session in the first of a person's roles that hold, or in the one named.</summary>
    /// <param name="person">Whose.</param>
    /// <param name="means">How they proved who they are.</param>
    /// <param name="origin">Where from.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>The session's secret, for the cookie.</returns>
    public async Task<Outcome<string>> BeginAsync(string person, SignInMeans means, Origin origin, CancellationToken cancel)
    {
        var secret = Tokens.New();
        return (await record.WriteAsync<int>(
            AccessScope.System,
            session => Begin(session, person, means, origin, secret).Succeeded(out _, out var refusal) ? 0 : refusal,
            cancel)).Then<string>(_ => secret);
    }

    /// <summary>Stages a session within another write; see <see cref="BeginAsync"/>.</summary>
    internal Outcome<Session> Begin(WriteSession session, string person, SignInMeans means, Origin origin, string secret, string? provider = null)
    {
        if (session.Query(FindPeople.ReadOne, Account.Read, person) is not [{ Active: true }])
            return Refusal.Forbidden("This account cannot sign in. Ask your administrator.");
        if (session.Query(FindPeople.ReadRoles, RoleGrant.Read, person).FirstOrDefault(role => role.HoldsAt(session.ClockNow)) is not { } grant)
            return Refusal.Forbidden("This account has no role in any organisation. Ask your administrator for one.");
        var begun = Begin(session, grant, means, origin, secret, provider);
        return begun;
    }

    /// <summary>Stages a session in a role that is known to hold (or is staged by this very write).</summary>
    internal Session Begin(WriteSession session, RoleGrant grant, SignInMeans means, Origin origin, string secret, string? provider = null)
    {
        foreach (var ended in session.Query(ReadEnded, row => row.Text(0), session.ClockNow))
            session.Remove(SignInTables.Sessions, ended);
        var limits = means == SignInMeans.Demonstration ? new SessionLimits(TimeSpan.FromHours(12), TimeSpan.FromHours(12)) : options.LimitsOf(grant.Role);
        var open = new Session(
            Ids.New(clock), grant.Person, grant.Role, grant.Organization, means, session.ClockNow, session.ClockNow, session.ClockNow + limits.Absolute, limits.Idle, session.ClockNow,
            origin.Device, origin.Address, provider);
        session.Write(SignInTables.Sessions, open.Row(Tokens.Hash(secret)));
        journal.Note(session, new SignInEvent(SignInAct.SignedIn, grant.Person, means.ToString(), origin.Address, Session: open.Id)
        {
            As = new Person(grant.Person, session.Query(FindPeople.ReadOne, Account.Read, grant.Person).FirstOrDefault()?.Display ?? "", grant.Role, grant.Organization is { } id ? "Organization/" + id : null, []).Scope,
        });
        return open;
    }

    /// <summary>Notes that a session is in use; written once a minute at most.</summary>
    public async Task SeenAsync(string secret, Session session, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        if (now - session.SeenAt >= SeenStep)
            await ChangeAsync(secret, open => open with { SeenAt = now }, cancel);
    }

    /// <summary>Notes that the person proved again who they are. From then on the session has another secret: who took the old one has nothing.</summary>
    /// <returns>The secret for the cookie; the old one when the session was no longer open.</returns>
    public async Task<string> ConfirmAsync(string secret, SignInMeans means, Origin origin, CancellationToken cancel)
    {
        var next = Tokens.New();
        var outcome = await record.WriteAsync<bool>(
            AccessScope.System,
            session =>
            {
                if (OpenOf(session, secret) is not { } open)
                    return false;
                var confirmed = open with { ConfirmedAt = clock.GetUtcNow(), SeenAt = clock.GetUtcNow(), Means = open.Means == SignInMeans.Invitation ? means : open.Means };
                session.Remove(SignInTables.Sessions, Tokens.Hash(secret));
                session.Write(SignInTables.Sessions, confirmed.Row(Tokens.Hash(next)));
                journal.Note(session, new SignInEvent(SignInAct.Confirmed, open.Person, means.ToString(), origin.Address, Session: open.Id));
                return true;
            },
            cancel);
        return outcome is { Refusal: null, Value: true } ? next : secret;
    }

    /// <summary>Whether the person proved who they are lately enough for a sensitive act.</summary>
    public bool IsConfirmed(Session session) =>
        session.Means == SignInMeans.Demonstration || clock.GetUtcNow() - session.ConfirmedAt < TimeSpan.FromMinutes(options.ConfirmMinutes);

    /// <summary>The person acts in another of their roles from now on.</summary>
    public async Task<Outcome<int>> ChooseRoleAsync(string secret, string role, string? organization, CancellationToken cancel) => await record.WriteAsync<int>(
        AccessScope.System,
        session =>
        {
            if (OpenOf(session, secret) is not { } open
                || !session.Query(FindPeople.ReadRoles, RoleGrant.Read, open.Person).Any(held => held.HoldsAt(session.ClockNow) && held.Role == role && held.Organization == organization))
                return Refusal.Forbidden("You do not have this role. Ask your administrator for it.");
            var limits = options.LimitsOf(role);
            var ends = open.BegunAt + limits.Absolute;
            var changed = open with { Role = role, Organization = organization, Idle = limits.Idle, EndsAt = ends < open.EndsAt ? ends : open.EndsAt, SeenAt = session.ClockNow };
            session.Write(SignInTables.Sessions, changed.Row(Tokens.Hash(secret)));
            journal.Note(session, new SignInEvent(SignInAct.RoleChosen, open.Person, role, Session: open.Id));
            return 0;
        },
        cancel);

    /// <summary>Ends a session; harmless when there is none.</summary>
    public Task EndAsync(string secret, CancellationToken cancel) => record.WriteAsync<int>(
        AccessScope.System,
        session =>
        {
            if (OpenOf(session, secret) is not { } open)
                return 0;
            session.Remove(SignInTables.Sessions, Tokens.Hash(secret));
            journal.Note(session, new SignInEvent(SignInAct.SignedOut, open.Person, Session: open.Id));
            return 0;
        },
        cancel);

    /// <summary>Ends one of a person's sessions, or all but one; effective with their next request.</summary>
    /// <param name="person">Whose.</param>
    /// <param name="only">The id of the one to end; null for all.</param>
    /// <param name="except">The id of one that stays, or null.</param>
    /// <param name="by">Who does it.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>How many ended.</returns>
    public async Task<Outcome<int>> RevokeAsync(string person, string? only, string? except, Actor by, CancellationToken cancel) => await record.WriteAsync<int>(
        AccessScope.System,
        session => RevokeAll(session, person, open => (only is null || open.Id == only) && open.Id != except, by),
        cancel);

    /// <summary>Stages the end of a person's sessions within another write.</summary>
    internal int RevokeAll(WriteSession session, string person, Func<Session, bool> which, Actor by)
    {
        var ended = session.Query(ReadOfPerson, row => (Session: Session.Read(row), Hash: row.Text(13)), person).Where(row => which(row.Session)).ToList();
        foreach (var (open, hash) in ended)
        {
            session.Remove(SignInTables.Sessions, hash);
            journal.Note(session, new SignInEvent(SignInAct.SessionRevoked, person, By: by.Reference, Session: open.Id));
        }

        return ended.Count;
    }

    private static Person PersonOf(DbSession session, Session open, string display) => new(
        open.Person, display, open.Role, open.Organization is { } organization ? "Organization/" + organization : null,
        [.. FindTeams.Of(session, open.Person).Select(team => "CareTeam/" + team)]);

    private Session? OpenOf(WriteSession session, string secret) =>
        session.Query(ReadSession, Session.Read, Tokens.Hash(secret), session.ClockNow) is [var open] && open.IsOpenAt(clock.GetUtcNow()) ? open : null;

    private async Task ChangeAsync(string secret, Func<Session, Session> change, CancellationToken cancel) => await record.WriteAsync<int>(
        AccessScope.System,
        session =>
        {
            if (OpenOf(session, secret) is not { } open)
                return 0;
            session.Write(SignInTables.Sessions, change(open).Row(Tokens.Hash(secret)));
            return 0;
        },
        cancel);
}
