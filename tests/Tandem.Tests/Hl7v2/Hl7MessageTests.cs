using System.Text;
using Tandem.Hl7v2;
using Xunit;
using Tandem.Hl7v2.DataTypes;
using Tandem.Hl7v2.Segments;

namespace Tandem.Tests.Hl7v2;

public sealed class Hl7MessageTests
{
    private const string Admission =
        "MSH|^~\\&|ADT|NORTH^1.2.3^ISO|HUB|REGION|20261120083000-0500||ADT^A01^ADT_A01|M1|P|2.5.1\r"
        + "EVN|A01|20261120083000\r"
        + "PID|1||100^^^NORTH&1.2.3&ISO^MR~999-00-1111^^^SSA^SS||Testperson&van&Testperson^Ada^B||19500102|F|||\"\"|||||||||||||\r"
        + "ZPI|x|y\r"
        + "OBX|1|ST|A^a||one\r"
        + "OBX|2|ST|B^b||two~three\r";

    [Fact]
    public void Parts_are_found_by_segment_field_repetition_component_and_sub_component()
    {
        var message = SharedHl7Data.Read(Admission);
        Assert.Equal("100", message.Text("PID-3"));
        Assert.Equal("SSA", message.Text("PID[1]-3(2).4"));
        Assert.Equal("ISO", message.Text("PID-3.4.3"));
        Assert.Equal("two", message.Text("OBX[2]-5"));
        Assert.Equal("three", message.Text("OBX[2]-5(2)"));
        Assert.Equal("y", message.Text("ZPI-2"));
        Assert.Null(message.Text("PID-3(3)"));
        Assert.Null(message.Text("PV1-2"));
        Assert.Equal(2, message.All("OBX").Count);
        Assert.Equal(["MSH", "EVN", "PID", "ZPI", "OBX", "OBX"], message.Segments.AsEnumerable().Select(s => s.Name));
    }

    [Fact]
    public void The_header_counts_its_own_separators_as_fields()
    {
        var message = SharedHl7Data.Read(Admission);
        Assert.Equal("|", message.Text("MSH-1"));
        Assert.Equal("^~\\&", message.Text("MSH-2"));
        Assert.Equal("ADT", message.Text("MSH-3"));
        Assert.Equal("A01", Msh.In(message).Type.Trigger);
        Assert.Equal(12, message.Header.FieldCount);
        Assert.Equal("2.5.1", message.Header[12].Text);
    }

    [Fact]
    public void Nothing_sent_and_the_explicit_null_are_told_apart()
    {
        var pid = SharedHl7Data.Read(Admission).First("PID");
        Assert.True(pid[11].Exists);
        Assert.True(pid[11].IsNull);
        Assert.Null(pid[11].Text);
        Assert.False(pid[12].Exists);
        Assert.False(pid[12].IsNull);
        Assert.False(pid[99].Exists);
    }

    [Fact]
    public void Views_name_the_fields_and_their_data_types()
    {
        var pid = Pid.In(SharedHl7Data.Read(Admission));
        Assert.Equal(["MR", "SS"], pid.Identifiers.Select(cx => cx.TypeCode));
        Assert.Equal("1.2.3", pid.Identifiers.First().AssigningAuthority.UniversalId);
        Assert.Equal("van", pid.Names.Single().Family.OwnPrefix);
        Assert.Equal(new DateOnly(1950, 1, 2), Dtm.Read(pid.BirthAt)!.Value.Date);
        Assert.False(Pv1.In(SharedHl7Data.Read(Admission)).Segment.Exists);
        Assert.Null(Pv1.In(SharedHl7Data.Read(Admission)).VisitNumber.Id);
    }

    [Theory]
    [InlineData("\r")]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\r\n\r\n\n")]
    public void Any_line_end_is_taken(string lineEnd)
    {
        var message = SharedHl7Data.Read(Admission.Replace("\r", lineEnd, StringComparison.Ordinal));
        Assert.Equal(6, message.SegmentCount);
        Assert.Equal("two", message.Text("OBX[2]-5"));
        Assert.Equal(Admission, Encoding.UTF8.GetString(message.ToBytes()));
    }

