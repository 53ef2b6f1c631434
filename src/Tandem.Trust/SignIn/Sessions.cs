using Tandem.Kernel.Actors;
using Tandem.Record.Log;

namespace Tandem.Trust.SignIn;

/// <summary>Who is signed in. Ending a session or a person's right takes effect with the next request.</summary>
public sealed class Sessions(RecordStore record, TimeProvider clock)
{
    private const string ReadSession =
        "SELECT p.id, p.display, p.role, p.organization, p.teams, p.active FROM signin_sessions s JOIN signin_people p ON p.id = s.person "
        + "WHERE s.token_hash = $1 AND s.expires_at > $2 AND p.active = 1";

    /// <summary>The person behind a session's secret, or null.</summary>
    public Person? Find(string secret) =>
        record.Database.Read(session => session.First(ReadSession, Person.Read, Tokens.Hash(secret), clock.GetUtcNow()));

    /// <summary>Everybody who may sign in.</summary>
    public IReadOnlyList<Person> People(AccessScope scope) =>
        scope.Role is "system" or "administrator" ? record.Database.Read(session => session.Query(Person.ReadAll, Person.Read)) : [];

    /// <summary>Ends a session; harmless when there is none.</summary>
    public Task EndAsync(string secret, CancellationToken cancel) => record.WriteAsync<int>(
        AccessScope.System,
        session =>
        {
            session.Remove(SignInTables.Sessions, Tokens.Hash(secret));
            return 0;
        },
        cancel);
}
