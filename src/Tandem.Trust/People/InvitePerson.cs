using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Trust.SignIn;

namespace Tandem.Trust.People;

/// <summary>A person gets a link that works once, within two days, and lets them set up how they sign in. Handing it over is the administrator's matter: in person, or by a channel that reaches nobody else.</summary>
public sealed class InvitePerson(RecordStore record, SignInLinks links)
{
    /// <summary>How long it works.</summary>
    public static readonly TimeSpan Lasts = TimeSpan.FromDays(2);

    /// <returns>The link's path.</returns>
    public async Task<Outcome<string>> HandleAsync(string person, AccessScope scope, CancellationToken cancel)
    {
        if (Administration.Refuse(scope) is { } refusal)
            return refusal;
        var within = Administration.Within(record, scope);
        if (FindPeople.One(record, person) is not { } account || (within is not null && !FindPeople.Belongs(account, FindPeople.RolesOf(record, person), within)))
            return Refusal.NotFound("This account does not exist.");
        return account.Active ? await links.NewPersonPathAsync(person, Lasts, cancel) : Refusal.Conflict("This account is closed. Open it first.");
    }
}
