using Tandem.Fhir.FhirPath;
using Xunit;
using static Tandem.Tests.Fhir.FhirPath.Samples;

namespace Tandem.Tests.Fhir.FhirPath;

public sealed class CompileTests
{
    [Theory]
    [InlineData("name.where(use = )", 17, "\")\" stands where a value is expected.")]
    [InlineData("name..given", 5, "\".\" stands where a name is expected.")]
    [InlineData("1 +", 3, "The expression ends where a value is expected.")]
    [InlineData("name.nonsense()", 5, "There is no function nonsense().")]
    [InlineData("name.where()", 5, "where() takes 1 argument, not 0.")]
    [InlineData("value is Quantitty", 9, "There is no type Quantitty.")]
    [InlineData("'open", 0, "This text has no closing quote.")]
    [InlineData("a # b", 2, "The character '#' has no meaning here.")]
    [InlineData("'\\", 1, "An escape is cut off here.")]
    [InlineData("@2026-13", 0, "@2026-13 is no date or time.")]
    [InlineData("$that", 0, "There is no $that; there are $this, $index and $total.")]
    [InlineData("3000000000", 0, "This integer is larger than 2147483647; write it with a decimal point.")]
    [InlineData("a /* b", 2, "This comment has no end.")]
    [InlineData("(a", 2, "The expression ends where \")\" is expected.")]
    [InlineData("", 0, "The expression ends where a value is expected.")]
    public void A_fault_says_what_is_wrong_and_where(string expression, int position, string reason)
    {
        Assert.Null(FhirPathExpression.Compile(expression, out var fault));
        Assert.Equal((position, reason), (fault!.Position, fault.Reason));
    }

    [Fact]
    public void A_fault_in_a_later_line_is_placed_by_line_and_column()
    {
        Assert.Null(FhirPathExpression.Compile("name\n  .given\n  .nonsense()", out var fault));
        Assert.Equal((3, 4), (fault!.Line, fault.Column));
    }

    [Fact]
    public void The_same_text_is_compiled_once() => // unless what is kept was let go in between: other tests fill it
        Assert.Contains(Enumerable.Range(0, 20), _ => ReferenceEquals(FhirPathExpression.Compile("name.given.first()"), FhirPathExpression.Compile("name.given.first()")));

    [Fact]
    public void Texts_without_end_leave_room_for_those_that_are_used()
    {
        for (var number = 0; number < 10_001; number++)
            FhirPathExpression.Compile($"name.given.skip({number})");
        The_same_text_is_compiled_once();
    }

    [Fact]
    public void Long_texts_are_not_all_kept()
    {
        static string Text(int number) => $"{number}{string.Concat(Enumerable.Repeat(" | a", 16_000))}";
        var first = FhirPathExpression.Compile(Text(0));
        for (var number = 1; number < 40; number++)
            FhirPathExpression.Compile(Text(number));
        Assert.NotSame(first, FhirPathExpression.Compile(Text(0)));
    }

    [Theory]
    [InlineData("name contains 'B'", "contains", "name", "B")]
    [InlineData("'B' in name", "in", "B", "name")]
    public void The_outline_has_the_operator_and_its_sides_as_written(string expression, string name, string left, string right)
    {
        var outline = FhirPathExpression.Compile(expression).Outline();
        Assert.Equal((name, left, right), (outline.Name, outline.Arguments[0].Name, outline.Arguments[1].Name));
    }

    public static TheoryData<string> Deep =>
    [
        new string('(', 201) + "1" + new string(')', 201),
        new string('-', 201) + "1",
        string.Concat(Enumerable.Repeat("name.where(", 201)) + "true" + new string(')', 201),
        "a" + string.Concat(Enumerable.Repeat(".a", 201)),
        "1" + string.Concat(Enumerable.Repeat(" + 1", 201)),
        new string('(', 30_000),
        string.Concat(Enumerable.Repeat("a[", 20_000)),
        string.Concat(Enumerable.Repeat("1 implies ", 6_000)) + "1",
    ];

    [Theory]
    [MemberData(nameof(Deep))]
    public void An_expression_nested_too_deep_is_refused(string expression)
    {
        Assert.Null(FhirPathExpression.Compile(expression, out var fault));
        Assert.Contains("nested deeper than 200 levels", fault!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void The_deepest_expression_that_is_accepted_runs_on_a_small_stack()
    {
        var nested = FhirPathExpression.Compile(string.Concat(Enumerable.Repeat("iif(", 190)) + "true" + string.Concat(Enumerable.Repeat(",true)", 190)));
        var result = false;
        var thread = new Thread(() => result = nested.IsTrue(new FhirPathContext(Patient)), 256 * 1024);
        thread.Start();
        thread.Join();
        Assert.True(result);
    }

    [Fact]
    public void A_long_chain_of_alternatives_is_no_deep_nesting()
    {
        var many = string.Join(" or ", Enumerable.Range(0, 2_000).Select(i => $"id = 'x{i}'"));
        Assert.Equal("true", Gives(many + " or id = 'p1'", Patient));
        Assert.Equal("2000", Gives($"({string.Join(" | ", Enumerable.Range(0, 2_000))}).count()"));
    }

    [Fact]
    public void A_text_beyond_the_longest_is_refused()
    {
        Assert.Null(FhirPathExpression.Compile(new string(' ', FhirPathExpression.MaxLength) + "1", out var fault));
        Assert.Contains("at most", fault!.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1 + 2 * 3 = 7 and true", "true")]
    [InlineData("(1 | 2).count() + 1", "3")]
    [InlineData("1 | 2 + 3", "1, 5")]
    [InlineData("-2.abs()", "-2")]
    [InlineData("true or false and false", "true")]
    [InlineData("false implies true or false", "true")]
    [InlineData("2 in (1 | 2) = true", "false")]
    [InlineData("7 div 2 * 2", "6")]
    [InlineData("`name`.`given`.first()", "Ada")]
    [InlineData("name /* all */ .given // names\n.first()", "Ada")]
    public void Operators_bind_as_the_specification_says(string expression, string expected) => Assert.Equal(expected, Gives(expression, Patient));

    [Theory]
    [InlineData("contains")]
    [InlineData("is")]
    [InlineData("as")]
    [InlineData("in")]
    [InlineData("day")]
    public void Words_with_another_meaning_are_names_too(string name) =>
        Assert.Equal("5", Gives($"parameter.{name}", Parsed($$"""{ "parameter": { "{{name}}": 5 } }""")));
}
