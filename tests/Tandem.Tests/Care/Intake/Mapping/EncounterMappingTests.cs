using Tandem.Care.Intake.Mapping;
using Tandem.Kernel.Outcomes;
using Xunit;

namespace Tandem.Tests.Care.Intake.Mapping;

public sealed class EncounterMappingTests
{
    private const string Pv1 = "PV1|1|I|4W^401^B^NORTH||||77^Testdoctor^Cy^^^Dr^^^NORTH|78^Refer^Di|79^Consult^Ed|MED||||1|||80^Admit^Flo||V100^^^NORTH&2.16.1.9&ISO^VN";
    private const string Stay = MappingText.Pid + "\r" + Pv1 + "|||||||||||||||||03||||||||20261118101500|20261120140000";

    [Theory]
    [InlineData("A01", "in-progress", true)]
    [InlineData("A02", "in-progress", true)]
    [InlineData("A03", "finished", true)]
    [InlineData("A04", "in-progress", true)]
    [InlineData("A05", "planned", true)]
    [InlineData("A11", "cancelled", true)]
    [InlineData("A12", "in-progress", true)]
    [InlineData("A13", "in-progress", true)]
    [InlineData("A38", "cancelled", true)]
    [InlineData("A08", "in-progress", false)]
    public void The_event_says_the_status(string trigger, string status, bool stated)
    {
        var mapped = MappingText.Mapped(MappingText.Pid + "\r" + Pv1, "ADT^" + trigger);
        Assert.Equal((trigger, status, stated), (mapped.Event, MappingText.Node(mapped.Encounter!.Json)["status"].Text, mapped.Encounter.StatusIsStated));
        Assert.Equal(new DateTimeOffset(2026, 11, 20, 8, 30, 0, TimeSpan.FromHours(-6)), mapped.EventAt);
    }

    [Theory]
    [InlineData("I", "IMP")]
    [InlineData("E", "EMER")]
    [InlineData("O", "AMB")]
    [InlineData("P", "PRENC")]
    [InlineData("OBS", "OBSENC")]
    [InlineData("B", "B")]
    [InlineData("PHP", "PHP")]
    [InlineData("TS", "PHP")]
    [InlineData("", "U")]
    [InlineData("?", "U")]
    public void The_patient_class_says_the_class(string sent, string code) =>
        Assert.Equal(code, MappingText.Encounter($"{MappingText.Pid}\rPV1|1|{sent}|||||||||||||||||V1")["class"]["code"].Text);

    [Fact]
    public void Admission_type_and_patient_type_are_types_of_the_encounter() => Assert.Equal(
        [("http://terminology.hl7.org/CodeSystem/v2-0007", "R"), ("http://terminology.hl7.org/CodeSystem/v2-0018", "PHP")],
        MappingText.Encounter($"{MappingText.Pid}\rPV1|1|R||R||||||||||||||PHP|V1")["type"].Items.AsEnumerable()
            .Select(type => (type["coding"].First["system"].Text, type["coding"].First["code"].Text)));

    [Fact]
    public void A_discharge_has_its_period_disposition_place_and_people()
    {
        var mapped = MappingText.Mapped(Stay + "\rPV2|||R07.9^Chest pain^I10C\rDG1|1||I50.9^Heart failure^I10C", "ADT^A03");
        var encounter = MappingText.Node(mapped.Encounter!.Json);
        Assert.Equal(("2026-11-18T10:15:00-06:00", "2026-11-20T14:00:00-06:00"), (encounter["period"]["start"].Text, encounter["period"]["end"].Text));
        Assert.Equal(["03", "snf"], encounter["hospitalization"]["dischargeDisposition"]["coding"].Items.AsEnumerable().Select(c => c["code"].Text));
        Assert.Equal("1", encounter["hospitalization"]["admitSource"]["coding"].First["code"].Text);
        Assert.Equal(["ATND", "REF", "CON", "ADM"], encounter["participant"].Items.AsEnumerable().Select(p => p["type"].First["coding"].First["code"].Text));
        var attending = encounter["participant"].First["individual"];
        Assert.Equal(("Dr Cy Testdoctor", "77", "http://north.example/mrn"),
            (attending["display"].Text, attending["identifier"]["value"].Text, attending["identifier"]["system"].Text));
        Assert.False(attending["reference"].Exists);
        Assert.Equal("4W/401/B", encounter["location"].First["location"]["identifier"]["value"].Text);
        Assert.Equal("completed", encounter["location"].First["status"].Text);
        Assert.Equal(["R07.9", "I50.9"], encounter["reasonCode"].Items.AsEnumerable().Select(r => r["coding"].First["code"].Text));
        Assert.Equal("Organization/north", encounter["serviceProvider"]["reference"].Text);
        Assert.Equal(MappedPatient.Placeholder, encounter["subject"]["reference"].Text);
        Assert.Equal(("V100", "VN"), (encounter["identifier"].First["value"].Text, encounter["identifier"].First["type"]["coding"].First["code"].Text));
        Assert.Equal([new NaturalKey("http://north.example/mrn", "V100")], mapped.Encounter.Keys);
    }

