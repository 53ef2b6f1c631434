using Tandem.Care.Loops;
using static Tandem.Tests.Care.Pathways.Cases;

namespace Tandem.Tests.Care.Pathways;

/// <summary>Dated cases of telling critical results.</summary>
public sealed class CriticalResultTests
{
    [Fact]
    public async Task A_critical_result_is_to_be_told_within_30_minutes_and_climbs_every_15()
    {
        var loop = (await OpenAsync(Patient(), Potassium("k", "6.8", "2026-03-20T11:30:00Z"))).Loop("tell-clinician");

        Assert.Equal((LoopTier.Red, Moment("2026-03-20T11:30:00Z"), Moment("2026-03-20T12:00:00Z")), (loop.Tier, loop.Opened, loop.Due));
        Assert.Equal(
            [("2026-03-20 12:00:00Z", "CareTeam/team-charge-nurse"), ("2026-03-20 12:15:00Z", "CareTeam/team-charge-nurse"), ("2026-03-20 12:30:00Z", "CareTeam/team-on-call")],
            loop.Ladder.Select(step => ($"{step.At:u}", step.To)));
        Assert.Equal(TimeSpan.FromMinutes(15), loop.RepeatEvery);
        Assert.Equal("Potassium 6.8 mmol/L (≥ 6.2 mmol/L), available 20 Mar 2026 06:30.", loop.Why.En);
        Assert.Equal("Potasio 6.8 mmol/L (≥ 6.2 mmol/L), disponible 20 mar 2026 06:30.", loop.Why.Es);
        Assert.Equal(EvidenceKind.CriticalResultTold, loop.Evidence.Kind);
    }

    [Theory]
    [InlineData("4.4", "N", "mmol/L", false)]
    [InlineData("4.4", "HH", "mmol/L", true)] // the laboratory's flag counts
    [InlineData("6.8", "HH", "furlong", true)]
    [InlineData("6.8", "N", "mEq/L", true)] // the site's limit counts
    public async Task Limits_or_the_laboratorys_flag_make_it_critical(string value, string flag, string unit, bool opens) =>
        Assert.Equal(opens, (await OpenAsync(Patient(), Potassium("k", value, "2026-03-20T11:30:00Z", flag: flag, unit: unit))).Loops.Any());

    [Fact]
    public async Task A_result_that_cannot_be_compared_opens_nothing_and_is_listed_until_it_can()
    {
        var file = new CaseFile(await ShippedContent.GetAsync()).Arrives(Patient()).Arrives(Potassium("k", "6.8", "2026-03-20T11:30:00Z", unit: "furlong"));
        Assert.Empty(file.Loops);
        Assert.Equal(
            ("tell-clinician", "Observation/k", "The value has a critical limit (Potassium) and is stated without a unit that can be compared with mmol/L."),
            file.Undecided.Select(undecided => (undecided.Action, undecided.Cause, undecided.Reason)).Single());

        file.Arrives(Potassium("k", "6.8", "2026-03-20T12:10:00Z"));
        Assert.Equal((1, 0), (file.Loops.Count(loop => loop.IsOpen), file.Undecided.Count));
    }

    [Fact]
    public async Task A_result_in_words_keeps_no_critical_one_of_the_same_specimen_back_and_withdraws_none()
    {
        var words = Potassium("j", "1", "2026-03-20T11:25:00Z").Replace("\"valueQuantity\":{\"value\":1,\"unit\":\"mmol/L\"}", "\"valueString\":\"see note\"");
        Assert.Contains("see note", words, StringComparison.Ordinal);
        var file = new CaseFile(await ShippedContent.GetAsync()).Arrives(Patient()).Arrives(words).Arrives(Potassium("k", "6.8", "2026-03-20T11:30:00Z"));
        Assert.Equal(Moment("2026-03-20T12:00:00Z"), file.Loops.Single(loop => loop.IsOpen).Due);

        file.Arrives(words.Replace("\"id\":\"j\"", "\"id\":\"k\"").Replace("11:25", "12:10"));
        Assert.Single(file.Loops, loop => loop.IsOpen);
        Assert.NotEmpty(file.Undecided);
    }

