using Tandem.Kernel;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Trust.People;
using Tandem.Trust.SignIn;

namespace Tandem.Trust.Teams;

/// <summary>Somebody will be away, and a colleague stands in: while it lasts the colleague is led to the absent person's list. The person or an administrator may note it.</summary>
public static class NoteAbsence
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    /// <param name="person">Who will be away.</param>
    /// <param name="from">From when (inclusive).</param>
    /// <param name="until">Until when (exclusive); at most a year later.</param>
    /// <param name="cover">Who stands in, or null when the teams take the work.</param>
    /// <param name="record">The record.</param>
    /// <param name="clock">For the id.</param>
    /// <param name="scope">Who notes it.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>The absence's id.</returns>
    public static async Task<Outcome<string>> HandleAsync(
        string person, DateTimeOffset from, DateTimeOffset until, string? cover, RecordStore record, TimeProvider clock, AccessScope scope, CancellationToken cancel) =>
        await record.WriteAsync<string>(
            Administration.Writing(scope),
            session =>
            {
                if (RefuseFor(session, person, scope) is { } refusal)
                    return refusal;
                if (until <= from || until <= session.Now || until - from > Longest)
                    return Refusal.Invalid("These times do not fit.", new RefusalDetail("value", TeamWords.AbsenceTimes, "until"));
                if (cover is not null && (cover == person || session.Query(FindPeople.ReadOne, Account.Read, cover) is not [{ Active: true }]))
                    return Refusal.Invalid("This person cannot stand in.", new RefusalDetail("value", TeamWords.CoverUnknown, "cover"));
                var id = Ids.New(clock);
                session.Write(TeamTables.Absences, id, person, from, until, cover, scope.Actor.Reference);
                return id;
            },
            cancel);

    /// <summary>Takes an absence back; harmless when it is gone.</summary>
    public static async Task<Outcome<int>> TakeBackAsync(string id, RecordStore record, AccessScope scope, CancellationToken cancel) => await record.WriteAsync<int>(
        Administration.Writing(scope),
        session =>
        {
            if (session.Query(FindTeams.ReadAbsence, Absence.Read, id) is not [var absence])
                return 0;
            if (RefuseFor(session, absence.Person, scope) is { } refusal)
                return refusal;
            session.Remove(TeamTables.Absences, id);
            return 1;
        },
        cancel);

    private static Refusal? RefuseFor(WriteSession session, string person, AccessScope scope)
    {
        if (scope.Actor.Reference == "Practitioner/" + person)
            return null;
        if (Administration.Refuse(scope) is { } refusal)
            return refusal;
        var within = Administration.Within(session, scope);
        return session.Query(FindPeople.ReadOne, Account.Read, person) is [var account]
            && (within is null || FindPeople.Belongs(account, session.Query(FindPeople.ReadRoles, RoleGrant.Read, person), within))
            ? null
            : Refusal.NotFound("This account does not exist.");
    }
}
