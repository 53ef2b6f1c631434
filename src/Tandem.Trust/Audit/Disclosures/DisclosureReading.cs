namespace Tandem.Trust.Audit;

/// <summary>
/// Which events of the access log are disclosures that a patient is told of. Left out is what 45 CFR 164.528(a)(1) leaves out: for treatment, payment and operations, and to the person. Told beyond it: apps that the
/// person let in, and records opened in an emergency. A service that is not said to treat, pay or run the house is taken for somebody outside.
/// </summary>
internal static class DisclosureReading
{
    private const string Research = "HRESCH";
    private const string Person = "PATRQT";
    private const string RunsTheHub = "HSYSADMIN";

    /// <summary>Treatment, payment and health care operations (45 CFR 164.501), by HL7 v3 PurposeOfUse.</summary>
    private static readonly string[] Exempt = ["TREAT", "ETREAT", "HPAYMT", "COVERAGE", "HOPERAT", "HQUALIMP", "HCOMPL"];

    /// <summary>In which way an event is a disclosure; null when it is none.</summary>
    internal static DisclosureKind? KindOf(AuditDraft happened, AuditDetail detail) => happened.Outcome != 0 || detail.Decision == "deny" ? null : happened.Interaction switch
    {
        "emergency-opened" => DisclosureKind.Emergency,
        "app-connected" or "token-issued" => IsByThePerson(detail) ? DisclosureKind.App : null,
        _ when IsAct(happened) || detail.Action is "C" or "U" or "D" => null,
        _ when detail.Purpose == Research => DisclosureKind.Research,
        _ when !IsOutside(happened, detail) => null,
        "export" or "download" => DisclosureKind.Export,
        "notification" => DisclosureKind.Notification,
        _ when happened.Actor.StartsWith("Device/", StringComparison.Ordinal) => DisclosureKind.System,
        _ => null,
    };

    /// <summary>Who received it: a FHIR reference.</summary>
    internal static string RecipientOf(AuditDraft happened, AuditDetail detail, DisclosureKind kind) =>
        kind == DisclosureKind.App ? detail.References.FirstOrDefault(one => one.StartsWith("Device/", StringComparison.Ordinal)) ?? happened.Actor : happened.Actor;

    /// <summary>The resource types that were touched, or that an app was let see: <c>*</c> for all.</summary>
    internal static IEnumerable<string> TypesOf(AuditDetail detail, DisclosureKind kind) => kind switch
    {
        DisclosureKind.Emergency => ["*"],
        DisclosureKind.App => detail.How.Split(' ').Where(scope => scope.StartsWith("patient/", StringComparison.Ordinal) || scope.StartsWith("user/", StringComparison.Ordinal))
            .Select(scope => scope.Split('/', 2)[1].Split('.', 2)[0]),
        _ => detail.References.Select(reference => reference.Split('/', 2)[0]),
    };

    private static bool IsAct(AuditDraft happened) => (happened.Marks & (AuditMarks.SignIn | AuditMarks.App | AuditMarks.Permission | AuditMarks.BreakGlass)) != 0;

    private static bool IsByThePerson(AuditDetail detail) =>
        detail.References.Any(one => one.StartsWith("Patient/", StringComparison.Ordinal) || one.StartsWith("RelatedPerson/", StringComparison.Ordinal));

    private static bool IsOutside(AuditDraft happened, AuditDetail detail) =>
        detail.Purpose != Person && !Exempt.Contains(detail.Purpose) && !(detail.Purpose == RunsTheHub && happened.Actor.StartsWith("Practitioner/", StringComparison.Ordinal)) && detail.Role != "system";
}
