using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Record.Projections;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Log;

public sealed class SqliteFaultyProjectionTests() : FaultyProjectionBehaviour(Engine.Sqlite);

public sealed class PostgresFaultyProjectionTests() : FaultyProjectionBehaviour(Engine.Postgres);

/// <summary>A fault in making a resource's rows is one of its write, and of no other.</summary>
public abstract class FaultyProjectionBehaviour(Engine engine) : IDisposable
{
    private readonly RecordFixture record = new(engine, new FaultyProjection());

    public void Dispose()
    {
        record.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_write_whose_rows_cannot_be_made_leaves_nothing_to_the_others_of_its_group()
    {
        var (first, (before, faulty, after)) = await record.PutWhileAsync("Patient", "first", () => (
            record.PutAsync("Patient", "before", """{"resourceType":"Patient"}"""),
            record.PutAsync("Basic", "faulty", """{"resourceType":"Basic"}"""),
            record.PutAsync("Patient", "after", """{"resourceType":"Patient"}""")));

        await Assert.ThrowsAsync<InvalidDataException>(() => faulty);
        AssertKept(first, await before, await after);
    }

    [Fact]
    public async Task A_write_whose_rows_cannot_be_made_leaves_nothing_to_those_after_it()
    {
        await Assert.ThrowsAsync<InvalidDataException>(() => record.PutAsync("Basic", "faulty", """{"resourceType":"Basic"}"""));

        AssertKept(await record.PutAsync("Patient", "after", """{"resourceType":"Patient"}"""));
    }

    private void AssertKept(params ResourceVersion[] written)
    {
        foreach (var version in written)
            Assert.Equal(version.Bytes.ToArray(), record.Store.Read(version.Type, version.Id, AccessScope.System).Value.Bytes.ToArray());
        Assert.Equal(written.Select(version => version.Id), record.Store.ReadLog(0, 10, AccessScope.System).Select(entry => entry.Id));
        Assert.Equal(RefusalKind.NotFound, record.Store.Read("Basic", "faulty", AccessScope.System).Refusal?.Kind);
        Assert.Equal(written.Select(version => version.Rid), record.Database.Read(session => session.Query("SELECT rid FROM test_rows ORDER BY rid", row => row.Integer(0))));
    }

    private sealed class FaultyProjection : IProjection
    {
        private static readonly Table RowsOf = new("test_rows", TableKind.Rows, [new("rid", DbKind.Integer)], [new("type", DbKind.Text)], []);

        public string Name => "faulty";

        public int Version => 1;

        public IReadOnlyList<Table> Tables => [RowsOf];

        public bool Wants(string type) => true;

        public void Project(ResourceVersion version, RowSink rows) =>
            rows.Add(RowsOf, version.Rid, version.Type == "Basic" ? throw new InvalidDataException("broken") : version.Type);
    }
}