    [Fact]
    public void Frame_characters_a_byte_order_mark_and_blank_lines_are_skipped()
    {
        byte[] bytes = [0x0B, 0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes("\r\n" + Admission + "\r\n \r"), 0x1C, 0x0D];
        Assert.True(Hl7Message.Parse(bytes).Succeeded(out var message, out _));
        Assert.Equal(6, message.SegmentCount);
        Assert.Equal(Admission, Encoding.UTF8.GetString(message.ToBytes()));
    }

    [Fact]
    public void Delimiters_are_those_that_the_header_names()
    {
        var message = SharedHl7Data.Read("MSH*:+!%#*APP\rPID*1**7:::A%1.2+8*!S!!R!!P!\r");
        Assert.Equal("1.2", message.Text("PID-3.4.2"));
        Assert.Equal("8", message.Text("PID-3(2)"));
        Assert.Equal(":+#", message.Text("PID-4"));
        Assert.Equal((byte)'#', message.Separators.Truncation);
    }

    [Theory]
    [InlineData("", "MSH[1]")]
    [InlineData("hello", "MSH[1]")]
    [InlineData("MSH", "MSH[1]-1")]
    [InlineData("MSHA^~\\&|x", "MSH[1]-2")]
    [InlineData("MSH|^^\\&|x", "MSH[1]-2")]
    [InlineData("MSH|^~\\&^~x|x", "MSH[1]-2")]
    public void What_is_no_header_is_a_fault_at_the_header(string text, string location)
    {
        var fault = Hl7Message.Parse(Encoding.UTF8.GetBytes(text)).Fault!;
        Assert.Equal(location, fault.Location.ToString());
        Assert.Null(fault.Header);
    }

    [Fact]
    public void A_line_that_is_no_segment_is_a_fault_with_line_and_byte_and_leaves_the_header_to_answer_with()
    {
        const string Text = "MSH|^~\\&|A|B|||1||ADT^A01|77|P|2.3\rPID|1\rgoes on here\r";
        var fault = Hl7Message.Parse(Text).Fault!;
        Assert.Equal(("PID[1]", 3), (fault.Location.ToString(), fault.Line));
        Assert.Equal(Text.IndexOf("goes", StringComparison.Ordinal), fault.Offset);
        Assert.Equal("77", fault.Header!.Text("MSH-10"));
        Assert.DoesNotContain("goes on", fault.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_header_is_a_fault_and_not_swallowed() =>
        Assert.Equal("MSH[2]", Hl7Message.Parse("MSH|^~\\&|A\rPID|1\rMSH|^~\\&|B\r").Fault!.Location.ToString());

    [Theory]
    [InlineData("PID-3", "PID[1]-3", "PID-3")]
    [InlineData("PID[2]-3(2).4.1", "PID[2]-3(2).4.1", "PID[2]-3(2).4.1")]
    [InlineData("PID[1]-3(1).4", "PID[1]-3(1).4", "PID-3.4")]
    [InlineData("ZZ1", "ZZ1[1]", "ZZ1")]
    public void A_location_is_read_and_written(string text, string full, string brief)
    {
        var location = Hl7Location.Parse(text);
        Assert.Equal((full, brief), (location.ToString(), location.Short));
    }

    [Theory]
    [InlineData("pid-3")]
    [InlineData("PID-")]
    [InlineData("PID-0")]
    [InlineData("PID-3(")]
    [InlineData("PID-3.1.2.3")]
    [InlineData("PID-99999999999")]
    public void What_is_no_location_is_refused(string text) => Assert.False(Hl7Location.TryParse(text, out _));

    [Fact]
    public void A_value_knows_where_it_is()
    {
        var value = SharedHl7Data.Read(Admission).First("PID")[3].Repetition(2).Component(4);
        Assert.Equal("PID[1]-3(2).4", value.Location.ToString());
        Assert.Equal(3, value.Position.Line);
        Assert.StartsWith("SSA", Admission[value.Position.Offset..], StringComparison.Ordinal);
    }
}
