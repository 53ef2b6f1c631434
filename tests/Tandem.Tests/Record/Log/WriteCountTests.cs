using System.Globalization;
using Tandem.Fhir.Json;
using Tandem.Fhir.Search;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Record.Projections;
using Tandem.Record.Search;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Log;

/// <summary>What reading and writing cost, counted: the same on a busy machine as on a quiet one.</summary>
public sealed class WriteCountTests : IDisposable
{
    private readonly RecordFixture record = new(Engine.Sqlite, new SearchProjection(SearchIndexOptions.Default));
    private int made;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => record.Dispose();

    [Theory]
    [InlineData(1, 155)]
    [InlineData(32, 38)]
    public async Task A_created_observation_writes_at_most_so_many_kilobytes_to_the_log_file(int together, int most)
    {
        await CreateAsync(2000);
        var before = record.WriteAheadLog.Length;

        for (var done = 0; done < 64; done += together)
            await CreateAsync(together);

        Assert.InRange((record.WriteAheadLog.Length - before) / 64.0 / 1024, 10, most);
    }

    [Fact]
    public async Task Sixty_four_writers_that_wait_share_one_flush()
    {
        using var hold = new ManualResetEventSlim();
        using var begun = new ManualResetEventSlim();
        var first = record.Store.WriteAsync<int>(AccessScope.System, _ => Hold(begun, hold), Cancel);
        begun.Wait(Cancel);
        var waiting = Enumerable.Range(0, 64).Select(_ => CreateAsync(1)).ToList();
        var before = record.Store.Written;

        hold.Set();
        await first;
        await Task.WhenAll(waiting);

        Assert.Equal(65, record.Store.Written.Writes - before.Writes);
        Assert.Equal(1, record.Store.Written.Commits - before.Commits);
        Assert.Equal(1, record.Store.Written.Flushes - before.Flushes);
    }

    [Fact]
    public async Task A_group_takes_no_more_once_it_has_five_hundred_changes()
    {
        using var hold = new ManualResetEventSlim();
        using var begun = new ManualResetEventSlim();
        var first = record.Store.WriteAsync<int>(AccessScope.System, _ => Hold(begun, hold), Cancel);
        begun.Wait(Cancel);
        var waiting = Enumerable.Range(0, 6).Select(_ => CreateAsync(300)).ToList();
        var before = record.Store.Written;

        hold.Set();
        await first;
        await Task.WhenAll(waiting);

        Assert.Equal(3, record.Store.Written.Commits - before.Commits);
    }

    [Fact]
    public async Task An_update_that_changes_no_value_of_the_index_writes_no_row_of_it_but_the_time()
    {
        var before = await record.PutAsync("Observation", "o", Observation(1, "Specimen received."));
        record.Clock.Advance(TimeSpan.FromSeconds(1));
        var after = await record.PutAsync("Observation", "o", Observation(1, "Specimen received again."));

        Assert.Equal(["put search_resources"], Staged(before, after));
    }

    [Fact]
    public async Task An_update_of_one_value_writes_the_rows_of_that_value_only()
    {
        var before = await record.PutAsync("Observation", "o", Observation(1));
        record.Clock.Advance(TimeSpan.FromSeconds(1));
        var after = await record.PutAsync("Observation", "o", Observation(1).Replace("\"final\"", "\"amended\"", StringComparison.Ordinal));

        Assert.Equal(["gone search_tokens", "put search_resources", "put search_tokens"], Staged(before, after));
    }

    [Fact]
    public async Task References_of_a_subject_and_of_a_patient_are_one_row_and_the_type_of_an_identifier_lies_beside_its_value()
    {
        var made = await record.PutAsync("Observation", "o", Observation(1).Replace(
            "\"system\":\"urn:filler\"", "\"type\":{\"coding\":[{\"system\":\"urn:types\",\"code\":\"FILL\"}]},\"system\":\"urn:filler\"", StringComparison.Ordinal));
        var rows = new RowSink();
        new SearchProjection(SearchIndexOptions.Default).Project(made, rows);

        Assert.Equal(3, rows.Rows.Count(row => row.Table == SearchTables.References)); // subject, encounter, performer
        var value = StableHash.Of("F1");
        Assert.Equal(2, rows.Rows.Count(row => row.Table == SearchTables.Tokens && row.Row[1].Integer == value));
    }

