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

    [Fact]
    public void What_changes_between_two_versions_of_many_rows_is_found_without_comparing_each_with_each()
    {
        var old = new CountedRows(Enumerable.Range(0, 300).Select(number => Row(number, "same")));
        var now = new CountedRows(Enumerable.Range(1, 300).Select(number => Row(number, number == 7 ? "other" : "same")));
        var staged = new StagedRows();

        ProjectionSet.Stage(staged, old, now, shadow: null);

        var change = Assert.Single(staged.Take());
        Assert.Equal([0L], change.Gone.Select(key => key[0].Integer));
        Assert.Equal([7L], change.Put.Select(row => row[0].Integer));
        Assert.Equal([300L], change.New.Select(row => row[0].Integer));
        Assert.InRange(old.Taken + now.Taken, 600, 4 * 600);
    }

    private static readonly Table Numbers = new("test_numbers", TableKind.Rows, [new("number", DbKind.Integer)], [new("word", DbKind.Text)], []);

    private static (Table Table, DbValue[] Row) Row(long number, string word) => (Numbers, [number, word]);

    /// <summary>Counts how many rows are taken out of it.</summary>
    private sealed class CountedRows(IEnumerable<(Table Table, DbValue[] Row)> rows) : IReadOnlyList<(Table Table, DbValue[] Row)>
    {
        private readonly List<(Table Table, DbValue[] Row)> rows = [.. rows];

        internal int Taken { get; private set; }

        public int Count => rows.Count;

        public (Table Table, DbValue[] Row) this[int index]
        {
            get
            {
                Taken++;
                return rows[index];
            }
        }

        public IEnumerator<(Table Table, DbValue[] Row)> GetEnumerator() => Enumerable.Range(0, Count).Select(index => this[index]).GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
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