    [Fact]
    public void A_discharge_without_its_time_ended_when_the_event_says()
    {
        var encounter = MappingText.Encounter(MappingText.Pid + "\r" + Pv1, "ADT^A03");
        Assert.Equal("2026-11-20T08:30:00-06:00", encounter["period"]["end"].Text);
        Assert.False(encounter["period"]["start"].Exists);
    }

    [Fact]
    public void A_cancelled_discharge_takes_the_end_and_the_disposition_away()
    {
        var mapped = MappingText.Mapped(Stay, "ADT^A13").Encounter!;
        var encounter = MappingText.Node(mapped.Json);
        Assert.Equal("in-progress", encounter["status"].Text);
        Assert.Equal("2026-11-18T10:15:00-06:00", encounter["period"]["start"].Text);
        Assert.False(encounter["period"]["end"].Exists);
        Assert.False(encounter["hospitalization"]["dischargeDisposition"].Exists);
        Assert.Contains("period.end", mapped.Cleared);
        Assert.Contains("hospitalization.dischargeDisposition", mapped.Cleared);
    }

    [Fact]
    public void A_death_in_hospital_is_seen_in_the_disposition() =>
        Assert.Equal("exp", MappingText.Encounter($"{MappingText.Pid}\r{Pv1}|||||||||||||||||20", "ADT^A03")["hospitalization"]["dischargeDisposition"]["coding"]
            .Items.AsEnumerable().Last()["code"].Text);

    [Theory]
    [InlineData("PV1|1|I", "PV1-19")]
    [InlineData("ZZZ|1", "PV1")]
    public void A_visit_without_number_is_refused_there(string pv1, string place)
    {
        var refusal = MappingText.Refused(MappingText.Pid + "\r" + pv1);
        Assert.Equal(RefusalKind.Unprocessable, refusal.Kind);
        Assert.Equal((place, "required"), (refusal.Details.Single().Expression, refusal.Details.Single().Code));
    }

    [Theory]
    [InlineData("PV1|1|I|||||||||||||||||||||||||||||||||||||||||||||||V7^^^^VN")]
    [InlineData("PV1|1|I")]
    public void An_alternate_or_account_number_that_says_it_is_a_visit_number_serves(string pv1) =>
        Assert.Equal("V7", MappingText.Mapped($"PID|1||100||Testperson|||||||||||||V7^^^^VN\r{pv1}").Encounter!.Keys.Single().Value);

    [Theory]
    [InlineData("EVN||2026-11-20\r" + MappingText.Pid + "\r" + Pv1, "EVN-2")]
    [InlineData(MappingText.Pid + "\r" + Pv1 + "|||||||||||||||||||||||||20261118|20261399", "PV1-45")]
    public void A_time_that_is_none_is_refused_with_its_place(string segments, string place)
    {
        var detail = MappingText.Refused(segments, "ADT^A03").Details[0];
        Assert.Equal((place, "value"), (detail.Expression, detail.Code));
        Assert.StartsWith("line ", detail.Position, StringComparison.Ordinal);
    }

    [Fact]
    public void An_update_of_the_person_alone_has_no_visit() => Assert.Null(MappingText.Mapped(MappingText.Pid + "\r" + Pv1, "ADT^A31").Encounter);

    [Theory]
    [InlineData("ORM^O01", "MSH-9.1")]
    [InlineData("ADT^A40", "MSH-9.2")]
    [InlineData("ORU^R30", "MSH-9.2")]
    public void What_is_not_taken_is_refused_as_not_supported(string type, string place)
    {
        var refusal = MappingText.Refused(MappingText.Pid, type);
        Assert.Equal((RefusalKind.NotSupported, place), (refusal.Kind, refusal.Details.Single().Expression));
    }
}
