using Tandem.Care.Loops;
using Tandem.Care.Pathways;
using static Tandem.Tests.Care.Pathways.Cases;

namespace Tandem.Tests.Care.Pathways;

/// <summary>Dated cases of the clock rules after discharge (CMS MLN908628), in Chicago unless the patient lives elsewhere.</summary>
public sealed class FollowUpAfterDischargeTests
{
    [Theory]
    [InlineData("2026-03-06T20:00:00Z", "2026-03-11T04:59:59Z")] // Friday → Tuesday; clocks go forward in between
    [InlineData("2026-05-21T15:00:00Z", "2026-05-27T04:59:59Z")] // Thursday before Memorial Day → Friday, Tuesday
    [InlineData("2026-03-14T15:00:00Z", "2026-03-18T04:59:59Z")] // Saturday → Tuesday
    [InlineData("2026-10-30T15:00:00Z", "2026-11-04T05:59:59Z")] // Friday; clocks go back in between
    [InlineData("2026-03-10T03:30:00Z", "2026-03-12T04:59:59Z")] // 22:30 on Monday in Chicago, though Tuesday in Greenwich
    public async Task Contact_is_due_at_the_end_of_the_second_business_day_after_discharge(string discharged, string due)
    {
        var file = await OpenAsync(Patient(), Stay("e", "2026-03-01T10:00:00Z", discharged));

        Assert.Equal(Moment(due), file.Loop("contact").Due);
    }

    [Fact]
    public async Task The_patients_own_zone_decides_when_a_day_ends()
    {
        var honolulu = """,  "address":[{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/timezone","valueCode":"Pacific/Honolulu"}]}]""";

        var file = await OpenAsync(Patient(honolulu), Stay("e", "2026-03-01T10:00:00Z", "2026-03-10T03:30:00Z"));

        Assert.Equal(Moment("2026-03-12T09:59:59Z"), file.Loop("contact").Due); // Monday there → Wednesday 23:59:59 at UTC-10
    }

    [Fact]
    public async Task A_plain_stay_asks_for_a_visit_on_the_14th_day_and_a_hard_one_on_the_7th()
    {
        var plain = await OpenAsync(Patient(), Stay("e", "2026-03-03T10:00:00Z", "2026-03-06T20:00:00Z"));
        Assert.Equal(["contact", "medications-within-14-days", "visit-within-14-days"], plain.OpenActions);
        Assert.Equal(Moment("2026-03-21T04:59:59Z"), plain.Loop("visit-within-14-days").Due);

        var hard = await OpenAsync(Patient(), Stay("e", "2026-03-01T10:00:00Z", "2026-03-06T20:00:00Z", source: "emd"));
        Assert.Equal(["contact", "medications-within-7-days", "visit-within-7-days"], hard.OpenActions);
        Assert.Equal(Moment("2026-03-14T04:59:59Z"), hard.Loop("visit-within-7-days").Due); // discharge date + 7
        Assert.Contains(hard.Loop("contact").Parts, part => part.Code == "high-risk");
    }

    [Fact]
    public async Task Somebody_of_75_counts_as_high_complexity()
    {
        var file = await OpenAsync(Patient().Replace("1960-05-05", "1951-03-06"), Stay("e", "2026-03-05T10:00:00Z", "2026-03-06T20:00:00Z"));

        Assert.Contains("visit-within-7-days", file.OpenActions);
    }

    [Theory]
    [InlineData("01", true)]
    [InlineData("04", true)]
    [InlineData("06", true)]
    [InlineData("07", true)] // left against advice: nobody is at greater risk
    [InlineData("02", false)] // another hospital
    [InlineData("03", false)] // skilled nursing: starts when that ends
    [InlineData("20", false)] // died
    [InlineData("50", false)] // hospice
    public async Task Where_the_patient_went_decides(string disposition, bool opens)
    {
        var file = await OpenAsync(Patient(), Stay("e", "2026-03-03T10:00:00Z", "2026-03-06T20:00:00Z", disposition: disposition));

        Assert.Equal(opens, file.Loops.Any());
    }

    [Theory]
    [InlineData("OBSENC", true)]
    [InlineData("NONAC", true)]
    [InlineData("EMER", false)]
    [InlineData("AMB", false)]
    public async Task What_sort_of_stay_it_was_decides(string kind, bool opens) =>
        Assert.Equal(opens, (await OpenAsync(Patient(), Stay("e", "2026-03-03T10:00:00Z", "2026-03-06T20:00:00Z", kind: kind))).Loops.Any());

