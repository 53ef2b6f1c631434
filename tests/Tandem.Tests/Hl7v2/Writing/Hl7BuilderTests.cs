using System.Text;
using Tandem.Hl7v2;
using Tandem.Hl7v2.Writing;
using Xunit;

namespace Tandem.Tests.Hl7v2.Writing;

public sealed class Hl7BuilderTests
{
    [Fact]
    public void A_part_is_set_and_the_rest_stays_as_it_was_sent()
    {
        var message = SharedHl7Data.Read("MSH|^~\\&|A\rPID|1||7^^^N&1.2&ISO^MR~8^^|x|Old^Name||\rZZ1|odd \\foo\\ stuff^^\r");
        var text = message.Edit().Set("PID-3(2).4", "SOUTH").Set("PID-5.1", "Test|person").Set("PID-3.4.2", null).Set("NTE[2]-3", "new").ToString();
        Assert.Equal("MSH|^~\\&|A\rPID|1||7^^^N&&ISO^MR~8^^^SOUTH|x|Test\\F\\person^Name||\rZZ1|odd \\foo\\ stuff^^\rNTE\rNTE|||new\r", text);
    }

    [Fact]
    public void A_new_message_is_made_of_segments_and_fields()
    {
        var builder = new Hl7Builder();
        builder.Header.Set(3, "HUB").SetComponents(9, ["ADT", "A08", null]).Set(12, "2.5.1");
        builder.Add("PID").SetComponents(3, ["7", null, null, "NORTH", "MR"]).Set(3, "8", repetition: 2).Set(5, "Testperson", component: 1).Set(8, "\"\"");
        Assert.Equal("MSH|^~\\&|HUB||||||ADT^A08|||2.5.1\rPID|||7^^^NORTH^MR~8||Testperson|||\"\"\r", Encoding.UTF8.GetString(builder.ToBytes()));
        Assert.True(builder.ToMessage().At("PID-8").IsNull);
    }

    [Fact]
    public void A_segment_can_be_put_in_and_taken_away()
    {
        var builder = SharedHl7Data.Read("MSH|^~\\&|A\rPID|1\rPV1|1\r").Edit();
        builder.Insert(1, "EVN").Set(1, "A01");
        builder.Remove(builder.Find("PID")!);
        Assert.Equal("MSH|^~\\&|A\rEVN|A01\rPV1|1\r", Encoding.UTF8.GetString(builder.ToBytes()));
    }

    [Fact]
    public void Raw_text_that_would_break_the_message_is_refused()
    {
        var pid = new Hl7Builder().Add("PID");
        Assert.Throws<ArgumentException>(() => pid.SetRaw(3, "a\rb"));
        Assert.Throws<ArgumentException>(() => pid.SetRaw(3, "a|b"));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Hl7Builder().Header.Set(2, "x"));
    }

    [Fact]
    public void A_file_of_many_messages_is_cut_at_each_header()
    {
        var file = Encoding.UTF8.GetBytes("FHS|^~\\&|A\rBHS|^~\\&|A\rMSH|^~\\&|A|1\rPID|1\r\r\n\nMSH|^~\\&|A|2\n\nPID|2\nBTS|2\rFTS|1\r");
        var messages = Hl7File.Messages(file).Select(m => Hl7Message.Parse(m).Message!).ToList();
        Assert.Equal(["1", "2"], messages.Select(m => m.Text("MSH-4")));
        Assert.All(messages, m => Assert.Equal(2, m.SegmentCount));
    }
}
