using System.Globalization;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Access;
using Tandem.Record.Log;
using Tandem.Trust.Access;
using Tandem.Trust.People;

namespace Tandem.Tests.Trust.Access;

public sealed class SqliteAccessTests() : AccessBehaviour(Engine.Sqlite);

public sealed class PostgresAccessTests() : AccessBehaviour(Engine.Postgres);

/// <summary>Who sees whom and what, by the shipped policies, relationships, labels and consents.</summary>
public abstract class AccessBehaviour(Engine engine) : IAsyncLifetime
{
    private const string Treatment = """[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActReason","code":"TREAT"}]""";
    private AccessFixture region = null!;

    public async ValueTask InitializeAsync()
    {
        region = await new AccessFixture(engine).StartAsync();
        await region.PatientAsync("n", AccessFixture.NorthClinic);
        await region.PatientAsync("s", AccessFixture.South);
    }

    public ValueTask DisposeAsync()
    {
        region.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public void An_organisation_sees_whom_it_and_those_below_it_treat()
    {
        foreach (var (organization, patients) in new[]
        {
            (AccessFixture.Region, "n,s"), (AccessFixture.North, "n"), (AccessFixture.NorthClinic, "n"), (AccessFixture.South, "s"), (null, ""),
        })
        {
            Assert.Equal((organization, patients), (organization, region.Finds(region.As("physician", organization), "Patient")));
        }

        Assert.Equal("", region.Finds(region.As("front-desk", AccessFixture.North), "Patient")); // a front desk works for one place
        Assert.Equal("n", region.Finds(region.As("front-desk", AccessFixture.NorthClinic), "Patient"));
        Assert.False(region.Sees(region.As("front-desk", AccessFixture.NorthClinic), "Condition/plain-n"));
    }

    [Fact]
    public void Roles_without_patients_see_none()
    {
        foreach (var role in new[] { "administrator", "integration-engineer", "researcher", "no-such-role" })
            Assert.Equal((role, ""), (role, region.Finds(region.As(role, AccessFixture.Region), "Patient") is var found && found.Contains("Refusal", StringComparison.Ordinal) ? "" : found));
        Assert.Equal(Reach.NoOne, region.As("administrator", AccessFixture.Region).Reach);
        Assert.True(region.As("integration-engineer", AccessFixture.Region).May(Interactions.Read, HubParts.Messages));
        Assert.False(region.As("physician", AccessFixture.Region).May(Interactions.Read, HubParts.Messages));
    }

    [Fact]
    public async Task A_relationship_comes_from_encounters_teams_attribution_referrals_and_work_and_ends()
    {
        var stranger = region.As("physician", AccessFixture.South, "Practitioner/ben", "CareTeam/bridge");
        Assert.False(region.Sees(stranger, "Patient/n"));
        foreach (var (json, gone) in new[]
        {
            ("""{"resourceType":"CareTeam","id":"x","status":"active","subject":{"reference":"Patient/n"},"participant":[{"member":{"reference":"Practitioner/ben"}}]}""", """{"resourceType":"CareTeam","id":"x","status":"entered-in-error","subject":{"reference":"Patient/n"},"participant":[{"member":{"reference":"Practitioner/ben"}}]}"""),
            ("""{"resourceType":"ServiceRequest","id":"x","status":"active","intent":"order","subject":{"reference":"Patient/n"},"performer":[{"reference":"Organization/south"}]}""", """{"resourceType":"ServiceRequest","id":"x","status":"entered-in-error","intent":"order","subject":{"reference":"Patient/n"},"performer":[{"reference":"Organization/south"}]}"""),
            ("""{"resourceType":"Task","id":"x","status":"requested","intent":"order","for":{"reference":"Patient/n"},"owner":{"reference":"CareTeam/bridge"}}""", """{"resourceType":"Task","id":"x","status":"requested","intent":"order","for":{"reference":"Patient/n"}}"""),
            ("""{"resourceType":"Patient","id":"n","generalPractitioner":[{"reference":"Practitioner/ben"}]}""", """{"resourceType":"Patient","id":"n"}"""),
            ("""{"resourceType":"EpisodeOfCare","id":"x","status":"active","patient":{"reference":"Patient/n"},"managingOrganization":{"reference":"Organization/south"}}""", """{"resourceType":"EpisodeOfCare","id":"x","status":"entered-in-error","patient":{"reference":"Patient/n"},"managingOrganization":{"reference":"Organization/south"}}"""),
        })
        {
            await region.PutAsync(json);
            Assert.True(region.Sees(stranger, "Patient/n"), json);
            await region.PutAsync(gone);
            Assert.False(region.Sees(stranger, "Patient/n"), gone);
        }

        await region.PatientAsync("past", AccessFixture.North, end: region.Clock.GetUtcNow().AddDays(-300).ToString("yyyy-MM-dd", null));
        await region.PatientAsync("long-past", AccessFixture.North, end: region.Clock.GetUtcNow().AddDays(-400).ToString("yyyy-MM-dd", null));
        Assert.Equal("n,past", region.Finds(region.As("physician", AccessFixture.North), "Patient"));
    }

    [Fact]
    public async Task What_is_contained_in_a_resource_or_bundle_puts_its_labels_on_it()
    {
        const string Alcohol = """{"coding":[{"system":"http://hl7.org/fhir/sid/icd-10-cm","code":"F10.20"}]}""";
        const string Inside = """{"resourceType":"Condition","id":"c","code":CODE,"subject":{"reference":"Patient/n"}}""";
        var alcohol = Inside.Replace("CODE", Alcohol, StringComparison.Ordinal);
        var plain = Inside.Replace("CODE", """{"coding":[{"system":"http://hl7.org/fhir/sid/icd-10-cm","code":"I10"}]}""", StringComparison.Ordinal);
        var byHand = plain.Replace("\"id\":\"c\"", "\"id\":\"c\",\"meta\":{\"security\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-ActCode\",\"code\":\"ETH\"}]}", StringComparison.Ordinal);
        var section = """{"resourceType":"Composition","status":"final","type":{"text":"t"},"subject":{"reference":"Patient/n"},"date":"2026-03-01","author":[{"display":"x"}],"title":"t","section":[{"section":[{"code":CODE}]}]}""".Replace("CODE", Alcohol, StringComparison.Ordinal);
        var nurse = region.As("nurse", AccessFixture.NorthClinic);
        foreach (var (resource, isSeen) in new[]
        {
            (Bundle(plain), true), (Bundle(alcohol), false), (Bundle(byHand), false), (Bundle(section), false), (Bundle(plain, Bundle(alcohol)), false), (Bundle(Holding(alcohol)), false),
            (Holding(plain), true), (Holding(alcohol), false), (Holding(byHand), false),
            ("""{"resourceType":"Binary","id":"x","contentType":"text/plain","securityContext":{"reference":"Patient/n"},"data":"eA=="}""", true),
            ("""{"resourceType":"Binary","id":"x","meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"ETH"}]},"contentType":"text/plain","securityContext":{"reference":"Patient/n"},"data":"eA=="}""", false),
        })
        {
            var kept = await region.PutAsync(resource);
            Assert.Equal((resource, isSeen), (resource, region.Sees(nurse, kept.Reference)));
        }

        static string Bundle(params string[] entries) => $$"""{"resourceType":"Bundle","id":"x","type":"collection","entry":[{{string.Join(',', entries.Select(entry => $$"""{"resource":{{entry}}}"""))}}]}""";

        static string Holding(string contained) => $$"""{"resourceType":"MedicationRequest","id":"x","status":"active","intent":"order","medicationCodeableConcept":{"text":"m"},"subject":{"reference":"Patient/n"},"reasonReference":[{"reference":"#c"}],"contained":[{{contained}}]}""";
    }

    [Fact]
    public async Task What_is_sensitive_is_seen_by_roles_and_holders_and_by_nobody_through_what_points_to_it()
    {
        await region.ConditionAsync("alcohol", "n", "F10.20");
        await region.ConditionAsync("hiv", "n", "B20");
        await region.ConditionAsync("hand", "n", "I10", ""","meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"SDV"}]}""");
        await region.PutAsync("""{"resourceType":"Task","id":"t","status":"requested","intent":"order","for":{"reference":"Patient/n"},"focus":{"reference":"Condition/alcohol"},"description":"Alcohol"}""");
        await region.PutAsync("""{"resourceType":"EpisodeOfCare","id":"own","status":"active","patient":{"reference":"Patient/n"},"type":[{"coding":[{"system":"http://hl7.org/fhir/sid/icd-10-cm","code":"F11.20"}]}],"managingOrganization":{"reference":"Organization/north-clinic"}}""");

        Assert.Equal("plain-n", region.Finds(region.As("coordinator", AccessFixture.NorthClinic), "Condition"));
        Assert.Equal("hand,hiv,plain-n", region.Finds(region.As("physician", AccessFixture.NorthClinic), "Condition"));
        Assert.Equal("hand,plain-n", region.Finds(region.As("social-worker", AccessFixture.NorthClinic), "Condition"));
        Assert.Equal("", region.Finds(region.As("physician", AccessFixture.NorthClinic), "Task"));
        Assert.Equal("own", region.Finds(region.As("physician", AccessFixture.NorthClinic), "EpisodeOfCare")); // the programme's own record
        Assert.Equal("", region.Finds(region.As("physician", AccessFixture.Region), "EpisodeOfCare"));
    }

    [Fact]
    public async Task One_consent_under_part_2_opens_for_treatment_until_it_is_revoked_and_never_counselling_notes()
    {
        await region.ConditionAsync("alcohol", "n", "F10.20");
        await region.NoteAsync("note", "n");
        var physician = region.As("physician", AccessFixture.NorthClinic);
        string Seen() => region.Finds(physician, "Condition") + " " + region.Finds(physician, "DocumentReference");
        Assert.Equal("plain-n ", Seen());

        await region.ConsentAsync("c", "n", $$"""{"type":"permit","purpose":{{Treatment}}}""", AccessFixture.Part2);
        Assert.Equal("alcohol,plain-n ", Seen());
        Assert.Equal("plain-n", region.Finds(region.As("quality-lead", AccessFixture.NorthClinic), "Condition")); // another purpose

        await region.ConsentAsync("c", "n", $$"""{"type":"permit","purpose":{{Treatment}}}""", AccessFixture.Part2, "inactive");
        Assert.Equal("plain-n ", Seen());

        await region.ConsentAsync("both", "n", """{"type":"permit","securityLabel":[{"code":"ETH"},{"code":"PSYTHPN"}]}""");
        Assert.Equal("alcohol,plain-n ", Seen());
        await region.ConsentAsync("notes", "n", """{"type":"permit","securityLabel":[{"code":"PSYTHPN"}]}""");
        Assert.Equal("alcohol,plain-n note", Seen());
    }

    /// <summary>A parent who sees that a young person refuses something about reproductive health knows what was not to be known.</summary>
    [Fact]
    public async Task A_consent_about_what_somebody_may_not_see_is_not_seen_either()
    {
        await region.PatientAsync("young", AccessFixture.South, born: "2012-05-05");
        await region.PutAsync("""{"resourceType":"RelatedPerson","id":"r-young","patient":{"reference":"Patient/young"} }""");
        await region.ConsentAsync("general", "young", """{"type":"permit","securityLabel":[{"code":"R"}]}""");
        await region.ConsentAsync("refused", "young", """{"type":"permit","provision":[{"type":"deny","securityLabel":[{"code":"SEX"}]}]}""");
        await region.ConsentAsync("ended", "young", """{"type":"permit"}""", AccessFixture.Part2, "inactive");
        await region.ConsentAsync("notes", "young", """{"type":"permit","actor":[{"reference":{"reference":"Organization/north"}}],"securityLabel":[{"code":"PSYTHPN"}]}""");

        Assert.Equal("general", region.Finds(region.As("proxy", null, "RelatedPerson/r-young"), "Consent"));
        Assert.Equal("general", region.Finds(region.As("coordinator", AccessFixture.South), "Consent"));
        Assert.Equal("general,notes", region.Finds(region.As("nurse", AccessFixture.South), "Consent"));
        Assert.False(region.Sees(region.As("nurse", AccessFixture.South), "Consent/ended"));
        Assert.Equal("ended,general,notes,refused", region.Finds(region.As("privacy-officer", AccessFixture.South), "Consent"));
        Assert.Equal("ended,general,notes,refused", region.Finds(region.As("patient", null, "Patient/young"), "Consent"));
    }

    [Fact]
    public async Task A_refusal_is_kept_with_its_exception_and_its_end()
    {
        var (north, south) = (region.As("physician", AccessFixture.NorthClinic), region.As("physician", AccessFixture.South, "Practitioner/ben"));
        await region.PutAsync("""{"resourceType":"ServiceRequest","id":"x","status":"active","intent":"order","subject":{"reference":"Patient/n"},"performer":[{"reference":"Organization/south"}]}""");
        Assert.True(region.Sees(north, "Patient/n") && region.Sees(south, "Patient/n"));

        await region.ConsentAsync("c", "n", """{"type":"deny","provision":[{"type":"permit","actor":[{"reference":{"reference":"Organization/north"}}]}]}""");
        Assert.True(region.Sees(north, "Patient/n")); // a clinic below the one named
        Assert.False(region.Sees(south, "Patient/n"));

        await region.ConsentAsync("c", "n", """{"type":"deny","period":{"end":"2026-02-01"}}""");
        Assert.True(region.Sees(south, "Patient/n"));
    }

    [Theory]
    [InlineData("""{"type":"permit","securityLabel":[{"code":"ETH"}],"class":[{"system":"http://hl7.org/fhir/resource-types","code":"Observation"}]}""", "plain-n")]
    [InlineData("""{"type":"permit","securityLabel":[{"code":"ETH"}],"class":[{"system":"http://hl7.org/fhir/resource-types","code":"Condition"}]}""", "alcohol,opioid,plain-n")]
    [InlineData("""{"type":"permit","securityLabel":[{"code":"ETH"}],"class":[{"system":"urn:ietf:bcp:13","code":"application/pdf"}]}""", "plain-n")]
    [InlineData("""{"type":"permit","securityLabel":[{"code":"ETH"}],"code":[{"coding":[{"system":"http://hl7.org/fhir/sid/icd-10-cm","code":"F10.20"}]}]}""", "alcohol,plain-n")]
    [InlineData("""{"type":"permit","securityLabel":[{"code":"ETH"}],"code":[{"text":"alcohol"}]}""", "plain-n")]
    [InlineData("""{"type":"permit","securityLabel":[{"code":"ETH"}],"data":[{"meaning":"instance","reference":{"reference":"Condition/opioid"}}]}""", "opioid,plain-n")]
    [InlineData("""{"type":"permit","securityLabel":[{"code":"ETH"}],"data":[{"meaning":"authoredby","reference":{"reference":"Practitioner/ben"}}]}""", "plain-n")]
    [InlineData("""{"type":"permit","securityLabel":[{"code":"ETH"}],"dataPeriod":{"start":"2026-01-01"}}""", "opioid,plain-n")]
    [InlineData("""{"type":"permit","securityLabel":[{"code":"ETH"}],"action":[{"coding":[{"code":"disclose"}]}]}""", "alcohol,opioid,plain-n")]
    [InlineData("""{"type":"permit","securityLabel":[{"code":"ETH"}],"action":[{"coding":[{"code":"correct"}]}]}""", "plain-n")]
    [InlineData("""{"type":"permit","securityLabel":[{"code":"ETH"}],"provision":[{"type":"deny","code":[{"coding":[{"code":"F10.20"}]}]}]}""", "opioid,plain-n")]
    [InlineData("""{"type":"deny","class":[{"system":"http://hl7.org/fhir/resource-types","code":"Condition"}]}""", "")]
    [InlineData("""{"type":"deny","class":[{"system":"http://hl7.org/fhir/resource-types","code":"Observation"}]}""", "plain-n")]
    [InlineData("""{"type":"deny","code":[{"coding":[{"code":"I50.9"}]}]}""", "")]
    [InlineData("""{"type":"deny","code":[{"text":"heart"}]}""", "")]
    [InlineData("""{"type":"deny","data":[{"meaning":"related","reference":{"reference":"Condition/other"}}]}""", "")]
    [InlineData("""{"type":"deny","data":[{"meaning":"instance","reference":{"reference":"Condition/plain-n"}}]}""", "")]
    [InlineData("""{"type":"deny","dataPeriod":{"end":"2025-12-31"}}""", "")]
    [InlineData("""{"type":"deny","action":[{"coding":[{"code":"correct"}]}]}""", "plain-n")]
    [InlineData("""{"type":"deny","action":[{"coding":[{"code":"access"}]}],"provision":[{"type":"permit","code":[{"coding":[{"code":"I50.9"}]}]}]}""", "plain-n")]
    public async Task A_provision_reaches_the_part_of_the_record_that_it_names(string provision, string seen)
    {
        await region.ConditionAsync("alcohol", "n", "F10.20", ",\"recordedDate\":\"2020-05-01\"");
        await region.ConditionAsync("opioid", "n", "F11.20", ",\"recordedDate\":\"2026-01-10\"");
        await region.ConsentAsync("c", "n", provision);

        Assert.Equal(seen, region.Finds(region.As("physician", AccessFixture.NorthClinic), "Condition"));
    }

    [Theory]
    [InlineData("America/Chicago", "2026-03-10T04:59:00Z", "2026-03-10T05:00:00Z")]
    [InlineData("Pacific/Auckland", "2026-03-09T10:59:00Z", "2026-03-09T11:00:00Z")]
    public async Task A_policy_is_in_force_from_the_sites_midnight(string zone, string before, string after)
    {
        region.Site.TimeZone = zone;
        var policy = await File.ReadAllTextAsync(Path.Combine(AccessFixture.Content, "policies", "physician.json"), TestContext.Current.CancellationToken);
        await region.PutAsync(policy.Replace("access-policy-physician", "next", StringComparison.Ordinal).Replace("2026-01-01", "2026-03-10", StringComparison.Ordinal).Replace("1.0.0", "9.0.0", StringComparison.Ordinal));

        region.Clock.Set(DateTimeOffset.Parse(before, CultureInfo.InvariantCulture));
        Assert.NotEqual("9.0.0", region.Scopes.PolicyOf("physician")!.Version);
        region.Clock.Set(DateTimeOffset.Parse(after, CultureInfo.InvariantCulture));
        Assert.Equal("9.0.0", region.Scopes.PolicyOf("physician")!.Version);
    }

    [Theory]
    [InlineData("""{"type":"permit","securityLabel":[{"code":"ETH"}]}""", "substance use")]
    [InlineData("""{"type":"permit","securityLabel":[{"code":"ETH"}],"class":[{"code":"Condition"}]}""", "substance use: only Condition")]
    [InlineData("""{"type":"permit","securityLabel":[{"code":"ETH"}],"code":[{"coding":[{"code":"F10.20"}]}]}""", "substance use: only what the consent names")]
    [InlineData("""{"type":"permit","securityLabel":[{"code":"ETH"}],"action":[{"coding":[{"code":"correct"}]}]}""", "substance use (writing)")]
    public async Task Whoever_asks_why_is_told_what_part_a_consent_names(string provision, string about)
    {
        await region.ConsentAsync("c", "n", provision);

        var told = new ExplainAccess(region.Store, region.Scopes, region.Site, region.Clock).Handle("n", region.As("physician", AccessFixture.NorthClinic));

        Assert.Equal(about, AccessWords.AboutOf(Assert.Single(told.Consents)));
    }

    [Theory]
    [InlineData("""{"type":"deny","code":[{"coding":[{"system":"http://hl7.org/fhir/sid/icd-10-cm","code":"B18.2"}]}]}""")]
    [InlineData("""{"type":"deny","data":[{"meaning":"instance","reference":{"reference":"Condition/liver"}}]}""")]
    public async Task What_points_to_what_is_refused_is_refused_with_it(string provision)
    {
        await region.ConditionAsync("liver", "n", "B18.2");
        await region.PutAsync("""{"resourceType":"Observation","id":"load","status":"final","code":{"text":"viral load"},"subject":{"reference":"Patient/n"},"focus":[{"reference":"Condition/liver"}]}""");
        await region.PutAsync("""{"resourceType":"Observation","id":"pulse","status":"final","code":{"text":"pulse"},"subject":{"reference":"Patient/n"}}""");
        var physician = region.As("physician", AccessFixture.NorthClinic);
        Assert.Equal("load,pulse", region.Finds(physician, "Observation"));

        await region.ConsentAsync("c", "n", provision);

        Assert.Equal(("pulse", "plain-n"), (region.Finds(physician, "Observation"), region.Finds(physician, "Condition")));
    }

    [Fact]
    public async Task A_community_partner_sees_by_consent_only()
    {
        var worker = region.As("community-health-worker", AccessFixture.NorthClinic);
        Assert.False(region.Sees(worker, "Patient/n"));

        await region.ConsentAsync(
            "c", "n", """{"type":"permit","actor":[{"reference":{"reference":"Organization/north-clinic"}}]}""",
            ""","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"IDSCL"}]}]""");
        Assert.True(region.Sees(worker, "Patient/n"));
    }

    [Fact]
    public async Task A_patient_sees_the_own_record_and_a_representative_by_age()
    {
        await region.NoteAsync("note", "n");
        var own = region.As("patient", null, "Patient/n");
        Assert.Equal("n plain-n ", $"{region.Finds(own, "Patient")} {region.Finds(own, "Condition")} {region.Finds(own, "DocumentReference")}");

        foreach (var (id, born, seen) in new[] { ("child", "2020-05-05", "plain-child,sex-child"), ("young", "2012-05-05", "plain-young"), ("adult", "1990-05-05", "") })
        {
            await region.PatientAsync(id, AccessFixture.South, born: born);
            await region.ConditionAsync($"sex-{id}", id, "Z30.011");
            await region.ConditionAsync($"violence-{id}", id, "T74.12XA");
            await region.PutAsync($$"""{"resourceType":"RelatedPerson","id":"r-{{id}}","patient":{"reference":"Patient/{{id}}"} }""");
            Assert.Equal((id, seen), (id, region.Finds(region.As("proxy", null, $"RelatedPerson/r-{id}"), "Condition")));
        }

        await region.ConsentAsync(
            "c", "adult", """{"type":"permit","actor":[{"reference":{"reference":"RelatedPerson/r-adult"}}]}""", ""","category":[{"coding":[{"code":"representative"}]}]""");
        Assert.Equal("plain-adult,sex-adult", region.Finds(region.As("proxy", null, "RelatedPerson/r-adult"), "Condition"));
    }

    [Fact]
    public async Task In_an_emergency_a_record_opens_for_four_hours_but_for_counselling_notes_and_is_reviewed_by_somebody_else()
    {
        await region.ConditionAsync("alcohol", "s", "F10.20");
        await region.NoteAsync("note", "s");
        AccessScope Ana() => region.As("physician", AccessFixture.North);
        Assert.False(region.Sees(Ana(), "Patient/s"));

        Assert.Equal(RefusalKind.Unprocessable, (await OpenAsync("s", "now", Ana())).Refusal?.Kind);
        Assert.Equal(RefusalKind.Forbidden, (await OpenAsync("s", "I have to see this patient", region.As("front-desk", AccessFixture.North))).Refusal?.Kind);
        var opened = (await OpenAsync("s", "Unconscious in our emergency department", Ana())).Value;
        Assert.Equal("s", opened.Patient);
        Assert.Equal("alcohol,plain-s ", $"{region.Finds(Ana(), "Condition", "patient=s")} {region.Finds(Ana(), "DocumentReference")}");
        Assert.False(Ana().May(Interactions.Delete, "Condition"));

        var officer = region.As("privacy-officer", AccessFixture.Region, "Practitioner/paz");
        Assert.Equal(opened.Id, Assert.Single(EmergencyAccess.Reviews(region.Store, waiting: true, officer)).Id);
        Assert.Empty(EmergencyAccess.Reviews(region.Store, waiting: true, Ana()));
        var reviewed = await EmergencyAccess.ReviewAsync(region.Store, opened.Id, "justified", "Chart confirms it.", officer, TestContext.Current.CancellationToken);
        Assert.Equal("justified", reviewed.Value.Outcome);

        Assert.True(region.Sees(Ana(), "Patient/s"));

        region.Clock.Advance(EmergencyAccess.Lasts);
        Assert.False(region.Sees(Ana(), "Patient/s"));
        var again = (await OpenAsync("s", "Unconscious in our emergency department", Ana())).Value;
        Assert.True(region.Sees(Ana(), "Patient/s"));
        await EmergencyAccess.ReviewAsync(region.Store, again.Id, "not-justified", "Was not here that day.", officer, TestContext.Current.CancellationToken);
        Assert.False(region.Sees(Ana(), "Patient/s")); // closed by the review
    }

    [Fact]
    public async Task A_privacy_officer_sees_who_patients_are_and_the_reviews_and_nothing_clinical()
    {
        var officer = region.As("privacy-officer", AccessFixture.Region, "Practitioner/paz");
        foreach (var (id, code) in new[] { ("review", "review-emergency"), ("care", "contact") })
            await region.PutAsync($$$"""{"resourceType":"Task","id":"{{{id}}}","status":"requested","intent":"order","code":{"coding":[{"code":"{{{code}}}"}]},"for":{"reference":"Patient/n"} }""");

        Assert.Equal("n,s", region.Finds(officer, "Patient"));
        Assert.Equal("review", region.Finds(officer, "Task"));
        Assert.False(region.Sees(officer, "Condition/plain-n"));
    }

    [Fact]
    public async Task A_policy_that_is_retired_allows_nothing_with_the_next_request_and_a_draft_only_when_it_is_tried()
    {
        var file = await File.ReadAllTextAsync(Path.Combine(AccessFixture.Content, "policies", "physician.json"), TestContext.Current.CancellationToken);
        Assert.True(region.Sees(region.As("physician", AccessFixture.North), "Patient/n"));
        await region.PutAsync(file.Replace("\"valueCode\": \"active\"", "\"valueCode\": \"draft\"", StringComparison.Ordinal));

        Assert.False(region.Sees(region.As("physician", AccessFixture.North), "Patient/n"));
        var draft = new PoliciesInForce(region.Store).All().Single(policy => policy.Role == "physician");
        Assert.True(region.Sees(region.Scopes.With(new Member("Practitioner/ana", "Ana", "physician", AccessFixture.North, [], "TREAT"), draft), "Patient/n"));
    }

    [Fact]
    public void A_kept_scope_is_made_anew_for_who_still_has_the_role()
    {
        var app = region.As("physician", AccessFixture.North).Narrow(new AccessLayer("app", [new Grant(Interactions.Look, ["Patient"], Whose.Anyone)]));

        Assert.Equal(Reach.NoOne, region.Scopes.Renew(app).Reach); // nobody has given Ana the role
        Assert.Same(AccessScope.System, region.Scopes.Renew(AccessScope.System));
        var patient = region.Scopes.Renew(region.As("patient", null, "Patient/n").Narrow(app.Reach.Layers[1]));
        Assert.True(region.Sees(patient, "Patient/n"));
        Assert.False(region.Sees(patient, "Condition/plain-n"));
    }

    [Fact]
    public async Task The_rows_are_the_same_after_a_rebuild()
    {
        await region.ConditionAsync("hiv", "n", "B20");
        await region.ConsentAsync("c", "n", """{"type":"permit","securityLabel":[{"code":"HIV"}]}""");
        var before = region.Finds(region.As("coordinator", AccessFixture.North), "Condition");
        await region.PutAsync("""{"resourceType":"RelatedPerson","id":"r-n","patient":{"reference":"Patient/n"}}""");
        foreach (var name in new[] { "access-relations", "access-representatives", "access-labels", "access-consents" })
            Assert.True(await region.Store.RebuildAsync(name, TestContext.Current.CancellationToken) > 0);

        Assert.Equal("hiv,plain-n", before);
        Assert.Equal(before, region.Finds(region.As("coordinator", AccessFixture.North), "Condition"));
    }

    private Task<Outcome<Emergency>> OpenAsync(string patient, string reason, AccessScope scope) => region.Store.WriteAsync<Emergency>(
        scope, session => EmergencyAccess.Begin(session, patient, reason, scope), TestContext.Current.CancellationToken);
}
