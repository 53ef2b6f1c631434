using Tandem.Fhir.Json;
using Tandem.Kernel.Actors;
using Tandem.Trust.Access;
using Tandem.Trust.People;

namespace Tandem.Tests.Trust.Access;

/// <summary>The shipped policies and rules of labels.</summary>
public sealed class PolicyTests
{
    [Fact]
    public void Every_role_has_one_active_policy_and_every_policy_a_role()
    {
        var policies = Files("policies").Select(PolicyReading.Read).ToList();

        Assert.Equal(Roles.All.Order(), policies.Select(policy => policy.Role).Order());
        Assert.All(policies, policy => Assert.Equal(PolicyStatus.Active, policy.Status));
        Assert.All(policies, policy => Assert.NotEqual(policy.Title.In("en"), policy.Title.In("es"))); // patients read them too
    }

    [Fact]
    public void Nobody_gets_a_patients_record_without_relationship_consents_and_counselling_notes_apart()
    {
        foreach (var policy in Files("policies").Select(PolicyReading.Read))
        {
            foreach (var rule in policy.Rules.Where(rule => rule.Whose == PolicyWhose.Related && rule.Types.Count == 0))
            {
                Assert.True(rule.AsksConsent, policy.Role);
                Assert.Contains("PSYTHPN", rule.Withheld);
                Assert.Contains("ETH", rule.Withheld);
            }

            Assert.All(policy.Rules.Where(rule => rule.Whose == PolicyWhose.Everyone), rule => Assert.Equal(["AuditEvent"], rule.Types));
            Assert.All(policy.Rules.Where(rule => rule.Whose == PolicyWhose.Directory), rule => Assert.NotEmpty(rule.Types));
            Assert.All(policy.Rules.Where(rule => rule.Whose is PolicyWhose.Own or PolicyWhose.Represented && rule.Types.Count == 0), rule => Assert.Contains("PSYTHPN", rule.Withheld));
        }
    }

    [Fact]
    public void National_identifiers_are_shown_to_those_who_tell_people_apart_and_who_treat()
    {
        var hiding = Files("policies").Select(PolicyReading.Read).Where(policy => policy.Hidden.Contains(HiddenPart.NationalIdentifier)).Select(policy => policy.Role);

        Assert.Equal(["community-health-worker", "quality-lead", "researcher", "social-worker"], hiding.Order(StringComparer.Ordinal));
        var file = File.ReadAllText(Path.Combine(AccessFixture.Content, "policies", "researcher.json"));
        var wrong = FhirJson.ParseStored(System.Text.Encoding.UTF8.GetBytes(file.Replace("\"national-identifier\"", "\"Patient.birthDate\"", StringComparison.Ordinal))).Root;
        Assert.Contains("hidden has to be one of", PolicyReading.Fault(wrong), StringComparison.Ordinal); // the page of patients tells a birth date
    }

    [Theory]
    [InlineData("role", "role is missing")]
    [InlineData("status", "status has to be draft, active or retired")]
    [InlineData("version", "version is missing")]
    [InlineData("title", "title is missing")]
    public void A_policy_that_lacks_something_says_what(string without, string reason)
    {
        var file = File.ReadAllText(Path.Combine(AccessFixture.Content, "policies", "nurse.json"));
        var broken = FhirJson.ParseStored(System.Text.Encoding.UTF8.GetBytes(file.Replace($"access-policy-{without}\"", "access-policy-gone\"", StringComparison.Ordinal))).Root;

        Assert.Contains(reason, PolicyReading.Fault(broken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://hl7.org/fhir/sid/icd-10-cm", "F10.20", "ETH")]
    [InlineData("http://hl7.org/fhir/sid/icd-10-cm", "F32.9", "PSY")]
    [InlineData("http://hl7.org/fhir/sid/icd-10-cm", "B20", "HIV")]
    [InlineData("http://hl7.org/fhir/sid/icd-10-cm", "O03.9", "SEX")]
    [InlineData("http://hl7.org/fhir/sid/icd-10-cm", "T74.11XA", "SDV")]
    [InlineData("http://loinc.org", "34126-3", "PSYTHPN")]
    [InlineData("http://hl7.org/fhir/sid/icd-10-cm", "I10", "")]
    [InlineData("http://loinc.org", "F10.20", "")]
    public void Codes_put_on_labels(string system, string code, string label)
    {
        var found = new Dictionary<string, string>();
        LabelRules.Read(AccessFixture.Content).AddTo(found, system, code);

        Assert.Equal(label, string.Join(",", found.Keys));
    }

    private static IEnumerable<FhirNode> Files(string folder) =>
        Directory.EnumerateFiles(Path.Combine(AccessFixture.Content, folder), "*.json").Select(file => FhirJson.ParseStored(File.ReadAllBytes(file)).Root);
}
