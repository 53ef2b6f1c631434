using System.Text;
using Tandem.Fhir.Json;
using Tandem.Fhir.Views;

namespace Tandem.Tests.Fhir.Views;

public sealed class ViewTests
{
    [Fact]
    public void An_observation_is_read_by_its_elements()
    {
        var observation = ObservationView.Of(Parse(LabObservation.Json));
        Assert.Equal("final", observation.Status);
        Assert.True(observation.Code.Has("http://loinc.org"u8, "2823-3"u8));
        Assert.Equal("Potassium", observation.Code.Words);
        Assert.Equal(6.40m, observation.ValueQuantity.Value);
        Assert.Equal("6.40 mmol/L", observation.ValueQuantity.Words);
        Assert.Equal(("Patient", "0198f2a0-0000-7000-8000-0000000000ab"), observation.Subject.Target);
        Assert.Equal("HH", observation.Interpretations.First.Codings.First.Code);
        Assert.Equal(5.1m, observation.ReferenceRanges.First.High.Value);
        Assert.Equal(new DateTimeOffset(2026, 11, 22, 13, 55, 0, TimeSpan.Zero), observation.Effective!.Value.Low(TimeZoneInfo.Utc));
    }

    [Fact]
    public void A_patient_goes_by_the_usual_name()
    {
        var patient = PatientView.Of(Parse("""
            {"resourceType":"Patient","id":"p","identifier":[{"system":"urn:mrn","value":"12"}],"deceasedDateTime":"2026",
             "name":[{"use":"official","family":"Testperson","given":["Ana","B."]},{"use":"usual","text":"Anita Testperson"}]}
            """));
        Assert.Equal("Anita Testperson", patient.Name.Words);
        Assert.Equal("Ana B. Testperson", patient.Names.First.Words);
        Assert.Equal("12", patient.IdentifierOf("urn:mrn"u8));
        Assert.Null(patient.IdentifierOf("urn:other"u8));
        Assert.True(patient.IsDeceased);
    }

    [Fact]
    public void A_view_of_nothing_has_nothing_in_it()
    {
        var task = TaskView.Of(default);
        Assert.Null(task.Id);
        Assert.Null(task.Owner.Target);
        Assert.Null(task.RestrictionPeriod.Interval(TimeZoneInfo.Utc));
        Assert.Equal(0, task.Notes.Count);
        Assert.Null(task.BusinessStatus.Words);
        Assert.Equal("", PatientView.Of(default).Name.Words);
        Assert.Null(EncounterView.Of(default).DischargeDisposition.Codings.First.Code);
    }

    [Theory]
    [InlineData("Patient/1", "Patient", "1")]
    [InlineData("Patient/1/_history/3", "Patient", "1")]
    [InlineData("https://example.org/fhir/Patient/1", null, null)]
    [InlineData("#p", null, null)]
    [InlineData("urn:uuid:0b9f5b0e-5b5e-4b5e-9b5e-0b9f5b0e5b5e", null, null)]
    [InlineData("Dragon/1", null, null)]
    [InlineData("Patient/", null, null)]
    public void A_reference_within_the_record_has_type_and_id(string literal, string? type, string? id)
    {
        var target = new Reference(Parse($$"""{"reference":"{{literal}}"}""")).Target;
        Assert.Equal((type, id), (target?.Type, target?.Id));
    }

    [Fact]
    public void A_period_is_open_where_it_names_no_end()
    {
        var period = new Period(Parse("""{"start":"2020-02"}"""));
        Assert.Equal((new DateTimeOffset(2020, 2, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds(), long.MaxValue), period.Interval(TimeZoneInfo.Utc));
    }

    private static FhirNode Parse(string json) => FhirJson.ParseStored(Encoding.UTF8.GetBytes(json)).Root;
}