    [Fact]
    public async Task A_read_takes_little_memory_beside_the_bytes_it_gives()
    {
        var length = 0;
        for (var i = 0; i < 200; i++)
            length = (await record.PutAsync("Observation", $"o{i}", Observation(1))).Bytes.Length;
        Read(0);

        Assert.InRange(Read(100), length, length + 1600);
        for (var turn = 0; turn < 5; turn++)
            Read(100);
        Assert.InRange(Read(100), 0, 500); // what was read lately is there

        long Read(int from)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = from; i < from + 100; i++)
                record.Store.Read("Observation", $"o{i}", AccessScope.System);
            return (GC.GetAllocatedBytesForCurrentThread() - before) / 100;
        }
    }

    private static Outcome<int> Hold(ManualResetEventSlim begun, ManualResetEventSlim hold)
    {
        begun.Set();
        hold.Wait(Cancel);
        return 0;
    }

    private static IEnumerable<string> Staged(ResourceVersion before, ResourceVersion after)
    {
        var written = new StatementNames();
        var staged = new StagedRows();
        new ProjectionSet([new SearchProjection(SearchIndexOptions.Default)]).Apply(before, after, staged);
        staged.Flush(written);
        return written.Names.Order(StringComparer.Ordinal);
    }

    private async Task CreateAsync(int together)
    {
        var outcome = await record.Store.WriteAsync<int>(
            AccessScope.System,
            session =>
            {
                for (var i = 0; i < together; i++)
                {
                    var number = Interlocked.Increment(ref made);
                    session.Put("Observation", string.Create(CultureInfo.InvariantCulture, $"o{number:D8}"), RecordFixture.Json(Observation(number)));
                }

                return together;
            },
            Cancel);
        Assert.Equal(together, outcome.Value);
    }

    /// <summary>A laboratory result as hubs get them.</summary>
    internal static string Observation(int number, string note = "Specimen received.") => string.Create(CultureInfo.InvariantCulture,
        $$$"""
        {"resourceType":"Observation","identifier":[{"system":"urn:filler","value":"F{{{number}}}"}],"status":"final",
        "category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"laboratory","display":"Laboratory"}]}],
        "code":{"coding":[{"system":"http://loinc.org","code":"2823-3","display":"Potassium"},{"system":"urn:local","code":"K"}],"text":"Potassium"},
        "subject":{"reference":"Patient/p{{{number % 997}}}"},"encounter":{"reference":"Encounter/e{{{number % 991}}}"},
        "effectiveDateTime":"2026-03-{{{1 + (number % 28):D2}}}T08:10:00Z","performer":[{"reference":"Organization/lab"}],
        "valueQuantity":{"value":{{{3 + (number % 40 / 10.0m)}}},"unit":"mmol/L","system":"http://unitsofmeasure.org","code":"mmol/L"},
        "note":[{"text":"{{{note}}}"}]}
        """);

    /// <summary>Takes rows and keeps only which tables they were for.</summary>
    private sealed class StatementNames : DbSession
    {
        internal List<string> Names { get; } = [];

        public override int Execute(string sql, params ReadOnlySpan<DbValue> arguments) => throw new NotSupportedException();

        public override void ForEach(string sql, Action<DbRow> read, params ReadOnlySpan<DbValue> arguments) => throw new NotSupportedException();

        public override void Write(Table table, IReadOnlyList<DbValue[]> rows) => Names.AddRange(rows.Select(_ => "put " + table.Name));

        public override void Delete(Table table, IReadOnlyList<DbValue[]> keys) => Names.AddRange(keys.Select(_ => "gone " + table.Name));

        public override void Prepare(string sql) => throw new NotSupportedException();

        public override void Begin() => throw new NotSupportedException();

        public override void Commit() => throw new NotSupportedException();

        public override void Rollback() => throw new NotSupportedException();

        public override void ExecuteScript(string sql) => throw new NotSupportedException();

        protected override void Close() => Names.Clear();
    }
}