    private const string ProgrammeService = ",\"serviceType\":{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v2-0069\",\"code\":\"PHP\"}]}";

    [Theory]
    [InlineData("AMB", ProgrammeService, true)]
    [InlineData("R", ProgrammeService, true)]
    [InlineData("R", ",\"type\":[{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v2-0007\",\"code\":\"R\"}]},{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v2-0018\",\"code\":\"PHP\"}]}]", true)]
    [InlineData("AMB", ",\"type\":[{\"coding\":[{\"system\":\"http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets\",\"code\":\"H0035\"}]}]", true)]
    [InlineData("R", "", false)] // dialysis, infusions
    [InlineData("R", ",\"serviceType\":{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v2-0069\",\"code\":\"DIA\"}]}", false)]
    public async Task The_end_of_a_partial_hospitalisation_is_a_discharge(string kind, string programme, bool opens)
    {
        var file = await OpenAsync(Patient(), Programme("e", "2026-02-16T14:00:00Z", "2026-03-06T20:00:00Z", kind, programme));

        Assert.Equal(opens ? ["contact", "medications-within-14-days", "visit-within-14-days"] : Array.Empty<string>(), file.OpenActions);
        if (opens)
            Assert.Equal((Moment("2026-03-11T04:59:59Z"), Moment("2026-03-21T04:59:59Z")), (file.Loop("contact").Due, file.Loop("visit-within-14-days").Due)); // Friday → Tuesday; day 14
    }

    [Fact]
    public async Task A_class_of_its_own_says_so_too() => Assert.NotEmpty((await OpenAsync(Patient(), Stay("e", "2026-02-16T14:00:00Z", "2026-03-06T20:00:00Z")
        .Replace("\"class\":{\"code\":\"IMP\"}", "\"class\":{\"system\":\"http://terminology.hl7.org/CodeSystem/v2-0004\",\"code\":\"PHP\"}"))).OpenActions);

    [Fact]
    public async Task Where_each_day_of_a_programme_is_a_visit_only_the_last_is_followed_up()
    {
        var file = await OpenAsync(Patient(), Programme("d1", "2026-03-05T15:00:00Z", "2026-03-05T21:00:00Z"), Programme("d2", "2026-03-06T15:00:00Z", "2026-03-06T21:00:00Z"));

        var contact = Assert.Single(file.Loops, loop => loop is { IsOpen: true, Action: "contact" });
        Assert.Equal(("Encounter/d2", Moment("2026-03-11T04:59:59Z")), (contact.Focus, contact.Due));
    }

    [Fact]
    public async Task A_day_of_a_programme_neither_withdraws_the_follow_up_of_a_stay_nor_is_its_visit()
    {
        var file = await OpenAsync(
            Patient(), Stay("e", "2026-03-03T10:00:00Z", "2026-03-06T20:00:00Z"), Programme("d", "2026-03-09T15:00:00Z", end: null, status: "in-progress"));
        Assert.Equal(["contact", "medications-within-14-days", "visit-within-14-days"], file.OpenActions);

        file.Arrives(Programme("d", "2026-03-09T15:00:00Z", "2026-03-09T21:00:00Z"));
        Assert.True(file.Loops.Single(loop => loop is { Action: "visit-within-14-days", Focus: "Encounter/e" }).IsOpen);
    }

    [Fact]
    public async Task A_stay_overnight_withdraws_the_follow_up_of_a_programme_until_it_ends()
    {
        var file = await OpenAsync(
            Patient(), Programme("d", "2026-02-16T14:00:00Z", "2026-03-06T20:00:00Z"), Stay("e", "2026-03-07T10:00:00Z", end: null, status: "in-progress"));
        Assert.Empty(file.OpenActions);
    }

    private static string Programme(string id, string start, string? end, string kind = "AMB", string programme = ProgrammeService, string status = "finished") =>
        Stay(id, start, end, status, kind: kind).Replace($"\"class\":{{\"code\":\"{kind}\"}}", $"\"class\":{{\"code\":\"{kind}\"}}{programme}");

