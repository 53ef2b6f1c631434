using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Record.Projections;

namespace Tandem.Tests.Record.Projections;

public sealed class ProjectionSetTests
{
    [Fact]
    public void A_rebuild_that_begins_again_takes_the_place_of_one_that_an_outage_broke_off()
    {
        var projection = new Names();
        var projections = new ProjectionSet([projection]);
        projections.Begin(new RebuildState(projection)); // never ended
        var again = new RebuildState(projection);
        projections.Begin(again);

        projections.End(again);

        Assert.False(projections.IsRebuilding("names"), "every write would go to tables that are gone");
    }

    private sealed class Names : IProjection
    {
        public string Name => "names";

        public int Version => 1;

        public IReadOnlyList<Table> Tables => [];

        public bool Wants(string type) => true;

        public void Project(ResourceVersion resource, RowSink rows)
        {
        }
    }
}
