using Tandem.Kernel.Data;

namespace Tandem.Trust.Smart;

/// <summary>Apps, what people granted them, and the tokens of that. Of every secret only the hash is kept; signing keys are sealed.</summary>
internal static class SmartTables
{
    internal static readonly Table Clients = new(
        "smart_clients",
        TableKind.Rows,
        [new("id", DbKind.Text)],
        [
            new("status", DbKind.Text), new("metadata", DbKind.Text), new("role", DbKind.Text, Nullable: true), new("organization", DbKind.Text, Nullable: true),
            new("secret_hash", DbKind.Text, Nullable: true), new("manage_hash", DbKind.Text, Nullable: true), new("created_at", DbKind.Integer),
            new("decided_at", DbKind.Integer, Nullable: true), new("decided_by", DbKind.Text, Nullable: true),
        ],
        [new("status", "status")]);

    internal static readonly Table Grants = new(
        "smart_grants",
        TableKind.Rows,
        [new("id", DbKind.Text)],
        [
            new("client", DbKind.Text), new("scope", DbKind.Text), new("created_at", DbKind.Integer), new("expires_at", DbKind.Integer),
            new("person", DbKind.Text, Nullable: true), new("role", DbKind.Text, Nullable: true), new("organization", DbKind.Text, Nullable: true),
            new("patient", DbKind.Text, Nullable: true), new("encounter", DbKind.Text, Nullable: true), new("context", DbKind.Text),
            new("session", DbKind.Text, Nullable: true), new("revoked_at", DbKind.Integer, Nullable: true), new("revoked_why", DbKind.Text, Nullable: true),
        ],
        [new("person", "person"), new("client", "client"), new("expires", "expires_at"), new("revoked", "revoked_at", "revoked_at IS NOT NULL")]);

    internal static readonly Table Codes = new(
        "smart_codes",
        TableKind.Rows,
        [new("code_hash", DbKind.Text)],
        [
            new("grant_id", DbKind.Text), new("redirect_uri", DbKind.Text), new("challenge", DbKind.Text), new("nonce", DbKind.Text, Nullable: true),
            new("signed_in_at", DbKind.Integer), new("expires_at", DbKind.Integer), new("used_at", DbKind.Integer, Nullable: true),
        ],
        [new("expires", "expires_at")]);

    internal static readonly Table Tokens = new(
        "smart_tokens",
        TableKind.Rows,
        [new("token_hash", DbKind.Text)],
        [
            new("kind", DbKind.Text), new("grant_id", DbKind.Text), new("scope", DbKind.Text), new("issued_at", DbKind.Integer), new("expires_at", DbKind.Integer),
            new("used_at", DbKind.Integer, Nullable: true),
        ],
        [new("grant", "grant_id"), new("expires", "expires_at")]);

    /// <summary>Numbers of assertions that were used (RFC 7523 3, jti), until they would have expired anyway.</summary>
    internal static readonly Table Assertions = new(
        "smart_assertions", TableKind.Rows, [new("issuer", DbKind.Text), new("jti_hash", DbKind.Text)], [new("expires_at", DbKind.Integer)], [new("expires", "expires_at")]);

    internal static readonly Table Keys = new(
        "smart_keys", TableKind.Rows, [new("id", DbKind.Text)], [new("created_at", DbKind.Integer), new("sealed", DbKind.Text)], []);

    internal static readonly IReadOnlyList<Table> All = [Clients, Grants, Codes, Tokens, Assertions, Keys];
}
