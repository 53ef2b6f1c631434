using System.Globalization;
using System.Text;
using Tandem.Fhir.FhirPath;
using Xunit;
using static Tandem.Tests.Fhir.FhirPath.Samples;

namespace Tandem.Tests.Fhir.FhirPath;

public sealed class FuzzTests
{
    private static readonly int Rounds = int.TryParse(Environment.GetEnvironmentVariable("TANDEM_FUZZ"), CultureInfo.InvariantCulture, out var asked) ? asked : 20_000;

    private static readonly string[] Seeds =
    [
        "Patient.name.where(use = 'official' and given.exists()).select(given | family).join(' ')",
        "(1 | 2 | 3).aggregate($total + $this * 2 div 3 mod 5, 0) >= 10.5",
        "birthDate + 18 years <= today() and @2026-11-22T10:30:00.123-05:00 > now() - 3 'h'",
        "value.ofType(Quantity) > 5.5 'mmol/L' or (value as Quantity).unit ~ 'MMOL/l'",
        "repeat(item).linkId.distinct().sort(-$this).skip(1).take(2).first().lowBoundary(3)",
        "'a\\u0041\\n'.replaceMatches('[a-z]+(b|c)*', '$0$0').matches('^(a|b)+$').not()",
        "iif(name.count() > 1, %resource.descendants().count(), $index) implies {} xor true",
        "@T10:30.highBoundary() = @2026.lowBoundary(6) and 1.587 'cm'.highBoundary(8) != 12 '[in_i]'",
        "name.given.toChars().indexOf('A').power(2.5).sqrt().round(3).toString().toQuantity('g').abs()",
        "extension('http://example.org/x').value.type().name & `name`[0].given[1].encode('base64').decode('hex')",
        "2.0 'cm' * 2.0 'm2' / 3 's' + 38 'Cel' - 100 '[degF]' = 1 year ~ 12 months",
    ];

    private static readonly string[] Splices =
    [
        ".", "(", ")", "[", "]", "'", "`", "@", "%", "$this", "{}", " is ", " as ", "FHIR.", "|", "&", "-", "0", "99999999999", ".5", "T", "Z", "+14:00",
        "//", "/*", "\\", "\u0000", "é", "where(", "repeat($this)", "$total", "descendants()", "9999-12-31", " years", " 'mo'", "1/0", ".length()", ",",
    ];

    [Fact]
    public void Mutated_expressions_are_refused_or_answered_but_never_break_the_engine()
    {
        var random = new Random(20261122);
        var (answered, refused, failed) = (0, 0, 0);
        for (var round = 0; round < Rounds; round++)
        {
            var text = Mutated(random);
            if (FhirPathExpression.Compile(text, out var fault) is not { } expression)
            {
                Assert.InRange(fault!.Position, 0, text.Length);
                refused++;
                continue;
            }

            var context = new FhirPathContext(round % 2 == 0 ? Patient : Observation) { Now = Now, Strict = round % 3 == 0, MaxWork = 50_000 };
            if (expression.TryEvaluate(context, out var values, out _))
                answered += string.Concat(values.Select(value => value.ToString())).Length >= 0 ? 1 : 0;
            else
                failed++;
        }

        Assert.Equal(Rounds, answered + refused + failed);
        Assert.True(answered > 1_000 && refused > 1_000 && failed > 100, $"The mutations are one-sided: {answered} answered, {refused} refused, {failed} failed.");
    }

    private static string Mutated(Random random)
    {
        var text = new StringBuilder(Seeds[random.Next(Seeds.Length)]);
        for (var times = random.Next(1, 5); times > 0 && text.Length > 0; times--)
        {
            var at = random.Next(text.Length);
            switch (random.Next(5))
            {
                case 0:
                    text.Remove(at, Math.Min(random.Next(1, 12), text.Length - at));
                    break;
                case 1:
                    text.Insert(at, Splices[random.Next(Splices.Length)]);
                    break;
                case 2:
                    text[at] = (char)random.Next(32, 127);
                    break;
                case 3:
                    var other = Seeds[random.Next(Seeds.Length)];
                    text.Insert(at, other[random.Next(other.Length)..]);
                    break;
                default:
                    text.Insert(at, text.ToString(at, Math.Min(8, text.Length - at)));
                    break;
            }
        }

        return text.ToString();
    }
}
