using Tandem.Fhir.FhirPath;
using Xunit;
using static Tandem.Tests.Fhir.FhirPath.Samples;

namespace Tandem.Tests.Fhir.FhirPath;

public sealed class FunctionTests
{
    [Fact]
    public void A_substitution_by_a_group_beyond_all_numbers_is_refused()
    {
        var expression = FhirPathExpression.Compile("'a'.replaceMatches('a', '$99999999999')");
        Assert.False(expression.TryEvaluate(new FhirPathContext(Samples.Patient), out _, out var fault));
        Assert.Contains("too great", fault!.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a", "$_")]
    [InlineData("a", "$`")]
    [InlineData("a", "$'")]
    [InlineData("(?=(.*))a", "$1")]
    public void A_substitution_that_gives_more_than_a_text_may_have_is_ended_as_it_is_built(string pattern, string substitution) => Assert.Equal(
        $"The evaluation was ended: a text of more than {1_000_000:N0} characters would be built.",
        Fails($"'{new string('a', 5_000)}'.replaceMatches('{pattern}', '{substitution.Replace("'", "\\'", StringComparison.Ordinal)}')"));

    [Theory] // FHIRPath 2.0, 5.5.7: \s* between number and unit
    [InlineData("'4days'.toQuantity()", "4 days")]
    [InlineData("('4' & '\\t' & 'days').toQuantity()", "4 days")]
    [InlineData("'-1.5\\'mg\\''.toQuantity()", "-1.5 'mg'")]
    [InlineData("'4 5'.convertsToQuantity()", "false")]
    public void A_text_is_a_quantity_without_a_blank_too(string expression, string expected) => Assert.Equal(expected, Gives(expression));

    [Theory]
    [InlineData("'\\\\ud800'.unescape('json')")]
    [InlineData("'\\ud800'.escape('json')")]
    public void Half_a_surrogate_gives_nothing(string expression) => Assert.Equal("", Gives(expression));

    [Theory]
    [InlineData("name.exists(use = 'nickname')", "true")]
    [InlineData("name.all(given.exists())", "true")]
    [InlineData("{}.all(false)", "true")]
    [InlineData("name.select(family.exists()).anyFalse()", "true")]
    [InlineData("(1 | 2 | 3).where($this > 1).select($this * $index)", "0, 3")]
    [InlineData("(1 | 2).subsetOf(1 | 2 | 3)", "true")]
    [InlineData("(1 | 2 | 3).supersetOf(4)", "false")]
    [InlineData("1.combine(1).isDistinct()", "false")]
    [InlineData("(1 | 2 | 3).intersect(3 | 1)", "1, 3")]
    [InlineData("(1 | 2 | 3).exclude(2)", "1, 3")]
    [InlineData("(1 | 2 | 3).tail().last()", "3")]
    [InlineData("(1 | 2 | 3).skip(1).take(1).single()", "2")]
    [InlineData("(3 | 1 | 2).sort()", "1, 2, 3")]
    [InlineData("(3 | 1 | 2).sort(-$this)", "3, 2, 1")]
    [InlineData("(1 | 2 | 3 | 4).sort(-($this mod 2), $this)", "1, 3, 2, 4")]
    [InlineData("(1 | 2 | 3 | 4).aggregate($total + $this, 0)", "10")]
    [InlineData("(2 | 5 | 3).aggregate(iif($total.empty() or $this > $total, $this, $total))", "5")]
    [InlineData("iif(active, 'yes', 1 / 0)", "yes")]
    [InlineData("name.where(use = 'official').select(given.where($this.length() = 1) | family)", "B, Testperson")]
    public void Collections(string expression, string expected) => Assert.Equal(expected, Gives(expression, Patient));

    [Fact]
    public void Repeat_walks_a_tree_and_ends()
    {
        var form = Parsed("""{ "resourceType": "Questionnaire", "item": [{ "linkId": "1", "item": [{ "linkId": "1.1", "item": [{ "linkId": "1.1.1" }] }] }, { "linkId": "2" }] }""");
        Assert.Equal("1, 2, 1.1, 1.1.1", Gives("repeat(item).linkId", form));
        Assert.Equal("1", Gives("1.repeat($this)", form));
    }

    [Theory]
    [InlineData("'abcdef'.substring(2, 3)", "cde")]
    [InlineData("'abc'.substring(3)", "")]
    [InlineData("'abcabc'.lastIndexOf('b')", "4")]
    [InlineData("'a,b,,c'.split(',').count()", "4")]
    [InlineData("('a' | 'b').join('-')", "a-b")]
    [InlineData("'Ada'.toChars().join(' ')", "A d a")]
    [InlineData("'2026-11'.matches('^\\\\d{4}-\\\\d{2}$')", "true")]
    [InlineData("'x2026-11'.matchesFull('\\\\d{4}')", "false")]
    [InlineData("'Testperson, Ada'.replaceMatches('(\\\\w+), (\\\\w+)', '$2 $1')", "Ada Testperson")]
    [InlineData("'  a b '.trim().upper()", "A B")]
    [InlineData("'é'.encode('base64').decode('base64')", "é")]
    [InlineData("'zz'.decode('hex')", "")]
    [InlineData("'\\u00e9'.length()", "1")]
    [InlineData("'\\p' & '\\\\p' & '\\3' & '\\u005'", "p\\p3u005")]
    [InlineData("'👍a'.length()", "2")]
    [InlineData("'👍a'.indexOf('a') + 'a👍a'.lastIndexOf('a')", "3")]
    [InlineData("'a👍b'.substring(1, 1)", "👍")]
    [InlineData("'a👍b'.substring(2)", "b")]
    [InlineData("'a👍'.substring(2)", "")]
    [InlineData("'👍a'.toChars()", "👍, a")]
    [InlineData("'👍a'.replace('', '-')", "-👍-a-")]
    [InlineData("'<b>'.escape('html').unescape('html')", "<b>")]
    public void Texts(string expression, string expected) => Assert.Equal(expected, Gives(expression));

    [Theory]
    [InlineData("'5'.toInteger() + 1", "6")]
    [InlineData("'5.5'.convertsToInteger()", "false")]
    [InlineData("'5.50'.toDecimal()", "5.50")]
    [InlineData("'.5'.toDecimal()", "")]
    [InlineData("'-0.5'.toDecimal()", "-0.5")]
    [InlineData("'yes'.toBoolean()", "true")]
    [InlineData("'maybe'.convertsToBoolean()", "false")]
    [InlineData("@2026-11-22T10:00:00Z.toDate()", "2026-11-22")]
    [InlineData("'2026-11-22T10:00:00Z'.toDate()", "")]
    [InlineData("'10:30'.toTime()", "10:30")]
    [InlineData("'3 days'.toQuantity() = 3 'd'", "true")]
    [InlineData("'3 mg'.convertsToQuantity()", "false")]
    [InlineData("3000 'mg'.toQuantity('g')", "3 'g'")]
    [InlineData("23 'Cel'.toQuantity('[degF]')", "73.4 '[degF]'")]
    [InlineData("98.6 '[degF]'.toQuantity('Cel')", "37 'Cel'")]
    [InlineData("310.15 'K'.toQuantity('Cel')", "37 'Cel'")]
    [InlineData("37 'Cel'.toQuantity('K')", "310.15 'K'")]
    [InlineData("37 'Cel'.toQuantity('mg')", "")]
    [InlineData("37 'mg'.toQuantity('Cel')", "")]
    [InlineData("{}.convertsToString()", "")]
    [InlineData("1.5.toString()", "1.5")]
    public void Conversions(string expression, string expected) => Assert.Equal(expected, Gives(expression));

    [Theory]
    [InlineData("(-1.5).round()", "-2")]
    [InlineData("2.345.round(2)", "2.35")]
    [InlineData("(-1.2).floor()", "-2")]
    [InlineData("1.2.ceiling()", "2")]
    [InlineData("3000000000.5.ceiling()", "3000000001")]
    [InlineData("(-3000000000.5).floor()", "-3000000001")]
    [InlineData("(-1.9).truncate()", "-1")]
    [InlineData("2.power(10)", "1024")]
    [InlineData("10.power(400)", "")]
    [InlineData("(-1).sqrt()", "")]
    [InlineData("0.ln()", "")]
    [InlineData("8.log(2)", "3")]
    [InlineData("1.587.lowBoundary(2)", "1.58")]
    [InlineData("(-3 'mg').abs()", "3 'mg'")]
    public void Mathematics(string expression, string expected) => Assert.Equal(expected, Gives(expression));

    [Theory]
    [InlineData("<div xmlns=\"http://www.w3.org/1999/xhtml\"><p class=\"x\">Well&nbsp;done</p></div>", "true")]
    [InlineData("<div xmlns=\"http://www.w3.org/1999/xhtml\"><map name=\"m\"><area shape=\"rect\" coords=\"0,0,9,9\" href=\"#a\" alt=\"a\"/></map><img src=\"#b\" usemap=\"#m\" ismap=\"ismap\" alt=\"b\"/><bdo dir=\"rtl\">c</bdo></div>", "true")]
    [InlineData("<div xmlns=\"http://www.w3.org/1999/xhtml\"> </div>", "true")]
    [InlineData("<div xmlns=\"http://www.w3.org/1999/xhtml\"><script>1</script></div>", "false")]
    [InlineData("<div xmlns=\"http://www.w3.org/1999/xhtml\"><p onclick=\"x\">a</p></div>", "false")]
    [InlineData("<div xmlns=\"http://www.w3.org/1999/xhtml\"><a href=\" javascript:x\">a</a></div>", "false")]
    [InlineData("<!DOCTYPE a [<!ENTITY b \"c\">]><div xmlns=\"http://www.w3.org/1999/xhtml\">&b;</div>", "false")]
    [InlineData("<div>a</div>", "false")]
    [InlineData("no markup", "false")]
    public void Narrative_is_checked(string html, string expected) =>
        Assert.Equal(expected, Gives("`div`.htmlChecks()", Parsed($$"""{ "div": {{System.Text.Json.JsonSerializer.Serialize(html)}} }""")));

    [Theory]
    [InlineData("<div xmlns='http://www.w3.org/1999/xhtml'>a</div>", "true")]
    [InlineData("<div xmlns='http://www.w3.org/1999/xhtml'><img src='b'/></div>", "true")]
    [InlineData("<div xmlns='http://www.w3.org/1999/xhtml'><p> <b/></p></div>", "false")]
    [InlineData("<div xmlns='http://www.w3.org/1999/xhtml'><script>a</script></div>", "true")]
    public void Narrative_has_content(string html, string expected) => Assert.Equal(expected, Gives("`div`.htmlChecks2()", Parsed($$"""{ "div": "{{html}}" }""")));

    [Fact]
    public void Half_a_character_that_was_stored_before_it_was_refused_breaks_nothing() =>
        Assert.Equal("1", Gives("a.length()", Tandem.Fhir.Json.FhirJson.ParseStored("""{ "a": "\ud800" }"""u8.ToArray()).Root));
}
