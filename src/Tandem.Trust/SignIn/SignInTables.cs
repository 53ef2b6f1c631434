using Tandem.Kernel.Data;
using Tandem.Trust.SignIn.Passkeys;
using Tandem.Trust.SignIn.Passwords;
using Tandem.Trust.SignIn.Providers;

namespace Tandem.Trust.SignIn;

/// <summary>The links that let people in, and the sessions that are open. Only hashes of secrets are kept.</summary>
internal static class SignInTables
{
    internal static readonly Table Links = new(
        "signin_links",
        TableKind.Rows,
        [new("token_hash", DbKind.Text)],
        [
            new("person", DbKind.Text, Nullable: true), new("purpose", DbKind.Text), new("expires_at", DbKind.Integer),
            new("reusable", DbKind.Integer), new("used_at", DbKind.Integer, Nullable: true),
        ],
        [new("expires", "expires_at")]);

    internal static readonly Table Sessions = new(
        "signin_open",
        TableKind.Rows,
        [new("token_hash", DbKind.Text)],
        [
            new("id", DbKind.Text), new("person", DbKind.Text), new("role", DbKind.Text), new("organization", DbKind.Text), new("means", DbKind.Text),
            new("begun_at", DbKind.Integer), new("seen_at", DbKind.Integer), new("ends_at", DbKind.Integer), new("idle", DbKind.Integer),
            new("confirmed_at", DbKind.Integer), new("device", DbKind.Text), new("address", DbKind.Text, Nullable: true), new("provider", DbKind.Text, Nullable: true),
        ],
        [new("person", "person, begun_at"), new("ends", "ends_at")]);

    internal static IEnumerable<Table> All => [Links, Sessions, SignInJournal.Events, Passkey.Table, SecretRow.Table, SecretRow.Recovery, SignInThrottle.Attempts, ProviderSettings.Providers, ProviderSettings.StrengthsAsked, ProviderSettings.ShortKeys, ProviderSettings.Subjects];
}