    [Theory]
    [InlineData("2345-7", "45", "mg/dL")]
    [InlineData("718-7", "21.5", "g/dL")]
    public async Task What_is_usual_at_birth_is_critical_only_later(string code, string value, string unit)
    {
        var result = Potassium("k", value, "2026-03-20T11:30:00Z", unit: unit).Replace("2823-3", code);

        Assert.Empty((await OpenAsync(Patient().Replace("1960-05-05", "2026-03-15"), result)).Loops);
        Assert.Single((await OpenAsync(Patient(), result)).Loops);
    }

    [Theory]
    [InlineData("registered", false)]
    [InlineData("preliminary", true)]
    [InlineData("final", true)]
    [InlineData("corrected", true)]
    [InlineData("amended", true)]
    [InlineData("cancelled", false)]
    [InlineData("entered-in-error", false)]
    public async Task Only_results_that_stand_count(string status, bool opens) =>
        Assert.Equal(opens, (await OpenAsync(Patient(), Potassium("k", "6.8", "2026-03-20T11:30:00Z", status))).Loops.Any());

    [Fact]
    public async Task The_desk_of_the_ordering_hospital_owns_it_else_the_regions()
    {
        var inHospital = Potassium("k", "6.8", "2026-03-20T11:30:00Z").Replace("\"issued\"", "\"encounter\":{\"reference\":\"Encounter/e\"},\"issued\"");
        var file = await OpenAsync(Patient(), Stay("e", "2026-03-19T11:30:00Z", null, "in-progress"), inHospital);
        Assert.Equal("CareTeam/team-demo-hospital-results", file.Loop("tell-clinician").Team);

        var elsewhere = await OpenAsync(Patient(), Potassium("k", "6.8", "2026-03-20T11:30:00Z"));
        Assert.Equal("CareTeam/team-critical-results", elsewhere.Loop("tell-clinician").Team);
    }

    [Fact]
    public async Task It_closes_by_who_was_told_and_read_it_back()
    {
        var file = await OpenAsync(Patient(), Potassium("k", "6.8", "2026-03-20T11:30:00Z"), Told("a", "k", "2026-03-20T11:40:00Z", readBack: false));
        Assert.True(file.Loop("tell-clinician").IsOpen);

        file.Arrives(Told("b", "k", "2026-03-20T11:45:00Z"));
        Assert.Equal((LoopState.Closed, "Communication/b"), (file.Loop("tell-clinician").State, file.Loop("tell-clinician").Outputs[^1].Reference));
    }

    [Fact]
    public async Task Telling_of_another_result_closes_nothing()
    {
        var file = await OpenAsync(Patient(), Potassium("k", "6.8", "2026-03-20T11:30:00Z"), Told("b", "other", "2026-03-20T11:45:00Z"));

        Assert.True(file.Loop("tell-clinician").IsOpen);
    }

    [Fact]
    public async Task A_preliminary_result_confirmed_as_final_keeps_its_loop_and_clock()
    {
        var file = await OpenAsync(
            Patient(), Potassium("k", "6.8", "2026-03-20T11:30:00Z", "preliminary"), Potassium("k", "6.8", "2026-03-20T12:10:00Z"));

        Assert.Equal(Moment("2026-03-20T12:00:00Z"), file.Loop("tell-clinician").Due);
        Assert.Empty(file.Last);
    }

    [Fact]
    public async Task A_correction_within_the_limits_withdraws_it()
    {
        var file = await OpenAsync(
            Patient(), Potassium("k", "6.8", "2026-03-20T11:30:00Z"), Potassium("k", "4.8", "2026-03-20T12:10:00Z", "corrected"));

        Assert.Equal((LoopState.Withdrawn, "The corrected result is within the limits."), (file.Loop("tell-clinician").State, file.Loop("tell-clinician").StateReason!.En));
    }

