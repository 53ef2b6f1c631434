using Microsoft.AspNetCore.Identity;
using Tandem.Kernel.Data;

namespace Tandem.Trust.SignIn.Passkeys;

/// <summary>A passkey of a person, as they see it.</summary>
/// <param name="Id">The credential's id, base64url.</param>
/// <param name="Person">Whose.</param>
/// <param name="Name">What they call it.</param>
/// <param name="CreatedAt">When it was added.</param>
/// <param name="UsedAt">When it was last used, or null.</param>
/// <param name="IsSynced">True when it is kept by an account of the device's maker, so that other devices of the person have it too.</param>
/// <param name="RsaBits">How long its key is when that is of RSA; null for one of a curve.</param>
internal sealed record Passkey(string Id, string Person, string Name, DateTimeOffset CreatedAt, DateTimeOffset? UsedAt, bool IsSynced, int? RsaBits = null)
{
    internal const string ReadOfPerson =
        "SELECT id, person, name, created_at, used_at, backed_up, public_key FROM signin_passkeys WHERE person = $1 ORDER BY created_at, id";

    /// <summary>Passkeys whose key takes more room than one of a curve does (P-521 needs some 140 bytes, RSA of 1024 bits some 140 and of 2048 some 270).</summary>
    internal const string ReadLong = "SELECT id, person, name, created_at, used_at, backed_up, public_key FROM signin_passkeys WHERE length(public_key) > 130";

    internal static readonly Table Table = new(
        "signin_passkeys",
        TableKind.Rows,
        [new("id", DbKind.Text)],
        [
            new("person", DbKind.Text), new("name", DbKind.Text), new("created_at", DbKind.Integer), new("used_at", DbKind.Integer, Nullable: true),
            new("public_key", DbKind.Bytes), new("sign_count", DbKind.Integer), new("transports", DbKind.Text), new("verified", DbKind.Integer),
            new("backup_eligible", DbKind.Integer), new("backed_up", DbKind.Integer),
        ],
        [new("person", "person, created_at")]);

    internal static Passkey Read(DbRow row) => new(row.Text(0), row.Text(1), row.Text(2), row.Instant(3), row.InstantOrNull(4), row.Integer(5) != 0, KeyLength.OfAuthenticator(row.Bytes(6)));
}

/// <summary>A passkey with its public key: the whole row.</summary>
internal sealed record PasskeyRow(string Id, string Person, string Name, DateTimeOffset CreatedAt, DateTimeOffset? UsedAt, byte[] PublicKey, long SignCount, string Transports, bool Verified, bool BackupEligible, bool BackedUp)
{
    internal const string Columns = "id, person, name, created_at, used_at, public_key, sign_count, transports, verified, backup_eligible, backed_up";

    internal const string ReadOne = $"SELECT {Columns} FROM signin_passkeys WHERE id = $1";

    internal const string ReadAll = $"SELECT {Columns} FROM signin_passkeys WHERE person = $1 ORDER BY created_at, id";

    internal static PasskeyRow Read(DbRow row) => new(
        row.Text(0), row.Text(1), row.Text(2), row.Instant(3), row.InstantOrNull(4), row.Bytes(5), row.Integer(6), row.Text(7), row.Integer(8) != 0, row.Integer(9) != 0, row.Integer(10) != 0);

    /// <summary>The row of what an authenticator has shown.</summary>
    internal static PasskeyRow Of(UserPasskeyInfo shown, string person, string name, DateTimeOffset createdAt, DateTimeOffset? usedAt) => new(
        System.Buffers.Text.Base64Url.EncodeToString(shown.CredentialId), person, name, createdAt, usedAt, shown.PublicKey, shown.SignCount, string.Join(' ', shown.Transports ?? []),
        shown.IsUserVerified, shown.IsBackupEligible, shown.IsBackedUp);

    internal UserPasskeyInfo Shown() => new(
        System.Buffers.Text.Base64Url.DecodeFromChars(Id), PublicKey, CreatedAt, (uint)SignCount, Transports.Split(' ', StringSplitOptions.RemoveEmptyEntries), Verified, BackupEligible, BackedUp, [], [])
    {
        Name = Name,
    };

    internal DbValue[] Values() => [Id, Person, Name, CreatedAt, UsedAt, PublicKey, SignCount, Transports, Verified, BackupEligible, BackedUp];
}
