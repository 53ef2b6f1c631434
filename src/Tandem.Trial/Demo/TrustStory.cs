using System.Text.Json;
using System.Text.Json.Nodes;
using Tandem.Fhir.Json;
using Tandem.Fhir.Views;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Record.Search;
using Tandem.Trust.Access;
using Tandem.Trust.Organizations;
using Tandem.Trust.SignIn;

namespace Tandem.Trial.Demo;

/// <summary>
/// Who sees what, to be looked at: somebody in each further role at the house where they work, a patient and a mother who sign in to records of their own, a referral to a community agency that the patient agreed to, a
/// record of substance use, and an emergency opening that waits for review.
/// </summary>
internal sealed class TrustStory(RecordStore record, RecordSearch search, AccessScopes scopes, SyntheticRegion region, DateOnly today)
{
    private const string Agency = "demo-partners";
    private const string Recovery = "demo-recovery";
    private const string Mother = "demo-mother";
    private const int OldestChild = 11;

    /// <summary>People in roles that no story of messages needs, each with the id of their house.</summary>
    internal static readonly IReadOnlyList<(Colleague Who, string House)> Others =
    [
        (new("demo-nora", "Nora", "Prueba-Lind", "nurse", "Nurse"), "demo-evh"), (new("demo-priya", "Priya", "Sample-Rao", "pharmacist", "Pharmacist"), "demo-psmc"),
        (new("demo-frank", "Frank", "Mock-Dubois", "front-desk", "Front desk"), "demo-psmc"), (new("demo-sam", "Sam", "Fixture-Adeyemi", "social-worker", "Social worker"), Agency),
        (new("demo-celia", "Celia", "Ejemplo-Cruz", "community-health-worker", "Community health worker"), Agency), (new("demo-quentin", "Quentin", "Demo-Laurent", "quality-lead", "Quality lead"), "region"),
        (new("demo-rosa", "Rosa", "Specimen-Kim", "researcher", "Researcher"), "region"),
    ];

    /// <summary>Keeps it, once the region's history is there.</summary>
    internal async Task WriteAsync(CancellationToken cancel)
    {
        var (own, kept, child) = (Own, Protected, Child);
        var nora = scopes.Of(Others[0].Who.Person("Organization/" + Others[0].House, []).Member);
        var written = await record.WriteAsync<bool>(
            AccessScope.System,
            session =>
            {
                House(session, Agency, "Sample Community Partners", OrganizationKind.Agency);
                House(session, Recovery, "Sample Recovery Program", OrganizationKind.Clinic);
                foreach (var (who, house) in Others)
                    who.Person("Organization/" + house, []).Write(session);
                if (own is not null)
                    Ordinary(session, own, nora);
                if (kept is not null)
                    Sensitive(session, kept);
                if (child is not null)
                    MotherOf(session, child);
                return true;
            },
            cancel);
        if (written.Refusal is { } refusal)
            throw new InvalidOperationException(refusal.Text);
    }

    /// <summary>Who may sign in of those it tells of.</summary>
    internal IEnumerable<Person> People()
    {
        foreach (var (who, house) in Others)
            yield return who.Person("Organization/" + house, []);
        if (Own is { } own)
            yield return new Person(own.Id, NameOf(own), "patient", null, []);
        if (Child is { } child)
            yield return new Person(Mother, MotherName(child), "proxy", null, []);
    }

    private ResourceVersion? Own => First(patient => AgeOf(patient) is > 30 and < 75, 0);

    private ResourceVersion? Protected => First(patient => AgeOf(patient) is > 30 and < 75, 1);

    private ResourceVersion? Child => First(patient => AgeOf(patient) <= OldestChild, 0);

    /// <summary>The record of one of the region's patients of the first hospital, those who are ill most often first.</summary>
    private ResourceVersion? First(Func<SyntheticPatient, bool> which, int skip) => region.Patients.Where(patient => patient.Home == 0 && which(patient)).OrderByDescending(patient => patient.Frailty)
        .SelectMany(patient => search.Find("Patient", "identifier=" + patient.RecordNumber(0), AccessScope.System, 1).Succeeded(out var found, out _) ? found : [])
        .Skip(skip).FirstOrDefault();

    private int AgeOf(SyntheticPatient patient) => today.Year - patient.Birth.Year - (today < patient.Birth.AddYears(today.Year - patient.Birth.Year) ? 1 : 0);