    [Theory]
    [InlineData("2026-03-20T12:10:00Z", "2026-03-20T12:10:00Z")]
    [InlineData("2026-03-20T11:30:00Z", "2026-03-20T12:30:00Z")] // the same time stated: from when it became known
    public async Task A_correction_that_is_critical_too_must_be_told_again(string issued, string opened)
    {
        var file = await OpenAsync(
            Patient(), Potassium("k", "6.8", "2026-03-20T11:30:00Z"), Told("t", "k", "2026-03-20T11:40:00Z"));
        Assert.False(file.Loop("tell-clinician").IsOpen);

        file.Recorded = Moment("2026-03-20T12:30:00Z");
        file.Arrives(Potassium("k", "7.4", issued, "corrected"));

        var loop = file.Loop("tell-clinician");
        Assert.Equal(Moment(opened), loop.Opened);
        Assert.Contains("7.4", loop.Why.En, StringComparison.Ordinal);
        Assert.True(loop.IsOpen);
    }

    [Theory]
    [InlineData("cancelled")]
    [InlineData("entered-in-error")]
    public async Task A_cancelled_result_withdraws_it(string status)
    {
        var file = await OpenAsync(Patient(), Potassium("k", "6.8", "2026-03-20T11:30:00Z"), Potassium("k", "6.8", "2026-03-20T12:10:00Z", status));

        Assert.Equal(LoopState.Withdrawn, file.Loop("tell-clinician").State);
    }

    [Fact]
    public async Task A_deleted_result_withdraws_it()
    {
        var file = await OpenAsync(Patient(), Potassium("k", "6.8", "2026-03-20T11:30:00Z"));

        Assert.Equal(LoopState.Withdrawn, file.Deleted("Observation", "k").Loop("tell-clinician").State);
    }

    [Fact]
    public async Task An_uncorrected_result_that_arrives_after_its_correction_opens_nothing()
    {
        var file = await OpenAsync(
            Patient(), Potassium("k", "4.8", "2026-03-20T12:10:00Z", "corrected"), Potassium("k", "6.8", "2026-03-20T11:30:00Z"));

        Assert.Empty(file.Loops);
    }

    [Fact]
    public async Task The_same_specimen_reported_twice_is_one_loop_until_both_are_corrected()
    {
        var file = await OpenAsync(Patient(), Potassium("k", "6.8", "2026-03-20T11:30:00Z"), Potassium("l", "6.8", "2026-03-20T11:35:00Z"));
        Assert.Single(file.Loops);

        file.Arrives(Potassium("k", "4.8", "2026-03-20T12:10:00Z", "corrected"));
        Assert.True(file.Loop("tell-clinician").IsOpen);

        file.Arrives(Potassium("l", "4.8", "2026-03-20T12:10:00Z", "corrected"));
        Assert.False(file.Loop("tell-clinician").IsOpen);
    }

    [Fact]
    public async Task Two_specimens_are_two_loops() => Assert.Equal(2, (await OpenAsync(
        Patient(), Potassium("k", "6.8", "2026-03-20T11:30:00Z"), Potassium("l", "6.9", "2026-03-20T15:35:00Z", taken: "2026-03-20T15:00:00Z"))).Loops.Count());

    [Fact]
    public async Task A_result_without_any_time_is_told_by_when_it_was_recorded()
    {
        var bare = """
            {"resourceType":"Observation","id":"k","meta":{"lastUpdated":"2026-03-20T11:30:00Z"},"status":"final","code":{"coding":[{"system":"http://loinc.org","code":"2823-3"}]},
            "subject":{"reference":"Patient/p"},"valueQuantity":{"value":7.1,"unit":"mmol/L"} }
            """;

        Assert.Equal(Moment("2026-03-20T12:00:00Z"), (await OpenAsync(Patient(), bare)).Loop("tell-clinician").Due);
    }

    [Fact]
    public async Task A_newborn_has_limits_of_its_own()
    {
        var newborn = Patient().Replace("1960-05-05", "2026-03-15");

        Assert.Empty((await OpenAsync(newborn, Potassium("k", "6.8", "2026-03-20T11:30:00Z"))).Loops);
        Assert.Single((await OpenAsync(newborn, Potassium("k", "7.1", "2026-03-20T11:30:00Z"))).Loops);
    }

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
