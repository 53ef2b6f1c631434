using Tandem.Care.Intake.Mapping;
using Xunit;

namespace Tandem.Tests.Care.Intake.Mapping;

public sealed class ReportMappingTests
{
    private const string Oru = "ORU^R01";
    private const string Report =
        MappingText.Pid + "\rPV1|1|I|||||||||||||||||V1^^^NORTH\r"
        + "ORC|RE|P9|F9\rOBR|1|P9|F9|24326-1^Electrolytes^LN|||20261120080000|||||||||77^Testdoctor^Cy||||||20261120091500||CH|F\rNTE|1||Haemolysed\r"
        + "OBX|1|NM|2823-3^Potassium^LN||6.40|mmol/L^^UCUM|3.5-5.1|HH|||F|||20261120080500\rNTE|1||Called to ward\rNTE|2||Read back\r"
        + "OBX|2|NM|2951-2^Sodium^LN||140|mEq/L|136-145||||F\r"
        + "SPM|1|S1^SF1||SER^Serum^HL70487|||||||||||||20261120075500|20261120082000\r"
        + "ORC|RE||F10\rOBR|2||F10|58410-2^Blood count^LN|||20261120080000||||||||||||||||||P\rOBX|1|NM|718-7^Hb^LN||13.1|g/dL|12-16|N|||P";

    [Fact]
    public void Every_order_group_becomes_a_report_over_its_results()
    {
        var mapped = MappingText.Mapped(Report, Oru);
        Assert.Equal(["ServiceRequest", "Specimen", "Observation", "Observation", "DiagnosticReport", "Observation", "DiagnosticReport"], mapped.Resources.Select(r => r.Type));
        var reports = mapped.All("DiagnosticReport");
        Assert.Equal(["final", "preliminary"], reports.Select(r => r["status"].Text));
        Assert.Equal(["urn:tandem:observation:1", "urn:tandem:observation:2"], reports[0]["result"].Items.AsEnumerable().Select(r => r["reference"].Text));
        Assert.Equal("urn:tandem:observation:3", reports[1]["result"].First["reference"].Text);
        Assert.Equal("urn:tandem:order:1", reports[0]["basedOn"].First["reference"].Text);
        Assert.False(reports[1]["basedOn"].Exists);
        Assert.Equal("2026-11-20T09:15:00-06:00", reports[0]["issued"].Text);
        Assert.Equal("Haemolysed", reports[0]["extension"].First["valueAnnotation"]["text"].Text);
        Assert.Equal("CH", reports[0]["category"].First["coding"].First["code"].Text);
        Assert.Equal(["PLAC", "FILL"], reports[0]["identifier"].Items.AsEnumerable().Skip(1).Select(i => i["type"]["coding"].First["code"].Text));
        Assert.NotNull(mapped.Encounter);
        Assert.False(mapped.Encounter.StatusIsStated);
        Assert.All(mapped.All("Observation"), o => Assert.Equal(MappedEncounter.Placeholder, o["encounter"]["reference"].Text));
    }

    [Fact]
    public void A_result_has_its_times_value_limits_flag_and_notes()
    {
        var potassium = MappingText.Mapped(Report, Oru).All("Observation")[0];
        Assert.Equal("final", potassium["status"].Text);
        Assert.Equal(("http://loinc.org", "2823-3"), (potassium["code"]["coding"].First["system"].Text, potassium["code"]["coding"].First["code"].Text));
        Assert.Equal("2026-11-20T08:05:00-06:00", potassium["effectiveDateTime"].Text);
        Assert.Equal("2026-11-20T09:15:00-06:00", potassium["issued"].Text);
        Assert.Equal("6.40", potassium["valueQuantity"]["value"].Text);
        Assert.Equal(("mmol/L", "http://unitsofmeasure.org"), (potassium["valueQuantity"]["code"].Text, potassium["valueQuantity"]["system"].Text));
        Assert.Equal("HH", potassium["interpretation"].First["coding"].First["code"].Text);
        Assert.Equal(("3.5", "5.1", "3.5-5.1"), (potassium["referenceRange"].First["low"]["value"].Text, potassium["referenceRange"].First["high"]["value"].Text,
            potassium["referenceRange"].First["text"].Text));
        Assert.Equal("Called to ward\nRead back", potassium["note"].First["text"].Text);
        Assert.Equal("laboratory", potassium["category"].First["coding"].First["code"].Text);
        Assert.Equal("urn:tandem:specimen:1", potassium["specimen"]["reference"].Text);
        var sodium = MappingText.Mapped(Report, Oru).All("Observation")[1];
        Assert.Equal("2026-11-20T08:00:00-06:00", sodium["effectiveDateTime"].Text);
        Assert.Equal(("mEq/L", "meq/L"), (sodium["valueQuantity"]["unit"].Text, sodium["valueQuantity"]["code"].Text));
        Assert.False(sodium["note"].Exists);
    }

