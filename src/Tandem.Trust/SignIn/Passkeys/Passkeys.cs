using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;

namespace Tandem.Trust.SignIn.Passkeys;

/// <summary>
/// Passkeys (WebAuthn level 3): added by somebody who is signed in, and used without typing a name. The authenticator must have verified the person (by PIN, finger,
/// face), so a passkey is two factors in one, and it cannot be phished. The ceremony is the framework's; what it verified is kept here.
/// </summary>
internal sealed class Passkeys(RecordStore record, Sessions sessions, SignInJournal journal, StepCookie steps, SignInOptions site)
{
    private const string CreateStep = "passkey-new";
    private const string UseStep = "passkey";
    private const int MostPasskeys = 20;
    private const int LongestName = 60;

    internal IReadOnlyList<Passkey> Of(string person) => record.Database.Read(session => session.Query(Passkey.ReadOfPerson, Passkey.Read, person));

    /// <summary>True for a passkey that was added before the site asked for longer keys. It goes on signing in until its person has another one.</summary>
    internal bool IsShort(Passkey passkey) => passkey.RsaBits < site.ShortestRsaKey;

    /// <summary>The ids of the people who sign in by one that is shorter than is taken now.</summary>
    internal IReadOnlySet<string> PeopleWithShortKeys() =>
        record.Database.Read(session => session.Query(Passkey.ReadLong, Passkey.Read)).Where(IsShort).Select(passkey => passkey.Person).ToHashSet(StringComparer.Ordinal);

    /// <summary>What the browser needs to make a passkey for somebody (JSON of PublicKeyCredentialCreationOptions).</summary>
    internal async Task<string> CreationOptionsAsync(HttpContext context, Person person)
    {
        var name = People.FindPeople.One(record, person.Id)?.Login ?? person.Display;
        var options = await Handler(context).MakeCreationOptionsAsync(new PasskeyUserEntity { Id = person.Id, Name = name, DisplayName = person.Display }, context);
        steps.Leave(context, CreateStep, options.AttestationState ?? "");
        return options.CreationOptionsJson;
    }

    /// <summary>Adds the passkey that the browser made.</summary>
    internal async Task<Outcome<Passkey>> AddAsync(HttpContext context, Person person, string credential, string name, CancellationToken cancel)
    {
        var result = await Handler(context).PerformAttestationAsync(new PasskeyAttestationContext
        {
            HttpContext = context, CredentialJson = credential, AttestationState = steps.Take(context, CreateStep),
        });
        if (!result.Succeeded || result.UserEntity.Id != person.Id || !result.Passkey.IsUserVerified)
            return Refusal.Invalid(SignInWords.PasskeyNotAdded);
        if (KeyLength.OfAuthenticator(result.Passkey.PublicKey) is { } bits && bits < site.ShortestRsaKey)
        {
            await journal.NoteAsync(new SignInEvent(SignInAct.Refused, person.Id, "passkey: key too short", Origin.Of(context).Address), cancel);
            return Refusal.Invalid(SignInWords.PasskeyTooShort.With(bits, site.ShortestRsaKey));
        }

        return await record.WriteAsync<Passkey>(
            AccessScope.System,
            session =>
            {
                var known = session.Query(PasskeyRow.ReadAll, PasskeyRow.Read, person.Id);
                var row = PasskeyRow.Of(result.Passkey, person.Id, NameOr(name, known.Count + 1), session.Now, null);
                if (known.Count >= MostPasskeys || session.Query(PasskeyRow.ReadOne, PasskeyRow.Read, row.Id).Count > 0)
                    return Refusal.Conflict(SignInWords.PasskeyKnown);
                session.Write(Passkey.Table, row.Values());
                journal.Note(session, new SignInEvent(SignInAct.PasskeyAdded, person.Id, row.Name.Length > 0 ? "passkey" : "", Origin.Of(context).Address));
                return new Passkey(row.Id, row.Person, row.Name, row.CreatedAt, null, row.BackedUp, KeyLength.OfAuthenticator(row.PublicKey));
            },
            cancel);
    }

    /// <summary>What the browser needs to ask for a passkey (JSON of PublicKeyCredentialRequestOptions); of anybody, or of one person.</summary>
    internal async Task<string> RequestOptionsAsync(HttpContext context, Person? person)
    {
        var options = await Handler(context).MakeRequestOptionsAsync(person is null ? null : new PasskeyHolder(person.Id, person.Display), context);
        steps.Leave(context, UseStep, options.AssertionState ?? "");
        return options.RequestOptionsJson;
    }

