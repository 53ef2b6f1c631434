using System.Globalization;
using System.Text.RegularExpressions;
using Tandem.Care.Intake;
using Tandem.Kernel.Pages;
using Tandem.Tests.Support;

namespace Tandem.Tests.Care.Intake;

public sealed class ProblemWordsTests
{
    [Fact]
    public void Every_sentence_is_one_that_the_hub_says()
    {
        var code = string.Join('\n', Repository.Sources("*.cs", "src").Where(file => !file.EndsWith("ProblemWords.cs", StringComparison.Ordinal)).Select(File.ReadAllText));

        Assert.All(ProblemWords.Sentences.SelectMany(phrase => Regex.Split(phrase.English, @"\{\d\}")), part => Assert.True(code.Contains(part, StringComparison.Ordinal), part));
    }

    [Fact]
    public void A_sentence_with_values_is_said_in_the_readers_language_and_an_unknown_one_as_it_is()
    {
        const string sentence = "A line must begin with a segment name of three characters and a field separator. The last segment read was PID[1].";
        Assert.Equal((sentence, null), (ProblemWords.Of(sentence), ProblemWords.LanguageOf(sentence)));
        var before = CultureInfo.CurrentUICulture;
        CultureInfo.CurrentUICulture = Languages.Culture(Languages.Spanish);
        try
        {
            Assert.Equal(
                "Cada línea debe empezar con un nombre de segmento de tres caracteres y un separador de campos. El último segmento leído fue PID[1].", ProblemWords.Of(sentence));
            Assert.Equal(("Something else.", "en"), (ProblemWords.Of("Something else."), ProblemWords.LanguageOf("Something else.")));
        }
        finally
        {
            CultureInfo.CurrentUICulture = before;
        }
    }

    [Theory]
    [InlineData("PID|1||X^^^A|Y", 3, "X^^^A")]
    [InlineData("PID|1||X", 2, "||")]
    [InlineData("PID|1", 3, "PID")]
    [InlineData("PID|1", 0, "PID")]
    [InlineData("PID|", 1, "|")]
    [InlineData("MSH|^~\\&|LAB", 3, "LAB")]
    [InlineData("MSH|^~\\&|LAB", 1, "MSH")]
    [InlineData("PV1", 19, "PV1")]
    public void The_faulty_field_is_marked_in_the_line_as_it_came(string line, int field, string marked)
    {
        var read = RawLine.At(line, field);

        Assert.Equal((marked, line), (read.Marked, read.Before + read.Marked + read.After));
    }

    [Fact]
    public void The_line_that_is_no_segment_is_marked_instead_of_the_one_before()
    {
        var read = MessageReadout.Of("MSH|^~\\&|LAB\rno segment\r"u8.ToArray(), "MSH");

        Assert.Equal(["", "no segment"], read.Lines.Select(line => line.Marked));
        Assert.False(read.IsWhole);
        Assert.DoesNotContain(read.Segments, segment => segment.IsMarked);
    }

    [Fact]
    public void A_segment_that_is_missing_is_named()
    {
        var read = MessageReadout.Of("MSH|^~\\&|LAB\rPID|1\r"u8.ToArray(), "PV1");

        Assert.Equal("PV1", read.Missing);
        Assert.All(read.Lines, line => Assert.Equal("", line.Marked));
    }
}
