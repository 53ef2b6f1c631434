using System.Globalization;
using Tandem.Care.Patients;
using Tandem.Fhir.Search;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Tests.Support;

namespace Tandem.Tests.Care.Patients;

public sealed class PatientSummaryTests
{
    private const string Full =
        """
        {"resourceType":"Patient","gender":"female","birthDate":"1951-03","deceasedBoolean":false,
         "identifier":[{"system":"urn:x","value":"9"},{"type":{"coding":[{"code":"MR"}]},"value":"M-77"}],
         "name":[{"use":"official","family":"Testperson","given":["Margarita","Luz"]},{"use":"nickname","given":["Rita"]}],
         "extension":[{"url":"http://hl7.org/fhir/StructureDefinition/individual-pronouns","extension":[
           {"url":"value","valueCodeableConcept":{"coding":[{"code":"LA29519-8","display":"she/her"}]}}]}]}
        """;

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task Lists_name_patients_as_they_want_to_be_called(Engine engine)
    {
        using var record = new RecordFixture(engine, new PatientSummaryProjection());
        await record.PutAsync("Patient", "a", Full);
        await record.PutAsync("Patient", "b", """{"resourceType":"Patient","deceasedDateTime":"2026-01-01"}""");

        var found = PatientSummaries.Find(record.Store, ["a", "b", "nobody", "a"], AccessScope.System);

        Assert.Equal(2, found.Count);
        Assert.Equal(new PatientSummary("a", "Rita Testperson", "1951-03", "female", "M-77", "she/her", false), found["a"]);
        Assert.Equal(new PatientSummary("b", "b", "", "", "", "", true), found["b"]);
        Assert.Empty(PatientSummaries.Find(record.Store, ["a"], AccessScope.Nobody));
    }

    [Theory]
    [InlineData("rita", true)]
    [InlineData("TESTP marg", true)]
    [InlineData("m-77", true)]
    [InlineData("9", true)]
    [InlineData("rita nobody", false)]
    [InlineData("erson", false)]
    [InlineData("  ", false)]
    public async Task Patients_are_found_by_beginnings_of_names_and_by_numbers(string text, bool found)
    {
        using var record = new RecordFixture(Engine.Sqlite, new PatientSummaryProjection());
        await record.PutAsync("Patient", "a", Full);

        Assert.Equal(found, record.Database.Read(session => PatientSummaries.Search(session, text, 10, AccessScope.System)).Count == 1);
    }

    [Fact]
    public async Task A_name_that_changed_is_found_no_more()
    {
        using var record = new RecordFixture(Engine.Sqlite, new PatientSummaryProjection());
        await record.PutAsync("Patient", "a", Full);
        await record.PutAsync("Patient", "a", """{"resourceType":"Patient","name":[{"family":"Otherperson"}]}""");

        Assert.Empty(record.Database.Read(session => PatientSummaries.Search(session, "testperson", 10, AccessScope.System)));
        Assert.Equal("Otherperson", PatientSummaries.Find(record.Store, ["a"], AccessScope.System)["a"].Name);
    }

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task A_patient_is_found_by_a_thousand_words_of_two_hundred_characters_each(Engine engine)
    {
        var number = string.Concat(Enumerable.Range(0, 700).Select(i => StableHash.Of($"{i}").ToString("x16", CultureInfo.InvariantCulture)));
        var words = string.Join(' ', Enumerable.Range(0, 2_000).Select(i => $"w{i}"));
        using var record = new RecordFixture(engine, new PatientSummaryProjection());
        await record.PutAsync("Patient", "a", $$"""{"resourceType":"Patient","identifier":[{"value":"{{number}}"}],"name":[{"text":"{{number}}"}]}""");
        await record.PutAsync("Patient", "b", $$"""{"resourceType":"Patient","name":[{"text":"{{words}}"}]}""");

        record.Database.Read(session =>
        {
            Assert.Equal(["a"], PatientSummaries.Search(session, number[..200], 10, AccessScope.System));
            Assert.Equal(["b"], PatientSummaries.Search(session, "w998", 10, AccessScope.System));
            return Assert.Single(session.Query("SELECT COUNT(*), MAX(LENGTH(word)), MAX(LENGTH(sort)) FROM patients_words WHERE id = 'b'", row =>
            {
                Assert.Equal((1_000, 4, 200), ((int)row.Integer(0), (int)row.Integer(1), (int)row.Integer(2)));
                return true;
            }));
        });
    }
}
