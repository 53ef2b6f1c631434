using Tandem.Care.Intake.Mapping;
using Xunit;

namespace Tandem.Tests.Care.Intake.Mapping;

public sealed class PatientMappingTests
{
    [Fact]
    public void Numbers_keep_type_and_authority_and_those_that_identify_are_keys()
    {
        var mapped = MappingText.Mapped("PID|1||100^^^NORTH^MR~999-00-1111^^^SSA^SS~55^^^&2.16.840.1.113883.4.999&ISO^MR~7^^^ELSEWHERE^PI||Testperson\rPV1|1|I|||||||||||||||||V1");
        Assert.Equal(
            [new NaturalKey("http://north.example/mrn", "100"), new("urn:oid:2.16.840.1.113883.4.999", "55"), new("urn:tandem:authority:ELSEWHERE", "7")],
            mapped.Patient.Keys);
        var numbers = MappingText.Node(mapped.Patient.Json)["identifier"].Items.AsEnumerable().ToList();
        Assert.Equal(["100", "999-00-1111", "55", "7"], numbers.Select(n => n["value"].Text));
        Assert.Equal(["MR", "SS", "MR", "PI"], numbers.Select(n => n["type"]["coding"].First["code"].Text));
        Assert.Equal("http://hl7.org/fhir/sid/us-ssn", numbers[1]["system"].Text);
    }

    [Fact]
    public void A_number_without_authority_belongs_to_the_source_or_to_its_default_authority()
    {
        const string Segments = "PID|1||100||Testperson\rPV1|1|I|||||||||||||||||V1";
        Assert.Equal("urn:tandem:source:north:patient", MappingText.Mapped(Segments).Patient.Keys.Single().System);
        var source = MappingText.North with { DefaultAuthority = "http://region.example/person" };
        Assert.Equal("http://region.example/person", MappingText.Mapped(Segments, source: source).Patient.Keys.Single().System);
    }

    [Theory]
    [InlineData("PID|1||||Testperson", "PID-3")]
    [InlineData("PID|1||999-00-1111^^^SSA^SS||Testperson", "PID-3")]
    [InlineData("PID|1||^^^NORTH^MR||Testperson", "PID-3")]
    [InlineData("ZPD|1", "PID")]
    [InlineData(MappingText.Pid + "\r" + MappingText.Pid, "PID[2]")]
    public void Without_a_number_that_identifies_one_person_the_message_is_refused_there(string segments, string place) =>
        Assert.Equal(place, MappingText.Refused(segments + "\rPV1|1|I|||||||||||||||||V1").Details.Single().Expression);

    [Fact]
    public void Names_have_use_parts_and_period()
    {
        var names = MappingText.Patient("PID|1||100^^^NORTH||van Testperson&van&Testperson^Ada^Bea Cea^Jr^Dr^PhD^L~Nick^^^^^^N~^^^^^^M|||F")["name"].Items.AsEnumerable().ToList();
        Assert.Equal(2, names.Count);
        Assert.Equal("official", names[0]["use"].Text);
        Assert.Equal("van Testperson", names[0]["family"].Text);
        Assert.Equal(["Ada", "Bea", "Cea"], names[0]["given"].Items.AsEnumerable().Select(n => n.Text));
        Assert.Equal(["Jr", "PhD"], names[0]["suffix"].Items.AsEnumerable().Select(n => n.Text));
        Assert.Equal("Dr", names[0]["prefix"].First.Text);
        Assert.Equal("nickname", names[1]["use"].Text);
    }

    [Theory]
    [InlineData("F", "female")]
    [InlineData("M", "male")]
    [InlineData("A", "other")]
    [InlineData("U", "unknown")]
    [InlineData("", null)]
    [InlineData("Q", null)]
    public void Sex_becomes_administrative_gender(string sex, string? gender) =>
        Assert.Equal(gender, MappingText.Patient($"PID|1||100||Testperson|||{sex}")["gender"].Text);

    [Theory]
    [InlineData("19500102", "1950-01-02")]
    [InlineData("19500102000000", "1950-01-02")]
    [InlineData("195001", "1950-01")]
    [InlineData("1950", "1950")]
    [InlineData("00000000", null)]
    [InlineData("", null)]
    public void A_birth_date_is_as_precise_as_it_was_sent(string sent, string? date) =>
        Assert.Equal(date, MappingText.Patient($"PID|1||100||Testperson||{sent}|F")["birthDate"].Text);

    [Fact]
    public void What_could_not_be_taken_over_is_a_warning_with_its_place()
    {
        var mapped = MappingText.Mapped("PID|1||100||Testperson||00000000|Q\rPV1|1|I|||||||||||||||||V1");
        Assert.Equal(["PID-8", "PID-7"], mapped.Warnings.Select(w => w.Expression));
        Assert.All(mapped.Warnings, w => Assert.True(w.IsWarning));
    }

