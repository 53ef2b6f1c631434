using System.Text;
using Tandem.Fhir.Definitions;
using Tandem.Fhir.Search;
using Tandem.Record.Log;
using Tandem.Record.Search.Site;

namespace Tandem.Tests.Record.Search;

public sealed class SiteParameterPlanTests
{
    [Fact]
    public void A_composite_is_read_anew_when_one_of_its_parts_compares_in_another_way()
    {
        var composite = Parameter(3, "kind-label", "composite", ",\"component\":[{\"definition\":\"urn:kind\",\"expression\":\"type\"},{\"definition\":\"urn:label\",\"expression\":\"value\"}]");
        IReadOnlyList<ResourceVersion> before = [Parameter(1, "kind", "token"), Parameter(2, "label", "string"), composite];
        var ready = Plan(before, []).Progress.Select(row => row with { State = SiteParameterState.Ready }).ToList();

        var plan = Plan([before[0], Parameter(4, "label", "token"), composite], ready, before);

        var rows = plan.Progress.Where(row => row.Resource == "kind-label").ToList();
        Assert.Equal([SiteParameterState.Ready, SiteParameterState.Indexing], rows.Select(row => row.State));
        Assert.Equal(
            [SearchType.String, SearchType.Token],
            rows.Select(row => plan.InForce.Single(parameter => parameter.Number == row.Number).For("Patient")!.Components[1].Parameter!.Type));
        Assert.Equal([SiteParameterState.Ready], Plan(before, ready).Progress.Where(row => row.Resource == "kind-label").Select(row => row.State));
    }

    [Fact]
    public void When_all_numbers_were_given_out_those_of_which_nothing_is_left_are_given_once_more()
    {
        var parameter = Parameter(40_000, "kind", "token");
        var gone = Given(SiteParameterState.Gone);

        var plan = Plan([parameter], gone);

        var row = Assert.Single(plan.Progress, row => row.State == SiteParameterState.Indexing);
        Assert.Equal((SiteSearchParameter.First, "kind", 40_000L), (row.Number, row.Resource, row.Seq));
        Assert.True(SiteParameterProgress.Standing(plan.Progress) > SiteParameterProgress.Standing(gone), "others have to notice");
    }

    [Fact]
    public void A_definition_for_which_no_number_is_left_leaves_the_one_before_in_force()
    {
        var others = Given(SiteParameterState.Leaving);
        others[0] = new(SiteSearchParameter.First, "kind", 1, SiteParameterState.Ready);

        var plan = Plan([Parameter(40_000, "kind", "string")], others, [Parameter(1, "kind", "token")]);

        Assert.Equal(SiteParameterState.Ready, plan.Progress[0].State);
        Assert.Equal(SearchType.Token, Assert.Single(plan.InForce).Type);
    }

    private static List<SiteParameterProgress> Given(SiteParameterState state) =>
        [.. Enumerable.Range(SiteSearchParameter.First, ushort.MaxValue - SiteSearchParameter.First + 1).Select(number => new SiteParameterProgress((ushort)number, "other", number - SiteSearchParameter.First + 1, state))];

    /// <param name="defined">What there is now.</param>
    /// <param name="known">How far each is.</param>
    /// <param name="log">Entries of before.</param>
    private static SiteParameterPlan Plan(IReadOnlyList<ResourceVersion> defined, IReadOnlyList<SiteParameterProgress> known, params IEnumerable<ResourceVersion> log) =>
        SiteParameterPlan.Of(defined, known, row => SiteParameters.Define(defined.Concat(log).First(entry => entry.Seq == row.Seq).Root, row, defined), _ => 0);

    private static ResourceVersion Parameter(long seq, string code, string type, string more = "") => new()
    {
        Seq = seq, Rid = seq, Type = "SearchParameter", Id = code, Version = 1, At = default, Actor = "Device/hub", Lane = 0,
        Bytes = Encoding.UTF8.GetBytes($$"""{"resourceType":"SearchParameter","id":"{{code}}","url":"urn:{{code}}","status":"active","code":"{{code}}","base":["Patient"],"type":"{{type}}","expression":"Patient.identifier"{{more}}}"""),
    };
}
