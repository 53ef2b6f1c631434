using System.Text;
using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Json;
using Tandem.Fhir.Terminology;
using Tandem.Record.Questionnaires;

namespace Tandem.Tests.Record.Questionnaires;

/// <summary>Forms as large as a request may be take time in proportion to their size: done for each item anew, what is read here once would take minutes.</summary>
public sealed class LargeFormTests
{
    private static FhirNode Read(string json) => FhirJson.ParseStored(Encoding.UTF8.GetBytes(json)).Root;

    private static string Many(int count, Func<int, string> one) => string.Join(',', Enumerable.Range(0, count).Select(one));

    [Fact(Timeout = 60_000)]
    public async Task Each_of_many_answers_has_items_below_it_and_the_question_has_many()
    {
        const int many = 30_000;
        var form = Read($$"""{"item":[{"linkId":"q","item":[{{Many(many, at => $$"""{"linkId":"i{{at}}"}""")}}]}]}""");
        var response = Read($$"""{"item":[{"linkId":"q","answer":[{{Many(many, at => $$"""{"item":[{"linkId":"{{(at % 2 == 0 ? "i" : "other")}}{{at}}"}]}""")}}]}]}""");
        var run = new ExtractionRun(form, response, _ => default, () => "");

        await Task.Run(run.Extract, TestContext.Current.CancellationToken);

        Assert.Equal((many / 2, 0), (run.Issues.Count, run.Entries.Count));
    }

    [Fact(Timeout = 60_000)]
    public async Task Many_items_choose_from_one_large_value_set_in_the_form()
    {
        var form = Read($$"""
            {"contained":[{"resourceType":"ValueSet","id":"v","compose":{"include":[{"system":"http://example.org/c","concept":[{{Many(20_000, at => $$"""{"code":"c{{at}}","display":"Code {{at}}"}""")}}]}]} }],
             "item":[{"linkId":"i","type":"choice","answerValueSet":"#v"}],"coded":[{"system":"http://example.org/c","code":"c7"},{"system":"http://example.org/d","code":"c7"}]}
            """);
        var choice = new AnswerChoice(form, TerminologyService.Shipped);

        var chosen = await Task.Run(
            () => Enumerable.Range(0, 10_000).Select(at => choice.Of(form["item"u8].First, FhirValue.Of($"c{at}"), $"{(at % 2 == 0 ? "c" : "Code ")}{at}")).ToList(),
            TestContext.Current.CancellationToken);

        Assert.DoesNotContain(null, chosen);
        Assert.Equal([true, false], form["coded"u8].Items.AsEnumerable().Select(coding => choice.Of(form["item"u8].First, FhirValue.Of(coding, "Coding"), null) is not null));
    }
}
