using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Tandem.Kernel.Data;
using Tandem.Record.Log;

namespace Tandem.Trust.SignIn.Passwords;

/// <summary>What a person knows and has beside passkeys: the hash of a password, the sealed secret of an authenticator with the last step that was used.</summary>
internal sealed record SecretRow(string Person, string? PasswordHash, DateTimeOffset? PasswordAt, string? CodeSecret, long CodeStep)
{
    internal const string ReadOne = "SELECT person, password_hash, password_at, code_secret, code_step FROM signin_secrets WHERE person = $1";

    internal static readonly Table Table = new(
        "signin_secrets",
        TableKind.Rows,
        [new("person", DbKind.Text)],
        [
            new("password_hash", DbKind.Text, Nullable: true), new("password_at", DbKind.Integer, Nullable: true), new("code_secret", DbKind.Text, Nullable: true),
            new("code_step", DbKind.Integer),
        ],
        []);

    /// <summary>Recovery codes by the hash of each: 118 random bits, so a plain hash cannot be searched.</summary>
    internal static readonly Table Recovery = new(
        "signin_recovery", TableKind.Rows, [new("person", DbKind.Text), new("code_hash", DbKind.Text)], [new("used_at", DbKind.Integer, Nullable: true)], []);

    internal const string ReadRecovery = "SELECT code_hash, used_at FROM signin_recovery WHERE person = $1";

    internal bool HasPassword => PasswordHash is not null;

    internal bool HasCodes => CodeSecret is not null;

    internal static SecretRow Read(DbRow row) => new(row.Text(0), row.TextOrNull(1), row.InstantOrNull(2), row.TextOrNull(3), row.Integer(4));

    internal static SecretRow None(string person) => new(person, null, null, null, 0);

    internal void Write(WriteSession session) => session.Write(Table, Person, PasswordHash, PasswordAt, CodeSecret, CodeStep);
}

/// <summary>Hashes passwords and seals secrets of authenticators. Thread-safe.</summary>
internal sealed class SecretKeeping(IDataProtectionProvider protection)
{
    /// <summary>OWASP's figure for PBKDF2 with HMAC-SHA-512.</summary>
    private const int Iterations = 210_000;

    private static readonly object Nobody = new();
    private readonly PasswordHasher<object> hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = Iterations }));
    private readonly IDataProtector protector = protection.CreateProtector("Tandem.SignIn.Codes");
    private readonly Lazy<string> nobodys = new(() => new PasswordHasher<object>(Options.Create(new PasswordHasherOptions { IterationCount = Iterations })).HashPassword(Nobody, Tokens.New()));

    internal string Hash(string password) => hasher.HashPassword(Nobody, PasswordRules.Normal(password));

    /// <summary>Whether a password is right. Without a hash it takes as long and is not, so that time does not tell who has an account.</summary>
    internal bool IsRight(string? hash, string password) => IsRight(hash, password, out _);

    /// <summary>As the other, and whether the hash was made with less work than one is made with today: then the password is hashed anew.</summary>
    internal bool IsRight(string? hash, string password, out bool isOld)
    {
        isOld = false;
        if (password.Length > PasswordRules.Longest * 4)
            return false;
        var found = hasher.VerifyHashedPassword(Nobody, hash ?? nobodys.Value, PasswordRules.Normal(password));
        isOld = found == PasswordVerificationResult.SuccessRehashNeeded;
        return found != PasswordVerificationResult.Failed && hash is not null;
    }

    internal string Seal(byte[] secret) => Convert.ToBase64String(protector.Protect(secret));

    internal byte[] Unseal(string text) => protector.Unprotect(Convert.FromBase64String(text));
}
