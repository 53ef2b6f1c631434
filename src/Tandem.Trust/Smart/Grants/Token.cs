using Tandem.Kernel.Data;
using Tandem.Record.Log;

namespace Tandem.Trust.Smart;

/// <summary>An access or refresh token: what is kept of it. The token itself is random and known to the app alone.</summary>
internal sealed record Token(string Hash, string Kind, string Grant, string Scope, DateTimeOffset IssuedAt, DateTimeOffset ExpiresAt, DateTimeOffset? UsedAt = null)
{
    internal const string Access = "access";
    internal const string Refresh = "refresh";
    internal const string ReadOne = "SELECT token_hash, kind, grant_id, scope, issued_at, expires_at, used_at FROM smart_tokens WHERE token_hash = $1";

    internal static Token Read(DbRow row) =>
        new(row.Text(0), row.Text(1), row.Text(2), row.Text(3), row.Instant(4), row.Instant(5), row.InstantOrNull(6));

    internal void Write(WriteSession session) => session.Write(SmartTables.Tokens, Hash, Kind, Grant, Scope, IssuedAt, ExpiresAt, UsedAt);
}

/// <summary>An authorization code: what is kept of it.</summary>
internal sealed record Code(
    string Hash, string Grant, string RedirectUri, string Challenge, string? Nonce, DateTimeOffset SignedInAt, DateTimeOffset ExpiresAt, DateTimeOffset? UsedAt = null)
{
    internal const string ReadOne =
        "SELECT code_hash, grant_id, redirect_uri, challenge, nonce, signed_in_at, expires_at, used_at FROM smart_codes WHERE code_hash = $1";

    internal static Code Read(DbRow row) =>
        new(row.Text(0), row.Text(1), row.Text(2), row.Text(3), row.TextOrNull(4), row.Instant(5), row.Instant(6), row.InstantOrNull(7));

    internal void Write(WriteSession session) => session.Write(SmartTables.Codes, Hash, Grant, RedirectUri, Challenge, Nonce, SignedInAt, ExpiresAt, UsedAt);
}