    /// <summary>Signs in whoever's passkey the browser has used.</summary>
    /// <returns>The session's secret, for the cookie.</returns>
    internal async Task<Outcome<string>> SignInAsync(HttpContext context, string credential, CancellationToken cancel)
    {
        var origin = Origin.Of(context);
        if (await VerifyAsync(context, credential) is not { } verified)
        {
            await journal.NoteAsync(new SignInEvent(SignInAct.Refused, null, "passkey", origin.Address), cancel);
            return NotVerified;
        }

        var secret = Tokens.New();
        return (await record.WriteAsync<Session>(
            AccessScope.System,
            session => Used(session, verified) ? sessions.Begin(session, verified.User!.Id, SignInMeans.Passkey, origin, secret) : NotVerified,
            cancel)).Then<string>(_ => secret);
    }

    /// <summary>True when the browser has used a passkey of this very person.</summary>
    internal async Task<bool> ConfirmAsync(HttpContext context, Person person, string credential, CancellationToken cancel) =>
        await VerifyAsync(context, credential) is { } verified && verified.User!.Id == person.Id
        && (await record.WriteAsync<bool>(AccessScope.System, session => Used(session, verified), cancel)) is { Refusal: null, Value: true };

    /// <summary>Gives a passkey another name.</summary>
    internal Task<Outcome<int>> RenameAsync(string person, string id, string name, CancellationToken cancel) => record.WriteAsync<int>(
        AccessScope.System,
        session =>
        {
            if (session.Query(PasskeyRow.ReadOne, PasskeyRow.Read, id) is not [var row] || row.Person != person)
                return Refusal.NotFound("This passkey is not there any more.");
            session.Write(Passkey.Table, (row with { Name = NameOr(name, 1) }).Values());
            return 0;
        },
        cancel);

    /// <summary>Removes a passkey; not the last means of signing in.</summary>
    internal Task<Outcome<int>> RemoveAsync(string person, string id, bool hasOtherMeans, Actor by, CancellationToken cancel) => record.WriteAsync<int>(
        AccessScope.System,
        session =>
        {
            var all = session.Query(PasskeyRow.ReadAll, PasskeyRow.Read, person);
            if (all.All(row => row.Id != id))
                return 0;
            if (all.Count == 1 && !hasOtherMeans)
                return Refusal.Conflict("This is your last way to sign in. Add another passkey, or a password with codes, before you remove it.");
            session.Remove(Passkey.Table, id);
            journal.Note(session, new SignInEvent(SignInAct.PasskeyRemoved, person, "passkey", By: by.Reference));
            return 0;
        },
        cancel);

    private static Refusal NotVerified => Refusal.Unauthenticated("That did not work. Try again, or sign in another way.");

    private async Task<PasskeyAssertionResult<PasskeyHolder>?> VerifyAsync(HttpContext context, string credential)
    {
        if (steps.Take(context, UseStep) is not { } state)
            return null;
        var result = await Handler(context).PerformAssertionAsync(new PasskeyAssertionContext { HttpContext = context, CredentialJson = credential, AssertionState = state });
        return result.Succeeded && result.Passkey.IsUserVerified ? result : null;
    }

    /// <summary>Keeps the new count and time; false when the passkey was removed meanwhile.</summary>
    private static bool Used(WriteSession session, PasskeyAssertionResult<PasskeyHolder> verified)
    {
        var id = System.Buffers.Text.Base64Url.EncodeToString(verified.Passkey!.CredentialId);
        if (session.Query(PasskeyRow.ReadOne, PasskeyRow.Read, id) is not [var row])
            return false;
        session.Write(Passkey.Table, PasskeyRow.Of(verified.Passkey, row.Person, row.Name, row.CreatedAt, session.Now).Values());
        return true;
    }

    private static string NameOr(string name, int number) =>
        new string([.. name.Trim().Where(c => !char.IsControl(c)).Take(LongestName)]) is { Length: > 0 } given ? given : $"Passkey {number}";

    private static IPasskeyHandler<PasskeyHolder> Handler(HttpContext context) => context.RequestServices.GetRequiredService<IPasskeyHandler<PasskeyHolder>>();
}
