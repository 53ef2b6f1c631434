using System.Text;
using Tandem.Hl7v2;
using Tandem.Hl7v2.Acknowledging;
using Xunit;

namespace Tandem.Tests.Hl7v2.Acknowledging;

public sealed class AcknowledgementTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 20, 9, 0, 1, TimeSpan.FromHours(-5));

    [Fact]
    public void The_answer_goes_back_to_the_sender_and_echoes_the_control_id()
    {
        var text = Answer(Message("2.5.1", "", ""), "AA");
        Assert.Equal("MSH|^~\\&|HUB|REGION|LAB|NORTH|20261120090001-0500||ACK^R01^ACK|R1|P|2.5.1||||||UNICODE UTF-8\rMSA|AA|M\\T\\1\r", text);
    }

    [Fact]
    public void An_error_names_place_code_severity_and_text_since_version_2_5()
    {
        var error = new AckError(AckErrorCode.RequiredFieldMissing, "A patient number is needed.", Hl7Location.Parse("PID-3(2).4"));
        var lines = Answer(Message("2.5.1", "", ""), "AE", error).Split('\r');
        Assert.Equal("MSA|AE|M\\T\\1|A patient number is needed.", lines[1]);
        Assert.Equal("ERR||PID^1^3^2^4|101^Required field missing^HL70357|E|||PID[1]-3(2).4|A patient number is needed.", lines[2]);
    }

    [Fact]
    public void An_error_before_version_2_5_is_in_err_1_and_msa_3()
    {
        var error = new AckError(AckErrorCode.DataType, "This is no time.", Hl7Location.Parse("OBR[2]-7"));
        var lines = Answer(Message("2.3", "", ""), "AE", error).Split('\r');
        Assert.Equal("MSA|AE|M\\T\\1|This is no time.", lines[1]);
        Assert.Equal("ERR|OBR^2^7^102&Data type error&HL70357", lines[2]);
    }

    [Fact]
    public void Msa_3_is_not_sent_where_it_was_withdrawn() =>
        Assert.Equal("MSA|AE|M\\T\\1", Answer(Message("2.8", "", ""), "AE", new AckError(207, "No.")).Split('\r')[1]);

    [Theory]
    [InlineData("2.1", "ACK")]
    [InlineData("2.3.1", "ACK^R01")]
    [InlineData("2.4", "ACK^R01^ACK")]
    public void The_message_type_is_that_of_the_senders_version(string version, string type) =>
        Assert.Equal(type, Answer(Message(version, "", ""), "AA").Split('|')[8]);

    [Theory]
    [InlineData("", "", AckOutcome.Accepted, "AA")]
    [InlineData("", "", AckOutcome.Error, "AE")]
    [InlineData("", "", AckOutcome.Rejected, "AR")]
    [InlineData("AL", "", AckOutcome.Accepted, "CA")]
    [InlineData("AL", "NE", AckOutcome.Error, "CE")]
    [InlineData("AL", "AL", AckOutcome.Accepted, "CA AA")]
    [InlineData("AL", "AL", AckOutcome.Rejected, "CR")]
    [InlineData("NE", "AL", AckOutcome.Error, "AE")]
    [InlineData("NE", "ER", AckOutcome.Accepted, "")]
    [InlineData("ER", "SU", AckOutcome.Accepted, "AA")]
    [InlineData("NE", "NE", AckOutcome.Rejected, "")]
    public void The_header_says_which_answers_are_wanted(string accept, string application, AckOutcome outcome, string codes) =>
        Assert.Equal(codes, string.Join(' ', Acknowledgement.Codes(Message("2.5", accept, application), outcome)));

    [Fact]
    public void Delimiters_and_character_set_are_those_of_the_sender()
    {
        var received = Hl7Message.Parse(Encoding.Latin1.GetBytes("MSH*:+!%*Labör*NORTH*HUB**20260101**ORU:R01*5*P*2.4******8859/1\r")).Message!;
        var bytes = Acknowledgement.Write(received, "AR", "R1", At, [new AckError(200, "Not a*b")]);
        Assert.Equal("MSH*:+!%*HUB**Labör*NORTH*20261120090001-0500**ACK:R01:ACK*R1*P*2.4******8859/1\rMSA*AR*5*Not a!F!b\rERR*:::200%Unsupported message type%HL70357\r",
            Encoding.Latin1.GetString(bytes));
    }

    [Fact]
    public void Even_what_cannot_be_read_is_answered()
    {
        var bytes = Acknowledgement.WriteForUnreadable("R1", At, new AckError(100, "A message begins with an MSH segment.", new Hl7Location("MSH")));
        var answer = Hl7Message.Parse(bytes).Message!;
        Assert.Equal(("AR", null, "100"), (answer.Text("MSA-1"), answer.Text("MSA-2"), answer.Text("ERR-3")));
    }

    private static string Answer(Hl7Message received, string code, params AckError[] errors) =>
        Encoding.UTF8.GetString(Acknowledgement.Write(received, code, "R1", At, errors));

    private static Hl7Message Message(string version, string accept, string application) =>
        SharedHl7Data.Read($"MSH|^~\\&|LAB|NORTH|HUB|REGION|20261120083000||ORU^R01|M\\T\\1|P|{version}|||{accept}|{application}||UNICODE UTF-8\rPID|1\r");
}
