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
