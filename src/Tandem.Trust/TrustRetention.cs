using Tandem.Record.Retention;
using Tandem.Trust.Access;
using Tandem.Trust.Audit;
using Tandem.Trust.SignIn;
using Tandem.Trust.SignIn.Passwords;
using Tandem.Trust.Smart;

namespace Tandem.Trust;

/// <summary>What signing in, apps and emergencies leave behind, and for how long. The access log has all of it for its own time.</summary>
public static class TrustRetention
{
    private const string FindLinks = "SELECT token_hash FROM signin_links WHERE expires_at < $1 LIMIT $2";
    private const string FindSessions = "SELECT token_hash FROM signin_open WHERE ends_at < $1 LIMIT $2";
    private const string FindAttempts = "SELECT subject FROM signin_attempts WHERE last_at < $1 LIMIT $2";
    private const string FindSignIns = "SELECT id FROM signin_events WHERE at < $1 LIMIT $2";
    private const string FindTokens = "SELECT token_hash FROM smart_tokens WHERE expires_at < $1 LIMIT $2";
    private const string FindCodes = "SELECT code_hash FROM smart_codes WHERE expires_at < $1 LIMIT $2";
    private const string FindAssertions = "SELECT issuer, jti_hash FROM smart_assertions WHERE expires_at < $1 LIMIT $2";

    private const string FindGrants = $"SELECT id FROM smart_grants WHERE (expires_at < $1 OR revoked_at < $1) AND {RetentionModule.NotHeld} LIMIT $2";

    private const string FindEmergencies = $"SELECT id FROM access_emergencies WHERE outcome <> '' AND until < $1 AND {RetentionModule.NotHeld} LIMIT $2";

    /// <summary>The access log: a rule like the others says how long, and <c>./tandem audit purge</c> alone removes, which signs that it did.</summary>
    public static RetainedKind AccessLog { get; } = new("access-log", AuditTables.Events, "", Days: 2557, RetainedKind.SixYears, "45 CFR 164.316(b)(2)") { IsOfPatients = true, RemovedBy = RemovedBy.Command };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<RetainedKind> Kinds { get; } =
    [
        AccessLog,
        new("sessions", SignInTables.Sessions, FindSessions, Days: 1, LeastDays: 0),
        new("sign-in-links", SignInTables.Links, FindLinks, Days: 30, LeastDays: 0),
        new("sign-in-attempts", SignInThrottle.Attempts, FindAttempts, Days: 30, LeastDays: 1),
        new("sign-ins", SignInJournal.Events, FindSignIns, Days: 400, LeastDays: 30),
        new("app-tokens", SmartTables.Tokens, FindTokens, Days: 1, LeastDays: 1),
        new("app-codes", SmartTables.Codes, FindCodes, Days: 1, LeastDays: 1),
        new("app-assertions", SmartTables.Assertions, FindAssertions, Days: 1, LeastDays: 0),
        new("app-grants", SmartTables.Grants, FindGrants, RetainedKind.SixYears, RetainedKind.SixYears, "45 CFR 164.508(b)(6), 164.530(j)") { IsOfPatients = true },
        new("emergencies", EmergencyAccess.Table, FindEmergencies, RetainedKind.SixYears, RetainedKind.SixYears, "45 CFR 164.316(b)(2)") { IsOfPatients = true },
        new("disclosures", NotedDisclosure.Table, NotedDisclosure.FindOld, RetainedKind.SixYears, RetainedKind.SixYears, "45 CFR 164.528(d), 164.530(j)") { IsOfPatients = true },
        new("suspensions", DisclosureSuspension.Table, DisclosureSuspension.FindOld, RetainedKind.SixYears, RetainedKind.SixYears, "45 CFR 164.528(a)(2)(ii), 164.530(j)") { IsOfPatients = true },
        new("studies", SummedStudy.Table, SummedStudy.FindOld, RetainedKind.SixYears, RetainedKind.SixYears, "45 CFR 164.528(d), 164.530(j)"),
    ];
}
