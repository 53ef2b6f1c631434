using System.Diagnostics.Metrics;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Tandem.Kernel;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Log;

namespace Tandem.Trust.SignIn;

/// <summary>What happened around signing in.</summary>
public enum SignInAct
{
    /// <summary>A session began.</summary>
    SignedIn,

    /// <summary>Somebody tried and was refused.</summary>
    Refused,

    /// <summary>A first factor was right; the second is asked for.</summary>
    FirstFactor,

    /// <summary>The person ended their session.</summary>
    SignedOut,

    /// <summary>A session was ended from elsewhere.</summary>
    SessionRevoked,

    /// <summary>The person acts in another of their roles.</summary>
    RoleChosen,

    /// <summary>The person proved again who they are.</summary>
    Confirmed,

    /// <summary>A passkey was added.</summary>
    PasskeyAdded,

    /// <summary>A passkey was removed.</summary>
    PasskeyRemoved,

    /// <summary>A password was set or changed.</summary>
    PasswordSet,

    /// <summary>A password was removed.</summary>
    PasswordRemoved,

    /// <summary>An authenticator for one-time codes was set up.</summary>
    CodesSetUp,

    /// <summary>Recovery codes were made anew.</summary>
    RecoveryCodesMade,

    /// <summary>A recovery code was used.</summary>
    RecoveryCodeUsed,

    /// <summary>A sign-in link was made for somebody.</summary>
    LinkMade,

    /// <summary>The hub was set up.</summary>
    SetUp,

    /// <summary>An account was made or changed.</summary>
    AccountSaved,

    /// <summary>An account may no longer sign in.</summary>
    AccountClosed,

    /// <summary>A role was given.</summary>
    RoleGiven,

    /// <summary>A role was taken.</summary>
    RoleTaken,

    /// <summary>A token or an identity provider of an organisation was changed.</summary>
    ProvisioningChanged,
}

/// <summary>One event of signing in. Ids only: no name, no login, no secret.</summary>
/// <param name="Act">What happened.</param>
/// <param name="Person">Whose account, by id; null when the account is not known.</param>
/// <param name="How">By what means (<c>passkey</c>, <c>password</c>, <c>link</c>, an id), or why not; never a secret.</param>
/// <param name="Address">The address it came from, or null.</param>
/// <param name="By">Who did it, when that is somebody else (FHIR reference).</param>
/// <param name="Session">The id of the session, or null.</param>
public sealed record SignInEvent(SignInAct Act, string? Person, string How = "", string? Address = null, string? By = null, string? Session = null)
{
    /// <summary>As who somebody is let in by it, or null.</summary>
    public AccessScope? As { get; init; }

    /// <summary>Whose account it is (FHIR reference), where its roles are not kept yet; null goes by them.</summary>
    public string? Reference { get; init; }
}

/// <summary>The one place through which every event of signing in goes: into a table, the access log, a counter and the log. Thread-safe.</summary>
public sealed partial class SignInJournal(RecordStore record, TimeProvider clock, ILogger<SignInJournal> log) : IDisposable
{
    internal const string ReadOfPerson = "SELECT at, act, how, address FROM signin_events WHERE person = $1 ORDER BY at DESC, id DESC LIMIT 20";

    internal static readonly Table Events = new(
        "signin_events",
        TableKind.Append,
        [new("id", DbKind.Text)],
        [
            new("at", DbKind.Integer), new("act", DbKind.Text), new("person", DbKind.Text, Nullable: true), new("how", DbKind.Text),
            new("address", DbKind.Text, Nullable: true), new("done_by", DbKind.Text, Nullable: true), new("session", DbKind.Text, Nullable: true),
        ],
        [new("person", "person, at"), new("at", "at")]);

    private readonly Meter meter = new("Tandem.Trust");
    private Counter<long>? counter;

    private Counter<long> Counter => counter ??= meter.CreateCounter<long>("tandem_sign_in_events_total", description: "Events of signing in, by act.");

    /// <summary>Keeps an event in the commit of the act itself.</summary>
    public void Note(WriteSession session, SignInEvent happened)
    {
        session.Write(
            Events, Ids.New(clock), session.Now, happened.Act.ToString(), happened.Person, happened.How, happened.Address, happened.By, happened.Session);
        session.Acted(ActOf(happened, happened.Person is { } person ? happened.As?.Actor.Reference ?? happened.Reference ?? Person.ReferenceOf(session, person) : null));
        Counter.Add(1, new KeyValuePair<string, object?>("act", happened.Act.ToString()));
        Happened(log, happened.Act, happened.Person, happened.How, happened.Session);
    }

    /// <summary>Keeps an event that changes nothing else, such as a refusal.</summary>
    public Task NoteAsync(SignInEvent happened, CancellationToken cancel) => record.WriteAsync<int>(
        AccessScope.System,
        session =>
        {
            Note(session, happened);
            return 0;
        },
        cancel);

    /// <summary>The event as the access log has it. Who was refused has not shown who they are, so nobody is its actor.</summary>
    /// <param name="happened">What happened.</param>
    /// <param name="subject">Whose account it is, as the record names them, or null.</param>
    private static TrailAct ActOf(SignInEvent happened, string? subject) => new(CodeOf(happened.Act), KindOf(happened.Act), happened.How)
    {
        Actor = happened.Act == SignInAct.Refused ? "" : happened.By,
        As = happened.As ?? (subject is not null && happened.Act is not (SignInAct.Refused or SignInAct.FirstFactor) ? new AccessScope(new Actor(subject, ""), null, "", "", Reach.NoOne) : null),
        Subjects = subject is not null ? [subject] : [],
        IsRefused = happened.Act == SignInAct.Refused,
    };

    private static string CodeOf(SignInAct act) => act switch
    {
        SignInAct.SignedIn or SignInAct.Refused => "login",
        SignInAct.SignedOut => "logout",
        _ => JsonNamingPolicy.KebabCaseLower.ConvertName(act.ToString()),
    };

    private static ActKind KindOf(SignInAct act) =>
        act is SignInAct.AccountSaved or SignInAct.AccountClosed or SignInAct.RoleGiven or SignInAct.RoleTaken or SignInAct.ProvisioningChanged or SignInAct.SetUp or SignInAct.LinkMade
            ? ActKind.Permission
            : ActKind.SignIn;

    /// <inheritdoc/>
    public void Dispose() => meter.Dispose();

    [LoggerMessage(EventId = 410, Level = LogLevel.Information, Message = "Sign-in: {Act} of {Person} by {How}, session {Session}")]
    private static partial void Happened(ILogger log, SignInAct act, string? person, string how, string? session);
}
