using System.Text;
using Tandem.Hl7v2;
using Xunit;

namespace Tandem.Tests.Hl7v2;

public sealed class Hl7CharacterSetTests
{
    [Theory]
    [InlineData("8859/1", "iso-8859-1", "Müller")]
    [InlineData("8859/2", "iso-8859-2", "Dvořák")]
    [InlineData("8859/5", "iso-8859-5", "Иванов")]
    [InlineData("8859/7", "iso-8859-7", "Παπαδόπουλος")]
    [InlineData("8859/15", "iso-8859-15", "Œuvre €")]
    [InlineData("UNICODE UTF-8", "utf-8", "山田 Müller")]
    [InlineData("~ISO IR87", "iso-2022-jp", "山田")]
    [InlineData("GB 18030-2000", "gb18030", "王小明")]
    public void The_header_names_the_character_set(string name, string encoding, string text)
    {
        var bytes = Bytes(name, text, CodePagesEncodingProvider.Instance.GetEncoding(encoding) ?? Encoding.GetEncoding(encoding));
        var message = Hl7Message.Parse(bytes).Message!;
        Assert.Equal(text, message.Text("PID-5"));
        Assert.Equal(bytes, message.ToBytes());
        Assert.Equal("changed", Hl7Message.Parse(message.Edit().Set("PID-6", "changed").ToBytes()).Message!.Text("PID-6"));
        Assert.Equal(text, Hl7Message.Parse(message.Edit().Set("PID-6", "changed").ToBytes()).Message!.Text("PID-5"));
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(true, false)]
    public void Utf_16_is_read_with_and_without_a_byte_order_mark(bool bigEndian, bool mark)
    {
        var encoding = new UnicodeEncoding(bigEndian, mark);
        byte[] bytes = [.. encoding.GetPreamble(), .. Bytes("UNICODE UTF-16", "Müller 山田", encoding)];
        var message = Hl7Message.Parse(bytes).Message!;
        Assert.Equal("Müller 山田", message.Text("PID-5"));
        Assert.Equal("Müller 山田", Hl7Message.Parse(message.ToBytes()).Message!.Text("PID-5"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("ASCII")]
    [InlineData("NOT A SET")]
    public void Without_a_usable_name_valid_utf_8_is_utf_8_and_the_rest_is_latin_1(string name)
    {
        Assert.Equal("Müller", Hl7Message.Parse(Bytes(name, "Müller", Encoding.UTF8)).Message!.Text("PID-5"));
        var latin = Bytes(name, "Müller", Encoding.Latin1);
        Assert.Equal("Müller", Hl7Message.Parse(latin).Message!.Text("PID-5"));
        Assert.Equal(latin, Hl7Message.Parse(latin).Message!.ToBytes());
    }

    [Fact]
    public void The_default_set_of_a_source_is_used_when_the_header_names_none()
    {
        var bytes = Bytes("", "Dvořák", CodePagesEncodingProvider.Instance.GetEncoding("iso-8859-2")!);
        Assert.Equal("Dvořák", Hl7Message.Parse(bytes, new Hl7ReadOptions("8859/2")).Message!.Text("PID-5"));
    }

    [Fact]
    public void Bytes_that_are_not_the_set_the_header_names_are_a_fault_there_and_can_be_answered()
    {
        var fault = Hl7Message.Parse(Bytes("UNICODE UTF-8", "Müller", Encoding.Latin1)).Fault!;
        Assert.Equal("MSH[1]-18", fault.Location.ToString());
        Assert.Equal("55", fault.Header!.Text("MSH-10"));
    }

    [Fact]
    public void A_text_that_the_set_cannot_hold_makes_the_message_utf_8()
    {
        var message = Hl7Message.Parse(Bytes("8859/1", "Müller", Encoding.Latin1)).Message!;
        var changed = Hl7Message.Parse(message.Edit().Set("PID-6", "山田").ToBytes()).Message!;
        Assert.Equal(("Müller", "山田", "UNICODE UTF-8"), (changed.Text("PID-5"), changed.Text("PID-6"), changed.Text("MSH-18")));
    }

    private static byte[] Bytes(string set, string text, Encoding encoding) =>
        encoding.GetBytes($"MSH|^~\\&|A|B|C|D|20260101||ADT^A08|55|P|2.5||||||{set}\rPID|1||7||{text}\r");
}