    [Fact]
    public void The_order_and_the_specimen_are_fragments_of_what_others_own()
    {
        var mapped = MappingText.Mapped(Report, Oru);
        var order = mapped.Resources.Single(r => r.Type == "ServiceRequest");
        Assert.False(order.IsWhole);
        Assert.Equal([new NaturalKey("urn:tandem:source:north:placer", "P9")], order.Keys);
        Assert.Equal(("completed", "order", "Cy Testdoctor"), (mapped.All("ServiceRequest")[0]["status"].Text, mapped.All("ServiceRequest")[0]["intent"].Text,
            mapped.All("ServiceRequest")[0]["requester"]["display"].Text));
        var specimen = mapped.All("Specimen").Single();
        Assert.Equal(("SER", "2026-11-20T07:55:00-06:00", "2026-11-20T08:20:00-06:00"),
            (specimen["type"]["coding"].First["code"].Text, specimen["collection"]["collectedDateTime"].Text, specimen["receivedTime"].Text));
        Assert.Equal("SF1", specimen["identifier"].First["value"].Text);
    }

    [Fact]
    public void A_correction_sent_alone_has_the_key_of_what_it_corrects()
    {
        var first = MappingText.Mapped(Report, Oru).Resources.Where(r => r.Type == "Observation").ToList();
        var correction = MappingText.Mapped(
            MappingText.Pid + "\rOBR|1|P9|F9|24326-1^Electrolytes^LN|||20261120080000||||||||||||||||||C\rOBX|1|NM|2951-2^Sodium^LN||141|mmol/L|||||C", Oru);
        var corrected = correction.Resources.Single(r => r.Type == "Observation");
        Assert.Equal(first[1].Keys, corrected.Keys);
        Assert.NotEqual(first[0].Keys, corrected.Keys);
        Assert.Equal("corrected", MappingText.Node(corrected.Json)["status"].Text);
        Assert.Equal("corrected", correction.All("DiagnosticReport").Single()["status"].Text);
        Assert.Equal(MappingText.Mapped(Report, Oru).Resources.First(r => r.Type == "DiagnosticReport").Keys, correction.Resources.Single(r => r.Type == "DiagnosticReport").Keys);
    }

    [Fact]
    public void The_same_code_twice_in_an_order_has_two_keys_by_sub_id_or_by_count()
    {
        var mapped = MappingText.Mapped(
            $"{MappingText.Pid}\rOBR|1||F1|1^Culture\rOBX|1|CE|6463-4^Organism^LN|1|A^Aaa\rOBX|2|CE|6463-4^Organism^LN|2|B^Bbb\rOBX|3|NM|5^Count||1\rOBX|4|NM|5^Count||2", Oru);
        Assert.Equal(["F1|1|6463-4|1", "F1|1|6463-4|2", "F1|1|5|#1", "F1|1|5|#2"], mapped.Resources.Where(r => r.Type == "Observation").Select(r => r.Keys.Single().Value));
    }

    [Fact]
    public void The_same_numbers_of_two_assigners_are_two_keys()
    {
        string Key(string filler) => MappingText.Mapped($"{MappingText.Pid}\rOBR|1||{filler}|1^Panel\rOBX|1|NM|5^C||1", Oru).Resources[0].Keys.Single().Value;
        Assert.NotEqual(Key("F1^LABA"), Key("F1^LABB"));
        Assert.Equal(Key("F1^LABA"), Key("F1^LABA"));
    }

