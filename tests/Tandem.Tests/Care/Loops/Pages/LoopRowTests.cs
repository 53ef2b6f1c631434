using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Care.Loops;
using Tandem.Care.Loops.Pages;
using Tandem.Care.Patients;
using Tandem.Kernel.Pages;
using Tandem.Tests.Support;

namespace Tandem.Tests.Care.Loops.Pages;

/// <summary>A row is sent again exactly when a reader would see or do something else with it.</summary>
public sealed partial class LoopRowTests
{
    private static readonly Loop Shown = LoopSamples.Opened();

    [Fact]
    public async Task A_row_that_the_page_has_is_only_said_to_be_the_same()
    {
        var whole = await HtmlAsync(Row());

        var again = await HtmlAsync(Row(("Seen", Digest(whole))));

        Assert.Equal($"""<tr id="row-{Shown.Id}" data-row data-key="{Shown.Id}" data-rank="{LoopScore.RankAt(Shown).ToUnixTimeMilliseconds()}" data-same></tr>""", again.Trim());
        Assert.Equal(whole, await HtmlAsync(Row(("Seen", "0123456789abcdef"))));
        Assert.Equal(whole, await HtmlAsync(Row(("Seen", ""))));
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task Whatever_changes_the_row_changes_its_digest(string what, (string, object?)[] changed, int minutesLater)
    {
        var before = await HtmlAsync(Row());
        var after = await HtmlAsync(Row(changed), minutesLater);

        Assert.True(Digests().Replace(before, "") != Digests().Replace(after, ""), $"{what} is not seen in the row.");
        Assert.NotEqual(Digest(before), Digest(after));
    }

    public static TheoryData<string, (string, object?)[], int> Changes => new()
    {
        { "its version", [("Loop", Shown with { Version = Shown.Version + 1 })], 0 },
        { "its due time", [("Loop", Shown with { Due = Shown.Due.AddMinutes(30) })], 0 },
        { "its title", [("Loop", Shown with { Title = new("Other", "Otro") })], 0 },
        { "its reason", [("Loop", Shown with { Why = new("Other", "Otro") })], 0 },
        { "what closes it", [("Loop", Shown with { ClosedBy = new("Other", "Otro") })], 0 },
        { "its state", [("Loop", Shown with { State = LoopState.Claimed })], 0 },
        { "its climb", [("Loop", Shown with { Step = 1 })], 0 },
        { "its points, as time passes", [], 12 },
        { "the day that it is called by", [], 24 * 60 },
        { "the patient's name", [("Patient", APatient with { Name = "Other Testpatient" })], 0 },
        { "the patient's death", [("Patient", APatient with { Deceased = true })], 0 },
        { "the team's name", [("TeamName", "Other team")], 0 },
        { "the owner's name", [("Loop", Shown with { Owner = "Practitioner/ben", Version = Shown.Version + 1 }), ("OwnerName", "Ben")], 0 },
        { "that it is the reader's", [("Yours", true)], 0 },
        { "that the reader stands in", [("StandsIn", true)], 0 },
        { "that its climb is new", [("New", true)], 0 },
        { "the list that acts return to", [("Back", "/worklist?view=all")], 0 },
    };

    private static PatientSummary APatient => new("p1", "Sample Testpatient", "1950-02-03", "female", "T-1", "", false);

    private static string Digest(string html) => Digests().Match(html).Groups[1].Value;

    private static Dictionary<string, object?> Row(params (string Name, object? Value)[] changed)
    {
        var row = new Dictionary<string, object?>
        {
            ["Loop"] = Shown, ["Patient"] = APatient, ["TeamName"] = "Bay team", ["OwnerName"] = "", ["Form"] = "loop-act", ["Back"] = "/worklist",
        };
        foreach (var (name, value) in changed)
            row[name] = value;
        return row;
    }

    private static async Task<string> HtmlAsync(Dictionary<string, object?> row, int minutesLater = 0)
    {
        await using var services = new ServiceCollection()
            .AddSingleton(new PageTime(new ManualClock(LoopSamples.Noon.AddMinutes(minutesLater)), new SiteSettings()))
            .BuildServiceProvider();
        await using var renderer = new HtmlRenderer(services, NullLoggerFactory.Instance);
        return await renderer.Dispatcher.InvokeAsync(async () => (await renderer.RenderComponentAsync<LoopRow>(ParameterView.FromDictionary(row))).ToHtmlString());
    }

    [GeneratedRegex(""" data-digest="([0-9a-f]*)" """)]
    private static partial Regex Digests();
}