    /// <summary>Signs in as the patient; was referred to an agency, and opened in an emergency by a nurse of another hospital.</summary>
    private static void Ordinary(WriteSession session, ResourceVersion patient, AccessScope nurse)
    {
        new Person(patient.Id, NameOf(patient), "patient", null, []).Write(session);
        Put(session, "ServiceRequest", "demo-referral", new JsonObject
        {
            ["resourceType"] = "ServiceRequest", ["status"] = "active", ["intent"] = "order", ["code"] = Text("Help with food and rides to visits"),
            ["subject"] = Reference(patient.Reference), ["authoredOn"] = At(session.Now), ["requester"] = Reference("Practitioner/demo-ana"),
            ["performer"] = new JsonArray(Reference("Organization/" + Agency)),
        });
        Put(session, "Consent", "demo-referral-consent", new JsonObject
        {
            ["resourceType"] = "Consent", ["status"] = "active", ["patient"] = Reference(patient.Reference), ["dateTime"] = At(session.Now),
            ["scope"] = Coded("http://terminology.hl7.org/CodeSystem/consentscope", "patient-privacy"),
            ["category"] = new JsonArray(Coded("http://terminology.hl7.org/CodeSystem/v3-ActCode", "IDSCL")), ["policyRule"] = Coded("http://terminology.hl7.org/CodeSystem/v3-ActCode", "OPTIN"),
            ["provision"] = new JsonObject
            {
                ["type"] = "permit",
                ["actor"] = new JsonArray(new JsonObject { ["role"] = Coded("http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "IRCP"), ["reference"] = Reference("Organization/" + Agency) }),
            },
        });
        EmergencyAccess.Begin(session, patient.Id, "Brought in without papers; allergies and medicines are needed at once", nurse);
    }

    private static void Sensitive(WriteSession session, ResourceVersion patient)
    {
        var day = Day(session.Now.AddDays(-9));
        Put(session, "Encounter", "demo-recovery-visit", new JsonObject
        {
            ["resourceType"] = "Encounter", ["status"] = "finished", ["class"] = new JsonObject { ["system"] = "http://terminology.hl7.org/CodeSystem/v3-ActCode", ["code"] = "AMB" },
            ["subject"] = Reference(patient.Reference), ["period"] = new JsonObject { ["start"] = day, ["end"] = day }, ["serviceProvider"] = Reference("Organization/" + Recovery),
        });
        Put(session, "Condition", "demo-recovery-condition", new JsonObject
        {
            ["resourceType"] = "Condition", ["subject"] = Reference(patient.Reference), ["encounter"] = Reference("Encounter/demo-recovery-visit"), ["recordedDate"] = day,
            ["code"] = new JsonObject
            {
                ["coding"] = new JsonArray(new JsonObject { ["system"] = "http://hl7.org/fhir/sid/icd-10-cm", ["code"] = "F11.20" }), ["text"] = "Opioid use disorder, in treatment",
            },
        });
    }

    private static void MotherOf(WriteSession session, ResourceVersion child)
    {
        Put(session, "RelatedPerson", Mother, new JsonObject
        {
            ["resourceType"] = "RelatedPerson", ["active"] = true, ["patient"] = Reference(child.Reference), ["name"] = new JsonArray(new JsonObject { ["text"] = MotherName(child) }),
            ["relationship"] = new JsonArray(new JsonObject { ["coding"] = new JsonArray(new JsonObject { ["system"] = "http://terminology.hl7.org/CodeSystem/v3-RoleCode", ["code"] = "MTH" }) }),
        });
        new Person(Mother, MotherName(child), "proxy", null, []).Write(session);
    }

    private static void House(WriteSession session, string id, string name, OrganizationKind kind) => Put(session, "Organization", id, new JsonObject
    {
        ["resourceType"] = "Organization", ["active"] = true, ["name"] = name, ["partOf"] = Reference("Organization/region"),
        ["type"] = new JsonArray(new JsonObject { ["coding"] = new JsonArray(new JsonObject { ["system"] = Organization.KindSystem, ["code"] = Organization.Word(kind) }) }),
    });

    private static string NameOf(ResourceVersion patient) => HumanName.Of(patient.Root["name"u8].First).Words;

    private static string MotherName(ResourceVersion child) => $"Marta {HumanName.Of(child.Root["name"u8].First).Family ?? "Sample"}";

    private static JsonObject Reference(string reference) => new() { ["reference"] = reference };

    private static JsonObject Coded(string system, string code) => new() { ["coding"] = new JsonArray(new JsonObject { ["system"] = system, ["code"] = code }) };

    private static JsonObject Text(string text) => new() { ["text"] = text };

    private static string At(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);

    private static string Day(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    private static void Put(WriteSession session, string type, string id, JsonObject json) =>
        session.PutIfChanged(type, id, FhirJson.ParseStored(JsonSerializer.SerializeToUtf8Bytes(json)).Root);
}
