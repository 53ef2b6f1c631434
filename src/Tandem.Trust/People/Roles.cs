namespace Tandem.Trust.People;

/// <summary>The roles that people have in organisations. What a role may see is the policies' matter; here is what it is called and what it works for.</summary>
public static class Roles
{
    /// <summary>The code system of roles in <c>PractitionerRole.code</c>.</summary>
    public const string System = "https://tandem.example/fhir/CodeSystem/role";

    /// <summary>Every role, staff first.</summary>
    public static readonly IReadOnlyList<string> All =
    [
        "coordinator", "nurse", "nurse-lead", "physician", "social-worker", "community-health-worker", "front-desk", "pharmacist", "quality-lead",
        "privacy-officer", "integration-engineer", "administrator", "researcher", "patient", "proxy",
    ];

    /// <summary>The roles that administrators give. Patients and representatives are let in from the patient's record (<c>Access/Portal</c>), since administrators see no patients.</summary>
    public static readonly IReadOnlyList<string> OfStaff = [.. All.Where(IsStaff)];

    /// <summary>Roles of people who look after other people's data: they need a phishing-resistant or a second factor.</summary>
    public static bool IsStaff(string role) => role is not ("patient" or "proxy");

    /// <summary>What a role reads and writes the record for: a code of HL7 v3 PurposeOfUse.</summary>
    public static string PurposeOf(string role) => role switch
    {
        "patient" or "proxy" => "PATRQT",
        "researcher" => "HRESCH",
        "quality-lead" => "HQUALIMP",
        "privacy-officer" => "HCOMPL",
        "administrator" or "integration-engineer" => "HSYSADMIN",
        "front-desk" => "COVERAGE",
        _ => "TREAT",
    };
}
