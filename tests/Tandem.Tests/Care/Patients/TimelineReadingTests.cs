using Tandem.Care.Patients;
using Tandem.Kernel.Pages;
using static Tandem.Tests.Care.Patients.PatientSamples;

namespace Tandem.Tests.Care.Patients;

/// <summary>What resources say to the timeline.</summary>
public sealed class TimelineReadingTests
{
    [Fact]
    public void A_finished_stay_is_an_admission_and_a_discharge()
    {
        var entries = Read("Encounter", AStay("finished", Noon.AddDays(-3), Noon));

        Assert.Equal([("admitted", Noon.AddDays(-3), "Encounter/x"), ("discharged", Noon, "Encounter/x#left")], entries.Select(e => (e.Event, e.At, e.Key)));
    }

    [Theory]
    [InlineData("in-progress", "IMP", "admitted")]
    [InlineData("in-progress", "EMER", "emergency")]
    [InlineData("finished", "AMB", "visit")]
    [InlineData("planned", "AMB", "visit-planned")]
    [InlineData("planned", "IMP", "stay-planned")]
    [InlineData("cancelled", "IMP", "stay-cancelled")]
    [InlineData("entered-in-error", "AMB", "stay-cancelled")]
    public void A_stay_is_told_by_its_class_and_status(string status, string kind, string told) =>
        Assert.Equal(told, Assert.Single(Read("Encounter", AStay(status, Noon, kind: kind))).Event);

    [Theory]
    [InlineData("""{"coding":[{"code":"R"}]}""", "")]
    [InlineData("""{"coding":[{"code":"R","display":"Routine visit"}]}""", "Routine visit")]
    [InlineData("""{"text":"Wound check","coding":[{"code":"R"}]}""", "Wound check")]
    public void A_visit_is_called_by_words_and_never_by_the_senders_code(string type, string title) =>
        Assert.Equal(title, Assert.Single(Read("Encounter", AStay("finished", Noon, kind: "AMB").Replace("\"status\"", $"\"type\":[{type}],\"status\"", StringComparison.Ordinal))).Title);

    [Fact]
    public void A_day_without_a_time_stays_that_day_in_every_zone()
    {
        var entry = Assert.Single(Read("Condition", ACondition("2026-02-20")));

        Assert.False(entry.HasTime);
        Assert.All(new[] { "Pacific/Honolulu", "America/Chicago", "Europe/Madrid", "Australia/Brisbane" }, zone => Assert.Equal(new DateOnly(2026, 2, 20), LocalDay.Of(entry.At, zone)));
    }

    [Theory]
    [InlineData("2008", "2008")]
    [InlineData("2021-02", "2021-02")]
    [InlineData("2021-02-03", null)]
    public void A_month_or_a_year_stays_as_it_was_said(string onset, string? said) =>
        Assert.Equal(said, Assert.Single(Read("Condition", ACondition(onset))).Said);

    [Fact]
    public void A_resource_without_a_date_stands_at_its_recording() =>
        Assert.Equal(Noon, Assert.Single(Read("Procedure", """{"resourceType":"Procedure","status":"completed","code":{"text":"x"}}""")).At);

    [Theory]
    [InlineData("contact-outcome", "no-answer", "not-done", "contact-no-answer", null)]
    [InlineData("contact-outcome", "reached", "completed", "contact-reached", null)]
    [InlineData("contact-outcome", "reached", "entered-in-error", "contact-reached", "entered-in-error")]
    [InlineData("critical-result-told", "", "completed", "contact-told", null)]
    public void A_contact_is_told_by_its_outcome_and_never_by_a_code(string category, string outcome, string status, string happened, string? told)
    {
        var entry = Assert.Single(Read("Communication", $$$"""
            {"resourceType":"Communication","status":"{{{status}}}","category":[{"coding":[{"system":"https://tandem.example/fhir/CodeSystem/loop-evidence","code":"{{{category}}}"}]}],
             "statusReason":{"coding":[{"code":"{{{outcome}}}"}]},"sent":"2026-03-02T12:00:00Z","recipient":[{"display":"Charge nurse"}]}
            """));

        Assert.Equal((happened, "", "Charge nurse", told), (entry.Event, entry.Title, entry.Value, entry.Status));
        Assert.NotEqual(TimelineWords.EventOf("?").English, TimelineWords.EventOf(entry.Event).English);
    }

    [Fact]
    public void A_heading_over_other_results_says_nothing() =>
        Assert.Empty(Read("Observation", """{"resourceType":"Observation","status":"final","code":{"text":"Panel"},"hasMember":[{"reference":"Observation/1"}]}"""));

    [Fact]
    public void A_result_is_told_with_its_unit_flag_and_series()
    {
        var entry = Assert.Single(Read("Observation", AResult(6.8, Noon, flag: "HH")));

        Assert.Equal(("Potassium", "6.8 mmol/L", "HH", "2823-3"), (entry.Title, entry.Value, entry.Flag, entry.Code));
    }

    [Fact]
    public void A_death_is_told_when_it_happened()
    {
        var entries = Read("Patient", APatient(more: ",\"deceasedDateTime\":\"2026-02-28T03:00:00Z\""));

        Assert.Contains(entries, e => e is { Event: "died" } && e.At == new DateTimeOffset(2026, 2, 28, 3, 0, 0, TimeSpan.Zero));
    }

    [Fact]
    public void Results_of_one_message_stand_together_with_those_outside_first()
    {
        var days = TimelineDays.Of([Entry("a", "N"), Entry("b", "HH"), Entry("c", null)], "UTC");

        var group = Assert.Single(Assert.Single(days).Groups);
        Assert.Equal("b", group.First.Key);
        Assert.Equal(Tone.Urgent, TimelineDays.MarkOf(group).Tone);
    }

    [Fact]
    public void Days_are_the_patients_own()
    {
        var late = new TimelineEntry { Key = "k", At = new DateTimeOffset(2026, 3, 2, 4, 30, 0, TimeSpan.Zero), Kind = TimelineKinds.Stay, Event = "visit" };

        Assert.Equal(new DateOnly(2026, 3, 1), TimelineDays.Of([late], "America/Chicago")[0].Day);
        Assert.Equal(new DateOnly(2026, 3, 2), TimelineDays.Of([late], "UTC")[0].Day);
    }

    private static TimelineEntry Entry(string key, string? flag) =>
        new() { Key = key, At = Noon, Kind = TimelineKinds.Result, Event = "result", Title = key, Flag = flag, Source = "urn:tandem:message:m" };

    private static List<TimelineEntry> Read(string type, string json) => [.. TimelineReading.Read(Version(type, "x", json))];
}
