using System.Buffers.Text;
using Microsoft.AspNetCore.Identity;
using Tandem.Record.Log;
using Tandem.Trust.People;

namespace Tandem.Trust.SignIn.Passkeys;

/// <summary>A person as the framework's passkey handler knows them.</summary>
internal sealed record PasskeyHolder(string Id, string Name);

/// <summary>Lets the framework's passkey handler read accounts and passkeys. It never writes: what it verified is kept by our own use cases, in one commit with the session.</summary>
internal sealed class PasskeyStore(RecordStore record) : IUserPasskeyStore<PasskeyHolder>
{
    public Task<PasskeyHolder?> FindByIdAsync(string userId, CancellationToken cancellationToken) =>
        Task.FromResult(FindPeople.One(record, userId) is { Active: true } account ? new PasskeyHolder(account.Id, account.Display) : null);

    public Task<PasskeyHolder?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken) => Task.FromResult<PasskeyHolder?>(null);

    public async Task<PasskeyHolder?> FindByPasskeyIdAsync(byte[] credentialId, CancellationToken cancellationToken) =>
        One(credentialId) is { } row ? await FindByIdAsync(row.Person, cancellationToken) : null;

    public Task<UserPasskeyInfo?> FindPasskeyAsync(PasskeyHolder user, byte[] credentialId, CancellationToken cancellationToken) =>
        Task.FromResult(One(credentialId) is { } row && row.Person == user.Id ? row.Shown() : null);

    public Task<IList<UserPasskeyInfo>> GetPasskeysAsync(PasskeyHolder user, CancellationToken cancellationToken) => Task.FromResult<IList<UserPasskeyInfo>>(
        [.. record.Database.Read(session => session.Query(PasskeyRow.ReadAll, PasskeyRow.Read, user.Id)).Select(row => row.Shown())]);

    public Task<string> GetUserIdAsync(PasskeyHolder user, CancellationToken cancellationToken) => Task.FromResult(user.Id);

    public Task<string?> GetUserNameAsync(PasskeyHolder user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Name);

    public Task<string?> GetNormalizedUserNameAsync(PasskeyHolder user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Name);

    public Task AddOrUpdatePasskeyAsync(PasskeyHolder user, UserPasskeyInfo passkey, CancellationToken cancellationToken) => throw NeverWrites();

    public Task RemovePasskeyAsync(PasskeyHolder user, byte[] credentialId, CancellationToken cancellationToken) => throw NeverWrites();

    public Task SetUserNameAsync(PasskeyHolder user, string? userName, CancellationToken cancellationToken) => throw NeverWrites();

    public Task SetNormalizedUserNameAsync(PasskeyHolder user, string? normalizedName, CancellationToken cancellationToken) => throw NeverWrites();

    public Task<IdentityResult> CreateAsync(PasskeyHolder user, CancellationToken cancellationToken) => throw NeverWrites();

    public Task<IdentityResult> UpdateAsync(PasskeyHolder user, CancellationToken cancellationToken) => throw NeverWrites();

    public Task<IdentityResult> DeleteAsync(PasskeyHolder user, CancellationToken cancellationToken) => throw NeverWrites();

    public void Dispose()
    {
        // nothing of its own
    }

    private PasskeyRow? One(byte[] credentialId) =>
        record.Database.Read(session => session.First(PasskeyRow.ReadOne, PasskeyRow.Read, Base64Url.EncodeToString(credentialId)));

    private static InvalidOperationException NeverWrites() => new("Accounts and passkeys are written by their use cases only.");
}