    [Fact]
    public void Lines_of_text_under_one_code_are_one_result()
    {
        var mapped = MappingText.Mapped(
            $"{MappingText.Pid}\rOBR|1||F1|1^Radiology||||||||||||||||||||RAD|F\rOBX|1|TX|2^Report||First line||||||F\rOBX|2|TX|2^Report||||||||F\rOBX|3|TX|2^Report||Third \\T\\ last||||||F\rOBX|4|TX|3^Other||x||||||F", Oru);
        Assert.Equal(["First line\n\nThird & last", "x"], mapped.All("Observation").Select(o => o["valueString"].Text));
        Assert.Equal("imaging", mapped.All("Observation")[0]["category"].First["coding"].First["code"].Text);
    }

    [Fact]
    public void Documents_are_the_presented_form_of_the_report()
    {
        var mapped = MappingText.Mapped(
            $"{MappingText.Pid}\rOBR|1||F1|1^Letter||||||||||||||||||||||F\rOBX|1|ED|2^Scan||LAB^Application^PDF^Base64^JVBERi0xLjQ=||||||F\rOBX|2|RP|3^Image||http://pacs.example/1^PACS^Image^JPEG||||||F\rOBX|3|ED|2^Broken||LAB^Application^PDF^Base64^%%||||||F", Oru);
        Assert.Empty(mapped.All("Observation"));
        var forms = mapped.All("DiagnosticReport").Single()["presentedForm"].Items.AsEnumerable().ToList();
        Assert.Equal(2, forms.Count);
        Assert.Equal(("application/pdf", "JVBERi0xLjQ="), (forms[0]["contentType"].Text, forms[0]["data"].Text));
        Assert.Equal(("image/jpeg", "http://pacs.example/1"), (forms[1]["contentType"].Text, forms[1]["url"].Text));
        Assert.Contains(mapped.Warnings, w => w.Expression == "OBX[3]-5");
    }

    [Fact]
    public void A_report_without_order_number_is_found_by_patient_and_time_and_warned_of()
    {
        var mapped = MappingText.Mapped($"{MappingText.Pid}\rOBR|1|||1^Panel|||20261120080000\rOBX|1|NM|5^C||1||||||F", Oru);
        Assert.Equal("100@20261120080000|1|5|#1", mapped.Resources[0].Keys.Single().Value);
        Assert.Contains(mapped.Warnings, w => w.Expression == "OBR-3");
    }

    [Theory]
    [InlineData("OBX|1|NM|5^C||1||||||F", "OBX")]
    [InlineData("NTE|1||x", "OBR")]
    [InlineData("OBR|1||F1", "OBR-4")]
    [InlineData("OBR|1||F1|1^P\rOBX|1|NM|||1||||||F", "OBX-3")]
    [InlineData("OBR|1||F1|1^P\rOBX|1|NM|5^C||1||||||F\rOBX|2|NM|5^C||1||||||F|||x", "OBX[2]-14")]
    public void What_cannot_be_a_report_is_refused_with_its_place(string segments, string place) =>
        Assert.Contains(MappingText.Refused(MappingText.Pid + "\r" + segments, Oru).Details, d => d.Expression == place);

    [Theory]
    [InlineData("F C", "corrected")]
    [InlineData("F F", "final")]
    [InlineData("F P", "partial")]
    [InlineData("P P", "preliminary")]
    [InlineData("X D", "cancelled")]
    [InlineData("I I", "registered")]
    public void Without_a_status_of_its_own_the_report_has_that_of_its_results(string statuses, string expected)
    {
        var lines = statuses.Split(' ').Select((s, i) => $"OBX|{i}|NM|5{i}^C||1||||||{s}");
        Assert.Equal(expected, MappingText.Mapped($"{MappingText.Pid}\rOBR|1||F1|1^P\r{string.Join('\r', lines)}", Oru).All("DiagnosticReport").Single()["status"].Text);
    }
}