    [Fact]
    public async Task A_conversation_closes_the_contact_and_nothing_else()
    {
        var file = await OpenAsync(Patient(), Stay("e", "2026-03-03T10:00:00Z", "2026-03-06T20:00:00Z"), Contact("c", "e", "2026-03-09T15:00:00Z"));

        Assert.Equal(LoopState.Closed, file.Loop("contact").State);
        Assert.Equal(["Communication/c"], file.Loop("contact").Outputs.Select(output => output.Reference));
        Assert.Equal(["medications-within-14-days", "visit-within-14-days"], file.OpenActions);
    }

    [Theory]
    [InlineData("2026-03-09T15:00:00Z", "2026-03-10T15:00:00Z", true)]
    [InlineData("2026-03-09T15:00:00Z", "2026-03-09T15:20:00Z", false)] // not separate
    [InlineData("2026-03-09T15:00:00Z", "2026-03-12T15:00:00Z", false)] // not timely
    [InlineData("2026-03-06T15:00:00Z", "2026-03-09T15:00:00Z", false)] // the first before the discharge
    public async Task Two_separate_timely_attempts_close_it_as_unreachable(string first, string second, bool closes)
    {
        var file = await OpenAsync(
            Patient(), Stay("e", "2026-03-03T10:00:00Z", "2026-03-06T20:00:00Z"),
            Contact("a", "e", first, "no-answer", "not-done"), Contact("b", "e", second, "left-message"));

        Assert.Equal(closes, !file.Loop("contact").IsOpen);
        if (closes)
            Assert.StartsWith("Unreachable after 2", file.Loop("contact").StateReason!.En, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("finished", true)]
    [InlineData("planned", false)]
    [InlineData("cancelled", false)]
    public async Task Only_a_visit_that_took_place_closes_the_visit(string status, bool closes)
    {
        var file = await OpenAsync(Patient(), Stay("e", "2026-03-03T10:00:00Z", "2026-03-06T20:00:00Z"), Visit("v", "2026-03-12T15:00:00Z", status));

        Assert.Equal(closes, !file.Loop("visit-within-14-days").IsOpen);
    }

    [Theory]
    [InlineData("\"serviceType\":{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v2-0069\",\"code\":\"LAB\"}]}", false)]
    [InlineData("\"serviceType\":{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v2-0069\",\"code\":\"MED\"}]}", true)]
    [InlineData("\"serviceType\":{\"text\":\"clinic\"}", true)]
    [InlineData("\"type\":[{\"coding\":[{\"system\":\"http://snomed.info/sct\",\"code\":\"363679005\"}]}]", false)]
    [InlineData("\"type\":[{\"coding\":[{\"system\":\"http://snomed.info/sct\",\"code\":\"363679005\"}]},{\"text\":\"office visit\"}]", true)]
    public async Task A_test_or_a_picture_alone_is_no_visit(string what, bool closes)
    {
        var file = await OpenAsync(
            Patient(), Stay("e", "2026-03-03T10:00:00Z", "2026-03-06T20:00:00Z"),
            Visit("v", "2026-03-12T15:00:00Z").Replace("\"class\"", what + ",\"class\""),
            Appointment("a", "2026-03-12T15:00:00Z", "noshow"));

        Assert.Equal(closes, !file.Loop("visit-within-14-days").IsOpen);
        Assert.Equal(Moment(closes ? "2026-03-13T04:59:59Z" : "2026-03-21T04:59:59Z"), file.Loop("medications-within-14-days").Due);
    }

    [Fact]
    public async Task A_missed_appointment_closes_nothing_and_a_kept_one_does()
    {
        var file = await OpenAsync(Patient(), Stay("e", "2026-03-03T10:00:00Z", "2026-03-06T20:00:00Z"), Appointment("a", "2026-03-12T15:00:00Z", "noshow"));
        Assert.True(file.Loop("visit-within-14-days").IsOpen);

        file.Arrives(Appointment("b", "2026-03-13T15:00:00Z", "fulfilled"));
        Assert.False(file.Loop("visit-within-14-days").IsOpen);
    }

    [Fact]
    public async Task Medications_are_due_no_later_than_the_day_of_the_visit()
    {
        var file = await OpenAsync(Patient(), Stay("e", "2026-03-03T10:00:00Z", "2026-03-06T20:00:00Z"));
        Assert.Equal(Moment("2026-03-21T04:59:59Z"), file.Loop("medications-within-14-days").Due);

        file.Arrives(Appointment("a", "2026-03-12T15:00:00Z", "booked"));
        Assert.Equal(Moment("2026-03-13T04:59:59Z"), file.Loop("medications-within-14-days").Due);

        file.Arrives(Appointment("a", "2026-03-12T15:00:00Z", "cancelled"));
        Assert.Equal(Moment("2026-03-21T04:59:59Z"), file.Loop("medications-within-14-days").Due);

        file.Arrives(Reconciled("m", "2026-03-10T15:00:00Z"));
        Assert.Equal(LoopState.Closed, file.Loop("medications-within-14-days").State);
    }

    [Fact]
    public async Task A_cancelled_discharge_withdraws_and_the_next_one_starts_a_new_clock()
    {
        var file = await OpenAsync(Patient(), Stay("e", "2026-03-03T10:00:00Z", "2026-03-06T20:00:00Z"));
        file.Arrives(Stay("e", "2026-03-03T10:00:00Z", null, "in-progress"));
        Assert.Empty(file.OpenActions);
        Assert.Equal(LoopState.Withdrawn, file.Loop("contact").State);

        file.Arrives(Stay("e", "2026-03-03T10:00:00Z", "2026-03-13T20:00:00Z", source: "emd"));
        Assert.Equal(["contact", "medications-within-7-days", "visit-within-7-days"], file.OpenActions);
        Assert.Equal(Moment("2026-03-18T04:59:59Z"), file.Loop("contact").Due);
    }

    [Fact]
    public async Task A_cancelled_discharge_that_arrives_first_opens_nothing()
    {
        var file = await OpenAsync(
            Patient(), Stay("e", "2026-03-03T10:00:00Z", null, "in-progress", eventTime: "2026-03-06T21:00:00Z"),
            Stay("e", "2026-03-03T10:00:00Z", "2026-03-06T20:00:00Z", eventTime: "2026-03-06T20:00:00Z"));

        Assert.Empty(file.Loops);
    }

    [Fact]
    public async Task A_readmission_ends_the_old_loops_and_the_next_discharge_opens_new_ones()
    {
        var file = await OpenAsync(Patient(), Stay("e", "2026-03-03T10:00:00Z", "2026-03-06T20:00:00Z"), Stay("f", "2026-03-10T10:00:00Z", null, "in-progress"));
        Assert.Empty(file.OpenActions);
        Assert.StartsWith("The patient was readmitted", file.Loop("contact").StateReason!.En, StringComparison.Ordinal);

        file.Arrives(Stay("f", "2026-03-10T10:00:00Z", "2026-03-12T20:00:00Z"));
        Assert.Equal(["Encounter/f"], file.Loops.Where(loop => loop.IsOpen).Select(loop => loop.Focus).Distinct());
    }

    [Theory]
    [InlineData("2026-03-06T19:59:00Z", null, "in-progress", false)] // transferred a minute before
    [InlineData("2026-03-06T19:59:00Z", "2026-03-09T15:00:00Z", "finished", false)]
    [InlineData("2026-03-06T19:59:00Z", "2026-03-06T20:00:00Z", "finished", true)] // both ended
    [InlineData("2026-03-04T10:00:00Z", "2026-03-05T10:00:00Z", "finished", true)]
    [InlineData("2026-01-04T10:00:00Z", null, "in-progress", true)] // an end that was never sent holds nobody back
    [InlineData("2026-03-06T19:59:00Z", null, "cancelled", true)]
    [InlineData("2026-03-06T19:59:00Z", null, "finished", true)]
    public async Task Who_is_in_another_stay_at_the_discharge_is_followed_up_after_that_one(string start, string? end, string status, bool opens)
    {
        var file = await OpenAsync(
            Patient(), Stay("f", start, end, status, disposition: "03"), Stay("e", "2026-03-03T10:00:00Z", "2026-03-06T20:00:00Z"));

        Assert.Equal(opens, file.OpenActions.Any());
    }

    [Fact]
    public async Task A_readmission_that_was_a_mistake_brings_the_loops_back()
    {
        var file = await OpenAsync(Patient(), Stay("e", "2026-03-03T10:00:00Z", "2026-03-06T20:00:00Z"), Stay("f", "2026-03-10T10:00:00Z", null, "in-progress"));

        file.Arrives(Stay("f", "2026-03-10T10:00:00Z", null, "entered-in-error"));

        Assert.Equal(["contact", "medications-within-14-days", "visit-within-14-days"], file.OpenActions);
    }

    [Fact]
    public async Task Death_ends_everything()
    {
        var file = await OpenAsync(Patient(), Stay("e", "2026-03-03T10:00:00Z", "2026-03-06T20:00:00Z"), Died("2026-03-08"));

        Assert.Empty(file.OpenActions);
        Assert.Equal("El paciente falleció.", file.Loop("contact").StateReason!.Es);
    }

    [Fact]
    public async Task A_conversation_struck_as_an_error_opens_the_contact_again()
    {
        var file = await OpenAsync(Patient(), Stay("e", "2026-03-03T10:00:00Z", "2026-03-06T20:00:00Z"), Contact("c", "e", "2026-03-09T15:00:00Z"));

        file.Arrives(Contact("c", "e", "2026-03-09T15:00:00Z", status: "entered-in-error"));

        Assert.Contains("contact", file.OpenActions);
    }

    [Fact]
    public async Task What_a_person_withdrew_stays_withdrawn()
    {
        var content = await ShippedContent.GetAsync();
        var stay = RecordStay();
        var first = PathwayDecision.Decide(content, new PatientFacts("p", stay, []));
        var withdrawn = first.Proposals.OfType<OpenProposal>().Select(open => OpenLoop.From(open.Loop) with
        {
            State = LoopState.Withdrawn,
            StateReason = LocalizedText.AsWritten("The family arranged it."),
        }).ToList();

        Assert.Equal(3, withdrawn.Count);
        Assert.Empty(PathwayDecision.Decide(content, new PatientFacts("p", stay, withdrawn)).Proposals);
    }

    [Fact]
    public async Task A_discharge_of_long_ago_opens_nothing_when_history_is_loaded()
    {
        var file = new CaseFile(await ShippedContent.GetAsync()) { Recorded = Moment("2026-06-01T00:00:00Z") };

        Assert.Empty(file.Arrives(Patient()).Arrives(Stay("e", "2026-03-03T10:00:00Z", "2026-03-06T20:00:00Z")).Loops);
    }

    [Fact]
    public async Task Every_loop_says_why_in_both_languages_and_has_owner_back_up_and_ladder()
    {
        var file = await OpenAsync(Patient(), Stay("e", "2026-03-03T10:00:00Z", "2026-03-06T20:00:00Z"));

        Assert.Equal("Discharged 6 Mar 2026 14:00 from Riverbend (d). Contact is due within 2 business days.", file.Loop("contact").Why.En);
        Assert.StartsWith("Alta 6 mar 2026 14:00 de Riverbend", file.Loop("contact").Why.Es, StringComparison.Ordinal);
        Assert.All(file.Loops, loop => Assert.Equal(("CareTeam/team-transitions", "CareTeam/team-on-call"), (loop.Team, loop.BackUp)));
        Assert.Equal([Moment("2026-03-11T04:59:59Z"), Moment("2026-03-12T04:59:59Z")], file.Loop("contact").Ladder.Select(step => step.At));
    }

    [Fact]
    public async Task Deciding_again_changes_nothing()
    {
        var file = await OpenAsync(
            Patient(), Stay("e", "2026-03-03T10:00:00Z", "2026-03-06T20:00:00Z"), Contact("c", "e", "2026-03-09T15:00:00Z"), Appointment("a", "2026-03-12T15:00:00Z", "booked"));

        Assert.Empty(file.Decide().Last);
    }

    private static Fact[] RecordStay() =>
    [
        new("Patient", "p", [new(Parse(Patient()).Root, Moment("2026-03-03T10:00:00Z"), 1)], Moment("2026-03-03T10:00:00Z")),
        new("Encounter", "e", [new(Parse(Stay("e", "2026-03-03T10:00:00Z", "2026-03-06T20:00:00Z")).Root, Moment("2026-03-06T20:00:00Z"), 2)], Moment("2026-03-06T20:00:00Z")),
    ];

    private static async Task<CaseFile> OpenAsync(params string[] resources)
    {
        var file = new CaseFile(await ShippedContent.GetAsync());
        foreach (var resource in resources)
            file.Arrives(resource);
        Assert.Empty(file.Undecided);
        return file;
    }

    private static DateTimeOffset Moment(string text) => DateTimeOffset.Parse(text, null);
}
