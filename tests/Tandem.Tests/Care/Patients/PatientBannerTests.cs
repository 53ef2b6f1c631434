using Tandem.Care.Patients;
using Tandem.Fhir.Views;
using Tandem.Kernel.Pages;
using static Tandem.Tests.Care.Patients.PatientSamples;

namespace Tandem.Tests.Care.Patients;

/// <summary>Who the patient is.</summary>
public sealed class PatientBannerTests
{
    [Theory]
    [InlineData("1951-03-04", "2026-03-03", 74, 'y')]
    [InlineData("1951-03-04", "2026-03-04", 75, 'y')]
    [InlineData("2024-02-29", "2026-02-27", 23, 'm')]
    [InlineData("2024-02-29", "2026-02-28", 2, 'y')]
    [InlineData("2026-02-20", "2026-03-04", 12, 'd')]
    [InlineData("2025-12-20", "2026-03-04", 2, 'm')]
    [InlineData("1951", "2026-03-04", 75, 'a')]
    public void An_age_is_as_exact_as_the_birth_date(string born, string today, int number, char unit) =>
        Assert.Equal((number, unit), PatientBanner.Age(born, DateOnly.Parse(today, System.Globalization.CultureInfo.InvariantCulture)));

    [Theory]
    [InlineData("")]
    [InlineData("2030-01-01")]
    public void Without_a_birth_date_there_is_no_age(string born) => Assert.Null(PatientBanner.Age(born, new DateOnly(2026, 3, 4)));

    [Fact]
    public void The_banner_names_numbers_with_their_issuer_and_leaves_out_what_is_nobodys_business()
    {
        var banner = Of("""
            {"resourceType":"Patient","identifier":[{"type":{"coding":[{"code":"MR"}]},"value":"A-1","assigner":{"display":"Bay Hospital"}},
            {"type":{"coding":[{"code":"SS"}]},"value":"999-99-9999"},{"use":"old","value":"A-0"}],
            "name":[{"use":"official","family":"Testperson","given":["Maria"]},{"use":"usual","family":"Testperson","given":["Lena"]}],
            "telecom":[{"system":"phone","value":"2","rank":2},{"system":"phone","value":"1","rank":1},{"system":"email","value":"a@example.org"}],
            "communication":[{"language":{"coding":[{"code":"en"}]}},{"language":{"coding":[{"code":"es"}],"text":"Spanish"},"preferred":true}],
            "extension":[{"url":"http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired","valueBoolean":true},
            {"url":"http://hl7.org/fhir/StructureDefinition/timezone","valueCode":"America/Denver"}]}
            """);

        Assert.Equal(("Lena Testperson", "Maria Testperson"), (banner.Summary.Name, banner.OfficialName));
        Assert.Equal([("A-1", "Bay Hospital")], banner.Numbers);
        Assert.Equal(["1", "2"], banner.Phones.Select(phone => phone.Number));
        Assert.Equal(("es", true, "America/Denver"), (banner.Language!.Value.Code, banner.Interpreter, banner.Zone));
    }

    [Fact]
    public void A_zone_that_does_not_exist_is_not_used() =>
        Assert.Null(Of("""{"resourceType":"Patient","extension":[{"url":"http://hl7.org/fhir/StructureDefinition/timezone","valueCode":"Mars/Base"}]}""").Zone);

    [Fact]
    public void Looks_within_half_an_hour_are_one_sitting()
    {
        var first = PatientLooks.Next(null, Noon)!;
        var again = PatientLooks.Next(first, Noon.AddMinutes(20))!;
        var later = PatientLooks.Next(again, Noon.AddHours(5))!;

        Assert.Equal((null, null, Noon.AddMinutes(20)), (first.Before, again.Before, later.Before));
        Assert.Null(PatientLooks.Next(later, Noon.AddHours(5).AddSeconds(30)));
    }

    [Fact]
    public void News_are_since_the_look_before_and_else_of_three_days()
    {
        Assert.Equal((Noon.AddHours(-72), false), ReadPatientChart.Since(NewsSpan.LastLook, new Look(Noon, null), Noon));
        Assert.Equal((Noon.AddHours(-5), true), ReadPatientChart.Since(NewsSpan.LastLook, new Look(Noon, Noon.AddHours(-5)), Noon));
        Assert.Equal((Noon.AddDays(-30), false), ReadPatientChart.Since(NewsSpan.Month, new Look(Noon, Noon.AddHours(-5)), Noon));
    }

    [Theory]
    [InlineData("Maria Tes", null, "maria,tes")]
    [InlineData("Núñez-Test", null, "nunez,test")]
    [InlineData("A-1 2", null, "a-1,2")]
    [InlineData("1951-03-04", null, "born:1951-03-04")]
    [InlineData("ana", "1951-03-04", "born:1951-03-04,ana")]
    [InlineData("  ", null, "")]
    public void A_line_is_read_as_names_numbers_and_birth_dates(string text, string? born, string words) =>
        Assert.Equal(words, string.Join(',', PeopleQuery.Parse(text, born is null ? null : DateOnly.Parse(born, System.Globalization.CultureInfo.InvariantCulture)).Words));

    [Fact]
    public void Every_event_and_kind_has_words_in_both_languages()
    {
        var events = new[] { "admitted", "discharged", "emergency", "emergency-left", "visit", "visit-planned", "stay-planned", "stay-cancelled", "died", "registered", "details-changed", "result", "report", "loop-opened", "loop-closed", "loop-withdrawn" }
            .Concat(TimelineShapes.All.Values.Select(shape => shape.Event)).ToList();

        Assert.Equal(events.Count, events.Select(happened => TimelineWords.EventOf(happened).In(Languages.Spanish)).Distinct().Count());
        Assert.Equal(TimelineKinds.All.Count, TimelineKinds.All.Select(kind => TimelineWords.KindOf(kind).English).Distinct().Count());
    }

    private static PatientBanner Of(string json) => PatientBanner.Of(Version("Patient", "p1", json), OwnAddresses.None);
}
