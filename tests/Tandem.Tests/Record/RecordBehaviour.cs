using System.Text;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Record.Projections;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record;

public sealed class SqliteRecordTests() : RecordBehaviour(Engine.Sqlite);

public sealed class PostgresRecordTests() : RecordBehaviour(Engine.Postgres)
{
    [Fact]
    public async Task A_node_of_another_version_does_not_open_the_record_beside_one_that_serves()
    {
        await record.PutAsync("Patient", "a", """{"resourceType":"Patient","gender":"male"}""");

        var refused = Assert.Throws<DatabaseException>(() => record.OpenBeside(new GenderProjection(version: 2, suffix: "!")));

        Assert.Contains("another node serves this database", refused.Message, StringComparison.Ordinal);
        Assert.Equal((1, 1), (Count("male"), Total("male")));
    }

    [Fact]
    public async Task Nobody_writes_beside_a_rebuild_by_another_process()
    {
        using (var other = record.OpenBeside(new GenderProjection()))
        using (var owner = record.Database.OpenLogWriter())
        {
            Assert.True(record.Database.TryOwnLog(owner)); // neither has written yet
            Assert.Equal(RefusalKind.Unavailable, (await other.TryPutAsync("Patient", "a")).Refusal?.Kind);
            Assert.Throws<LogOwnedElsewhereException>(() => record.OpenBeside(new GenderProjection()).Dispose());
            record.Database.ShareLog(owner);
            Assert.True((await other.TryPutAsync("Patient", "a")).Succeeded(out _, out _));
        }
    }
}

