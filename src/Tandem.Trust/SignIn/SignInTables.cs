using Tandem.Kernel.Data;

namespace Tandem.Trust.SignIn;

/// <summary>Who may sign in, the links that let them, and their sessions. Only hashes of tokens are kept.</summary>
internal static class SignInTables
{
    internal static readonly Table People = new(
        "signin_people",
        TableKind.Rows,
        [new("id", DbKind.Text)],
        [
            new("display", DbKind.Text), new("role", DbKind.Text), new("organization", DbKind.Text, Nullable: true),
            new("teams", DbKind.Text), new("active", DbKind.Integer),
        ],
        []);

    internal static readonly Table Links = new(
        "signin_links",
        TableKind.Rows,
        [new("token_hash", DbKind.Text)],
        [
            new("person", DbKind.Text, Nullable: true), new("purpose", DbKind.Text), new("expires_at", DbKind.Integer),
            new("reusable", DbKind.Integer), new("used_at", DbKind.Integer, Nullable: true),
        ],
        []);

    internal static readonly Table Sessions = new(
        "signin_sessions",
        TableKind.Rows,
        [new("token_hash", DbKind.Text)],
        [new("person", DbKind.Text), new("expires_at", DbKind.Integer)],
        [new("person", "person")]);
}
