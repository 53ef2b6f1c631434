using Tandem.Kernel.Data;

namespace Tandem.Trust.People;

/// <summary>Accounts and their roles. They, and not the record's Practitioner and PractitionerRole, decide who may act as what: nobody gets a role by writing a resource.</summary>
internal static class PeopleTables
{
    internal static readonly Table Accounts = new(
        "people_accounts",
        TableKind.Rows,
        [new("id", DbKind.Text)],
        [
            new("display", DbKind.Text), new("login", DbKind.Text, Nullable: true), new("home", DbKind.Text, Nullable: true), new("active", DbKind.Integer),
            new("external_id", DbKind.Text, Nullable: true), new("given", DbKind.Text, Nullable: true), new("family", DbKind.Text, Nullable: true),
            new("changed_at", DbKind.Integer),
        ],
        [new("login", "login"), new("home", "home, display")]);

    /// <summary>The organisation is empty for the region itself.</summary>
    internal static readonly Table Grants = new(
        "people_roles",
        TableKind.Rows,
        [new("person", DbKind.Text), new("organization", DbKind.Text), new("role", DbKind.Text)],
        [new("since", DbKind.Integer), new("until_at", DbKind.Integer, Nullable: true)],
        [new("organization", "organization, role")]);

    internal static IEnumerable<Table> All => [Accounts, Grants];
}
