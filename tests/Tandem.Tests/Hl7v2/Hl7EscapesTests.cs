using System.Text;
using Tandem.Hl7v2;
using Xunit;

namespace Tandem.Tests.Hl7v2;

public sealed class Hl7EscapesTests
{
    [Theory]
    [InlineData(@"a\F\b\S\c\T\d\R\e\E\f", @"a|b^c&d~e\f")]
    [InlineData(@"one\.br\two\.sp2\three", "one\ntwo\n\nthree")]
    [InlineData(@"a\.sk3\b\.in+4\c\.fi\d\.ce\e", "a   bcd\ne")]
    [InlineData(@"\H\bold\N\ plain", "bold plain")]
    [InlineData(@"caf\XC3A9\", "café")]
    [InlineData(@"\X0D0A\", "\r\n")]
    public void Known_sequences_become_what_they_stand_for(string sent, string meant) => Assert.Equal(meant, Text(sent));

    [Theory]
    [InlineData(@"C:\Program Files\Lab")]
    [InlineData(@"50% \ of")]
    [InlineData(@"\")]
    [InlineData(@"\\")]
    [InlineData(@"\Zab\ \C2842\ \foo\")]
    [InlineData(@"\X4\ \XZZ\ \.xx\ \.sp1000\")]
    public void What_is_not_known_stays_as_it_was_sent(string sent) => Assert.Equal(sent, Text(sent));

    [Fact]
    public void A_sequence_after_a_stray_escape_character_is_still_read() => Assert.Equal(@"a\b & c", Text(@"a\b \T\ c"));

    [Fact]
    public void Hexadecimal_data_is_read_in_the_character_set_of_the_message()
    {
        var bytes = Encoding.Latin1.GetBytes("MSH|^~\\&|A|||||||1|P|2.5||||||8859/1\rPID|||" + @"M\XFC\ller" + "\r");
        Assert.Equal("Müller", Hl7Message.Parse(bytes).Message!.Text("PID-3"));
    }

    [Fact]
    public void Every_text_that_is_set_is_read_back_unchanged()
    {
        foreach (var text in new[] { @"a|b^c&d~e\f", "line one\nline two", "tab\there", "Ünïcode 漢字 🙂", @"\F\", "\"quoted\"", @"C:\X41\b" })
            Assert.Equal(text, SharedHl7Data.Read("MSH|^~\\&|A\r").Edit().Set("PID-5.1.2", text).ToMessage().Text("PID-5.1.2"));
    }

    private static string? Text(string sent) => SharedHl7Data.Read("MSH|^~\\&|A\rNTE|1||" + sent + "\r").First("NTE")[3].WholeText;
}