    [Fact]
    public void Address_telephone_language_and_marital_status_are_taken_over()
    {
        var patient = MappingText.Patient(
            "PID|1||100||Testperson|||F|||12 Test St^Apt 3^Testtown^IL^60601^USA^H^^Cook||(312)555-0100^PRN^PH~^PRN^CP^^1^312^5550101~^NET^Internet^ada@example.org|555-0102^WPN|spa^Spanish|M");
        var address = patient["address"].First;
        Assert.Equal(["12 Test St", "Apt 3"], address["line"].Items.AsEnumerable().Select(l => l.Text));
        Assert.Equal(("home", "Testtown", "IL", "60601", "Cook"),
            (address["use"].Text, address["city"].Text, address["state"].Text, address["postalCode"].Text, address["district"].Text));
        Assert.Equal(
            [("phone", "(312)555-0100", "home"), ("phone", "+1 (312) 5550101", "mobile"), ("email", "ada@example.org", "home"), ("phone", "555-0102", "work")],
            patient["telecom"].Items.AsEnumerable().Select(t => (t["system"].Text, t["value"].Text, t["use"].Text)));
        Assert.Equal("spa", patient["communication"].First["language"]["coding"].First["code"].Text);
        Assert.Equal("M", patient["maritalStatus"]["coding"].First["code"].Text);
        Assert.Equal("Organization/north", patient["managingOrganization"]["reference"].Text);
    }

    [Theory]
    [InlineData("20261119103000|Y", "2026-11-19T10:30:00-06:00", null)]
    [InlineData("|Y", null, true)]
    [InlineData("|N", null, false)]
    [InlineData("nonsense|Y", null, true)]
    [InlineData("|", null, null)]
    public void Death_is_a_time_when_it_is_known_and_a_flag_otherwise(string fields, string? time, bool? flag)
    {
        var patient = MappingText.Patient($"PID|1||100||Testperson||||||||||||||||||||||||{fields}");
        Assert.Equal((time, flag), (patient["deceasedDateTime"].Text, patient["deceasedBoolean"].Boolean));
    }

    [Fact]
    public void Race_and_ethnicity_are_us_core_extensions_when_they_are_coded()
    {
        var extensions = MappingText.Patient("PID|1||100||Testperson|||||2106-3^White^CDCREC~2034-7^Chinese||||||||||||H")["extension"].Items.AsEnumerable().ToList();
        Assert.Equal(["http://hl7.org/fhir/us/core/StructureDefinition/us-core-race", "http://hl7.org/fhir/us/core/StructureDefinition/us-core-ethnicity"],
            extensions.Select(e => e["url"].Text));
        Assert.Equal(["ombCategory", "detailed", "text"], extensions[0]["extension"].Items.AsEnumerable().Select(e => e["url"].Text));
        Assert.Equal("White, Chinese", extensions[0]["extension"].Items.AsEnumerable().Last()["valueString"].Text);
        Assert.Equal("2135-2", extensions[1]["extension"].First["valueCoding"]["code"].Text);
        Assert.False(MappingText.Patient("PID|1||100||Testperson|||||White")["extension"].Exists);
    }

    [Fact]
    public void Next_of_kin_are_contacts()
    {
        var contact = MappingText.Patient(
            "PID|1||100||Testperson\rNK1|1|Testkin^Bo|SPO^Spouse^HL70063|12 Test St^^Testtown|555-0103^PRN^PH|555-0104|C^Emergency Contact^HL70131\rNK1|2||SPO")["contact"];
        Assert.Equal(1, contact.Items.Count);
        var first = contact.First;
        Assert.Equal(["SPO", "SPS"], first["relationship"].First["coding"].Items.AsEnumerable().Select(c => c["code"].Text));
        Assert.Equal(("Testkin", "Testtown", "555-0103"), (first["name"]["family"].Text, first["address"]["city"].Text, first["telecom"].First["value"].Text));
        Assert.Equal("C", first["relationship"].Items.AsEnumerable().Last()["coding"].First["code"].Text);
    }

    [Fact]
    public void An_explicit_null_asks_to_delete_and_nothing_sent_does_not()
    {
        var patient = MappingText.Mapped("PID|1||100||Testperson||\"\"||||\"\"||\"\"|||\"\"\rPV1|1|I|||||||||||||||||V1").Patient;
        Assert.Equal(["birthDate", "address", "maritalStatus", "telecom"], patient.Cleared);
        var node = MappingText.Node(patient.Json);
        Assert.False(node["birthDate"].Exists || node["address"].Exists || node["telecom"].Exists || node["maritalStatus"].Exists);
        Assert.Empty(MappingText.Mapped(MappingText.Pid + "\rPV1|1|I|||||||||||||||||V1").Patient.Cleared);
    }
}
