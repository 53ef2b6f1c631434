using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Fhir.Json;
using Tandem.Fhir.Views;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Record.Projections;
using Tandem.Record.Reactions;

namespace Tandem.Tests.Support;

/// <summary>A record over a database of its own.</summary>
internal sealed class RecordFixture : IDisposable
{
    private readonly TestDatabase testDatabase;
    private readonly TestDatabase? owned;
    private readonly IProjection[] projections;
    private readonly Table[] tables;
    private readonly OwnAddresses? own;
    private readonly IWriteRule[] rules;

    internal RecordFixture(Engine engine, params IProjection[] projections)
        : this(engine, projections, [])
    {
    }

    internal RecordFixture(Engine engine, IProjection[] projections, Table[] tables, OwnAddresses? own = null, params IWriteRule[] rules)
        : this(NewDatabase(engine, projections, [ReactionTables.Cursors, ReactionTables.Parked, .. tables]), projections, [ReactionTables.Cursors, ReactionTables.Parked, .. tables], own, rules) => owned = testDatabase;

    private RecordFixture(TestDatabase testDatabase, IProjection[] projections, Table[] tables, OwnAddresses? own, IWriteRule[] rules)
    {
        (this.testDatabase, this.projections, this.tables, this.own, this.rules) = (testDatabase, projections, tables, own, rules);
        Database = testDatabase.Open();
        try
        {
            Store = NewStore();
        }
        catch
        {
            Database.Dispose();
            throw;
        }
    }

    internal ManualClock Clock { get; } = new();

    internal Database Database { get; private set; }

    internal RecordStore Store { get; private set; }

    internal FileInfo WriteAheadLog => testDatabase.WriteAheadLog;

    internal static FhirNode Json(string json) => FhirJson.ParseStored(Encoding.UTF8.GetBytes(json)).Root;

    internal async Task<ResourceVersion> PutAsync(string type, string id, string json) =>
        (await Store.WriteAsync<ResourceVersion>(AccessScope.System, session => session.Put(type, id, Json(json)), TestContext.Current.CancellationToken)).Value;

    internal async Task<Outcome<ResourceVersion?>> DeleteAsync(string type, string id) =>
        await Store.WriteAsync<ResourceVersion?>(AccessScope.System, session => session.Delete(type, id), TestContext.Current.CancellationToken);

    internal async Task<Outcome<ResourceVersion>> TryPutAsync(string type, string id) =>
        await Store.WriteAsync<ResourceVersion>(
            AccessScope.System, session => session.Put(type, id, Json($$"""{"resourceType":"{{type}}"}""")), TestContext.Current.CancellationToken);

    /// <summary>Writes a resource, and holds the turn of the writer while others are begun: those form one group.</summary>
    internal async Task<(ResourceVersion Held, T Others)> PutWhileAsync<T>(string type, string id, Func<T> beginOthers)
    {
        using var begun = new ManualResetEventSlim();
        using var clear = new ManualResetEventSlim();
        var cancel = TestContext.Current.CancellationToken;
        var held = Store.WriteAsync<ResourceVersion>(
            AccessScope.System,
            session =>
            {
                begun.Set();
                clear.Wait(TimeSpan.FromMinutes(1), cancel);
                return session.Put(type, id, Json($$"""{"resourceType":"{{type}}"}"""));
            },
            cancel);
        begun.Wait(TimeSpan.FromMinutes(1), cancel);
        var others = beginOthers();
        clear.Set();
        return ((await held).Value, others);
    }

    /// <summary>What another process makes of the same database.</summary>
    internal RecordFixture OpenBeside(params IProjection[] projections) => new(testDatabase, projections, tables, own, rules);

    /// <summary>Closes everything and opens it again, as a restart does.</summary>
    internal void Restart(params IProjection[]? other)
    {
        Store.Dispose();
        Database.Dispose();
        Database = testDatabase.Open();
        Store = NewStore(other is { Length: > 0 } ? other : null);
    }

    public void Dispose()
    {
        Store.Dispose();
        Database.Dispose();
        owned?.Dispose();
    }

    private static TestDatabase NewDatabase(Engine engine, IProjection[] projections, Table[] tables) => TestDatabase.StartedOnce(
        engine,
        string.Concat([.. projections.Select(projection => $"{projection.Name} {projection.Version} "), .. projections.SelectMany(projection => projection.Tables).Concat(tables).Select(table => table.Definition(engine))]),
        empty => new RecordFixture(empty, projections, tables, own: null, []).Dispose());

    private RecordStore NewStore(IProjection[]? other = null) =>
        new(Database, other ?? projections, tables, new CommitSignal(), Clock, NullLogger<RecordStore>.Instance, rules, own: own);
}