/// <summary>What the record promises on every engine.</summary>
public abstract class RecordBehaviour(Engine engine) : IDisposable
{
    private protected readonly RecordFixture record = new(engine, new GenderProjection());
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    public void Dispose()
    {
        record.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_resource_is_served_with_the_bytes_that_were_stored()
    {
        var written = await record.PutAsync("Patient", "a", """{"resourceType":"Patient","zzz":1.50,"name":[{"family":"Testperson"}]}""");

        var read = record.Store.Read("Patient", "a", AccessScope.System).Value;

        Assert.Equal(written.Bytes.ToArray(), read.Bytes.ToArray());
        Assert.Equal(
            """{"resourceType":"Patient","id":"a","meta":{"versionId":"1","lastUpdated":"2026-03-02T15:00:00.000Z"},"zzz":1.50,"name":[{"family":"Testperson"}]}""",
            Encoding.UTF8.GetString(read.Bytes.Span));
    }

    [Fact]
    public async Task A_write_that_joins_a_group_is_recorded_with_its_own_time()
    {
        var (first, second) = await record.PutWhileAsync("Patient", "a", () =>
        {
            record.Clock.Advance(TimeSpan.FromHours(1));
            return record.PutAsync("Patient", "b", """{"resourceType":"Patient"}""");
        });

        Assert.Equal(TimeSpan.FromHours(1), (await second).At - first.At);
    }

    [Fact]
    public async Task Every_version_stays_readable()
    {
        await record.PutAsync("Patient", "a", """{"resourceType":"Patient","gender":"male"}""");
        await record.PutAsync("Patient", "a", """{"resourceType":"Patient","gender":"female"}""");

        Assert.Equal("male", record.Store.ReadOne("Patient", "a", 1, AccessScope.System).Value.Root["gender"u8].Text);
        Assert.Equal("female", record.Store.ReadOne("Patient", "a", 2, AccessScope.System).Value.Root["gender"u8].Text);
        Assert.Equal(RefusalKind.NotFound, record.Store.ReadOne("Patient", "a", 3, AccessScope.System).Refusal!.Kind);
    }

    [Fact]
    public async Task A_deleted_resource_is_gone_and_comes_back_with_the_next_version()
    {
        await record.PutAsync("Patient", "a", """{"resourceType":"Patient","gender":"male"}""");
        await record.DeleteAsync("Patient", "a");
        Assert.Equal(RefusalKind.Gone, record.Store.Read("Patient", "a", AccessScope.System).Refusal!.Kind);

        var back = await record.PutAsync("Patient", "a", """{"resourceType":"Patient","gender":"male"}""");

        Assert.Equal(3, back.Version);
        Assert.Equal(1, Count("male"));
    }

    [Fact]
    public async Task A_scope_that_reaches_no_one_sees_and_changes_nothing()
    {
        await record.PutAsync("Patient", "a", """{"resourceType":"Patient"}""");

        Assert.Equal(RefusalKind.NotFound, record.Store.Read("Patient", "a", AccessScope.Nobody).Refusal!.Kind);
        Assert.Empty(record.Store.ReadLog(0, 10, AccessScope.Nobody));
        var write = await record.Store.WriteAsync<int>(AccessScope.Nobody, _ => 1, Cancel);
        Assert.Equal(RefusalKind.Forbidden, write.Refusal!.Kind);
    }

    [Fact]
    public async Task A_refused_write_keeps_nothing_and_leaves_its_group_sound()
    {
        var writes = Enumerable.Range(0, 40).Select(i => record.Store.WriteAsync<int>(
            AccessScope.System,
            session =>
            {
                session.Put("Patient", $"p{i}", RecordFixture.Json("""{"resourceType":"Patient","gender":"other"}"""));
                return i % 2 == 0 ? i : Refusal.Conflict("No.");
            },
            Cancel)).ToList();
        var outcomes = await Task.WhenAll(writes);

        Assert.Equal(20, outcomes.Count(outcome => outcome.Refusal is null));
        Assert.Equal(20, Count("other"));
        Assert.Equal(RefusalKind.NotFound, record.Store.Read("Patient", "p1", AccessScope.System).Refusal!.Kind);
        Assert.Equal(20, record.Store.ReadLog(0, 100, AccessScope.System).Count);
    }

    [Fact]
    public async Task A_fault_in_one_write_reaches_its_caller_alone()
    {
        var sound = record.PutAsync("Patient", "a", """{"resourceType":"Patient"}""");
        var faulty = record.Store.WriteAsync<int>(AccessScope.System, _ => throw new InvalidDataException("broken"), Cancel);
        var bad = record.Store.WriteAsync<int>(
            AccessScope.System, session => session.Query("SELECT nothing FROM nowhere", row => 1).Count, Cancel);
        var later = record.PutAsync("Patient", "b", """{"resourceType":"Patient"}""");

        await Assert.ThrowsAsync<InvalidDataException>(() => faulty);
        await Assert.ThrowsAsync<DatabaseException>(() => bad);
        Assert.Equal(1, (await sound).Version);
        Assert.Equal(1, (await later).Version);
    }

    [Fact]
    public async Task A_write_sees_all_earlier_writes_of_its_group()
    {
        var writes = Enumerable.Range(0, 200).Select(_ => record.Store.WriteAsync<int>(
            AccessScope.System,
            session =>
            {
                var seen = session.Query("SELECT COUNT(*) FROM test_genders WHERE gender = $1", row => (int)row.Integer(0), "male")[0];
                session.Put("Patient", $"n{seen}", RecordFixture.Json("""{"resourceType":"Patient","gender":"male"}"""));
                return seen;
            },
            Cancel)).ToList();

        Assert.Equal(Enumerable.Range(0, 200), await Task.WhenAll(writes).ContinueWith(all => all.GetAwaiter().GetResult().Select(o => o.Value).Order(), Cancel));
        Assert.True(record.Store.Written.Commits < 200, "writes that wait together share commits");
    }

    [Fact]
    public async Task A_write_that_reads_one_table_of_its_group_loses_no_row_of_the_others()
    {
        var writes = Enumerable.Range(0, 100).Select(i => record.Store.WriteAsync<int>(
            AccessScope.System,
            session =>
            {
                var males = session.Query("SELECT total FROM test_totals WHERE gender = $1", row => (int)row.Integer(0), "male").FirstOrDefault();
                session.Put("Patient", $"n{i}", RecordFixture.Json("""{"resourceType":"Patient","gender":"male"}"""));
                return males;
            },
            Cancel)).ToList();

        await Task.WhenAll(writes);

        Assert.Equal(Enumerable.Range(0, 100), writes.Select(write => write.GetAwaiter().GetResult().Value));
        Assert.Equal(100, Count("male"));
        Assert.Equal(100, record.Database.Read(session => session.First("SELECT COUNT(*) FROM resources r JOIN log l ON l.seq = r.seq", row => row.Integer(0))));
    }

    [Fact]
    public async Task The_log_is_in_order_and_survives_a_restart()
    {
        for (var i = 0; i < 5; i++)
            await record.PutAsync("Patient", $"p{i}", """{"resourceType":"Patient"}""");
        record.Restart();
        var next = await record.PutAsync("Patient", "p9", """{"resourceType":"Patient"}""");

        var log = record.Store.ReadLog(0, 100, AccessScope.System);
        Assert.Equal(["p0", "p1", "p2", "p3", "p4", "p9"], log.Select(entry => entry.Id));
        Assert.Equal(log.Select(entry => entry.Seq).Order(), log.Select(entry => entry.Seq));
        Assert.Equal(next.Seq, log[^1].Seq);
    }

    [Fact]
    public async Task A_projection_follows_each_change_and_counts_it_once()
    {
        await record.PutAsync("Patient", "a", """{"resourceType":"Patient","gender":"male"}""");
        await record.PutAsync("Patient", "a", """{"resourceType":"Patient","gender":"female"}""");
        await record.PutAsync("Patient", "b", """{"resourceType":"Patient","gender":"female"}""");
        await record.DeleteAsync("Patient", "b");

        Assert.Equal((0, 1), (Count("male"), Count("female")));
        Assert.Equal((0, 1), (Total("male"), Total("female")));
    }

    [Theory]
    [InlineData(100, 40)]
    [InlineData(8_192, 8_192)]
    public async Task A_projection_is_rebuilt_while_writes_go_on_and_equals_the_increments(int resources, int rows)
    {
        var pace = new RebuildPace(resources, rows);
        for (var i = 0; i < 1_300; i++)
            _ = record.PutAsync("Patient", $"p{i}", $$"""{"resourceType":"Patient","gender":"{{(i % 3 == 0 ? "male" : "female")}}"}""");
        await record.PutAsync("Patient", "last", """{"resourceType":"Patient","gender":"other"}""");

        var writing = Task.Run(
            async () =>
            {
                for (var i = 0; i < 300; i++)
                {
                    await record.PutAsync("Patient", $"p{i * 4 % 1300}", """{"resourceType":"Patient","gender":"unknown"}""");
                    _ = record.PutAsync("Patient", $"n{i}", """{"resourceType":"Patient","gender":"other"}""");
                }

                await record.PutAsync("Patient", "p1", """{"resourceType":"Patient","gender":"other"}""");
            },
            Cancel);
        await record.Store.RebuildAsync("genders", pace, Cancel);
        await writing;

        foreach (var gender in new[] { "male", "female", "other", "unknown" })
        {
            var expected = record.Database.Read(session => session.Query("SELECT body FROM resources r JOIN log l ON l.seq = r.seq", row => row.Bytes(0)))
                .Count(body => Encoding.UTF8.GetString(body).Contains($"\"{gender}\"", StringComparison.Ordinal));
            Assert.Equal((expected, expected), (Count(gender), Total(gender)));
        }
    }

    [Fact]
    public async Task A_projection_of_a_new_program_version_is_rebuilt()
    {
        await record.PutAsync("Patient", "a", """{"resourceType":"Patient","gender":"male"}""");
        record.Restart(new GenderProjection(version: 2, suffix: "!"));
        await record.Store.RebuildStaleAsync(Cancel);

        Assert.Equal((0, 1), (Count("male"), Count("male!")));
    }

    [Fact]
    public async Task Rows_are_rebuilt_only_by_who_is_alone_on_the_database()
    {
        await record.PutAsync("Patient", "a", """{"resourceType":"Patient","gender":"male"}""");
        if (engine == Engine.Sqlite)
        {
            Assert.Throws<DatabaseException>(() => record.OpenBeside(new GenderProjection()));
            return;
        }

        using (var other = record.OpenBeside(new GenderProjection()))
        {
            await other.PutAsync("Patient", "b", """{"resourceType":"Patient","gender":"male"}""");
            await Assert.ThrowsAsync<DatabaseUnavailableException>(() => record.Store.RebuildAsync("genders", Cancel));
            await Assert.ThrowsAsync<DatabaseUnavailableException>(() => other.Store.RebuildAsync("genders", Cancel));
            await other.PutAsync("Patient", "c", """{"resourceType":"Patient","gender":"male"}""");
        }

        Assert.Equal(3, await record.Store.RebuildAsync("genders", Cancel));
        Assert.Equal((3, 3), (Count("male"), Total("male")));
    }

    [Fact]
    public async Task Saying_the_same_again_makes_no_version()
    {
        await record.PutAsync("Patient", "a", """{"resourceType":"Patient","gender":"male","active":true}""");
        var again = await record.Store.WriteAsync<bool>(
            AccessScope.System,
            session => session.PutIfChanged("Patient", "a", RecordFixture.Json("""{"active":true,"resourceType":"Patient", "gender":"male"}""")).IsNew,
            Cancel);

        Assert.False(again.Value);
        Assert.Equal(1, record.Store.Read("Patient", "a", AccessScope.System).Value.Version);
    }

    private protected int Count(string gender) => record.Database.Read(session =>
        session.First("SELECT COUNT(*) FROM test_genders WHERE gender = $1", row => (int)row.Integer(0), gender));

    private protected int Total(string gender) => record.Database.Read(session =>
        session.First("SELECT total FROM test_totals WHERE gender = $1", row => (int)row.Integer(0), gender));

    [Fact]
    public async Task A_row_that_should_not_be_there_keeps_no_resource_out()
    {
        using (var stray = engine == Engine.Sqlite ? null : record.Database.OpenWriter())
        {
            if (stray is null)
                await record.Store.WriteAsync<int>(AccessScope.System, session => Stray(session), Cancel);
            else
                stray.ExecuteScript("INSERT INTO test_genders (rid, gender) SELECT n, 'stray' FROM generate_series(1, 50) n");
        }

        await Task.WhenAll(Enumerable.Range(0, 20).Select(number => record.PutAsync("Patient", $"p{number}", """{"resourceType":"Patient","gender":"male"}""")));

        Assert.Equal(20, record.Database.Read(session => session.First("SELECT COUNT(*) FROM test_genders WHERE gender = 'male'", row => row.Integer(0))));
        Assert.Equal(20, record.Database.Read(session => session.First("SELECT total FROM test_totals WHERE gender = 'male'", row => row.Integer(0))));
    }

    [Fact]
    public async Task A_row_that_goes_and_comes_back_within_one_group_is_there_once()
    {
        await record.PutAsync("Patient", "a", """{"resourceType":"Patient","gender":"male"}""");
        var outcome = await record.Store.WriteAsync<int>(
            AccessScope.System,
            session =>
            {
                session.Delete("Patient", "a");
                session.Put("Patient", "a", RecordFixture.Json("""{"resourceType":"Patient","gender":"female"}"""));
                session.Put("Patient", "b", RecordFixture.Json("""{"resourceType":"Patient","gender":"male"}"""));
                session.Delete("Patient", "b");
                session.Put("Patient", "b", RecordFixture.Json("""{"resourceType":"Patient","gender":"other"}"""));
                return 0;
            },
            Cancel);

        Assert.Null(outcome.Refusal);
        Assert.Equal(
            ["female", "other"], record.Database.Read(session => session.Query("SELECT gender FROM test_genders ORDER BY gender", row => row.Text(0))));
    }

    [Fact]
    public async Task What_is_expected_is_found_as_if_it_was_asked_for_one_by_one()
    {
        for (var number = 0; number < 40; number += 2)
            await record.PutAsync("Patient", $"p{number}", """{"resourceType":"Patient"}""");
        await record.DeleteAsync("Patient", "p4");

        var found = await record.Store.WriteAsync<string>(
            AccessScope.System,
            session =>
            {
                session.Put("Patient", "p0", RecordFixture.Json("""{"resourceType":"Patient"}"""));
                session.Expect([.. Enumerable.Range(0, 40).Select(number => ("Patient", $"p{number}"))]);
                return string.Join(' ', Enumerable.Range(0, 40).Select(number => session.Find("Patient", $"p{number}")).OfType<ResourceVersion>()
                    .Select(version => $"{version.Id}:{version.Version}{(version.Deleted ? "-" : "")}"));
            },
            Cancel);

        Assert.Equal("p0:2 p2:1 p4:2- " + string.Join(' ', Enumerable.Range(3, 17).Select(half => $"p{half * 2}:1")), found.Value);
    }

    private static int Stray(WriteSession session)
    {
        for (var rid = 1; rid <= 50; rid++)
            session.Write(GenderProjection.Genders, rid, "stray");
        return 0;
    }

    private protected sealed class GenderProjection(int version = 1, string suffix = "") : IProjection
    {
        internal static readonly Table Genders = new(
            "test_genders", TableKind.Rows, [new("rid", DbKind.Integer)], [new("gender", DbKind.Text)], [new("gender", "gender, rid")]);

        private static readonly Table Totals = new(
            "test_totals", TableKind.Counters, [new("gender", DbKind.Text)], [new("total", DbKind.Integer)], []);

        public string Name => "genders";

        public int Version => version;

        public IReadOnlyList<Table> Tables => [Genders, Totals];

        public bool Wants(string type) => type == "Patient";

        public void Project(ResourceVersion resource, RowSink rows)
        {
            if (resource.Root["gender"u8].Text is not { } gender)
                return;
            rows.Add(Genders, resource.Rid, gender + suffix);
            rows.Add(Totals, gender + suffix, 1);
        }
    }
}
