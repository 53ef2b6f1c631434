using Tandem.Care.Patients;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Tests.Support;
using static Tandem.Tests.Care.Patients.PatientSamples;

namespace Tandem.Tests.Care.Patients;

public sealed class SqlitePatientsTests() : PatientsBehaviour(Engine.Sqlite);

public sealed class PostgresPatientsTests() : PatientsBehaviour(Engine.Postgres)
{
    [Fact]
    public void People_are_looked_through_in_their_order_and_never_joined_with_each_other()
    {
        var plan = Read(session =>
        {
            session.ExecuteScript(
                $"""
                SET plan_cache_mode = force_generic_plan;
                PREPARE people (TEXT, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT, BIGINT) AS {FindPeople.ReadPage};
                """);
            var lines = session.Query("EXPLAIN EXECUTE people ('', 'a', '', '', '', '', 'a', '', 'a', '', 'a', 51)", row => row.Text(0));
            session.ExecuteScript("DEALLOCATE people; RESET plan_cache_mode;");
            return string.Join('\n', lines);
        });

        Assert.Contains("patients_words", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Join", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Nested Loop", plan, StringComparison.Ordinal);
    }
}

/// <summary>Timeline, results, changes and search over the record, on every engine.</summary>
public abstract class PatientsBehaviour(Engine engine) : IDisposable
{
    private readonly RecordFixture record = new(
        engine, [new PatientSummaryProjection(), new TimelineProjection(), new ResultProjection(), new PatientFactProjection()], [PatientLooks.Looks]);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        record.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Pages_of_a_timeline_neither_skip_nor_repeat_although_moments_are_equal()
    {
        for (var i = 0; i < 120; i++)
            await PutAsync("Observation", $"o{i}", AResult(4, Noon.AddHours(i / 40)));
        for (var i = 0; i < 15; i++)
            await PutAsync("Encounter", $"e{i}", AStay("finished", Noon.AddHours(i / 5), Noon.AddHours(1 + (i / 5))));

        var seen = new List<TimelineEntry>();
        TimelinePlace? place = TimelinePlace.End;
        while (place is not null)
        {
            var page = Read(session => FindTimeline.Page(session, "p1", null, TimelinePlace.Parse(place.ToString()), 0, AccessScope.System));
            seen.AddRange(page.Entries);
            place = page.Next;
        }

        Assert.Equal((150, 150), (seen.Count, seen.DistinctBy(entry => entry.Key).Count()));
        Assert.Equal(seen.OrderByDescending(entry => entry.At).ThenByDescending(entry => entry.Key, StringComparer.Ordinal), seen);
    }

    [Fact]
    public async Task A_timeline_is_filtered_by_kind_and_is_the_patients_own()
    {
        await PutAsync("Observation", "o1", AResult(4, Noon));
        await PutAsync("Encounter", "e1", AStay("finished", Noon.AddDays(-2), Noon.AddDays(-1)));
        await PutAsync("Observation", "o2", AResult(4, Noon, patient: "p2"));

        Assert.Equal(["discharged", "admitted"], Read(session => FindTimeline.Page(session, "p1", TimelineKinds.Stay, TimelinePlace.End, 0, AccessScope.System)).Entries.Select(entry => entry.Event));
        Assert.Equal(3, Read(session => FindTimeline.Page(session, "p1", null, TimelinePlace.End, 0, AccessScope.System)).Entries.Count);
    }

    [Fact]
    public async Task A_discharge_that_is_taken_back_leaves_the_timeline()
    {
        await PutAsync("Encounter", "e1", AStay("finished", Noon.AddDays(-2), Noon));
        await PutAsync("Encounter", "e1", AStay("in-progress", Noon.AddDays(-2)));

        Assert.Equal(["admitted"], Read(session => FindTimeline.Page(session, "p1", null, TimelinePlace.End, 0, AccessScope.System)).Entries.Select(entry => entry.Event));
    }

    [Fact]
    public async Task A_deleted_result_leaves_timeline_and_series()
    {
        await PutAsync("Observation", "o1", AResult(4, Noon));
        await record.DeleteAsync("Observation", "o1");

        Assert.Empty(Read(session => FindTimeline.Page(session, "p1", null, TimelinePlace.End, 0, AccessScope.System)).Entries);
        Assert.Empty(Read(session => FindResults.Latest(session, "p1", 5, AccessScope.System)));
    }

    [Fact]
    public async Task Units_never_meet_in_one_series_and_only_the_newest_values_are_read()
    {
        for (var i = 0; i < 6; i++)
            await PutAsync("Observation", $"o{i}", AResult(4 + (i / 10.0), Noon.AddDays(i)));
        await PutAsync("Observation", "mg", AResult(17, Noon.AddDays(9), unit: "mg/dL"));

        var series = Read(session => FindResults.Latest(session, "p1", 3, AccessScope.System));

        Assert.Equal([("mg/dL", 1), ("mmol/L", 3)], series.Select(one => (one.Newest.Unit, one.Values.Count)));
        Assert.Equal("4.5", series[1].Newest.Value);
        Assert.Equal(["mg/dL", "mmol/L"], Read(session => FindResults.One(session, "p1", "2823-3", AccessScope.System)).Select(one => one.Newest.Unit));
    }

    [Fact]
    public async Task A_correction_says_what_the_value_was_even_after_another_change()
    {
        await PutAsync("Observation", "o1", AResult(6.8, Noon, flag: "HH"));
        await PutAsync("Observation", "o1", AResult(4.1, Noon, status: "corrected"));
        await PutAsync("Observation", "o1", AResult(4.1, Noon, status: "corrected", name: "Potassium, serum"));

        var changes = Read(session => FindChanges.Since(session, "p1", Noon.AddDays(-3), AccessScope.System));

        var change = Assert.Single(changes.Entries);
        Assert.Equal(("corrected", "4.1 mmol/L", "6.8 mmol/L"), (change.Entry.Status, change.Entry.Value, change.Was));
    }

    [Fact]
    public async Task A_cancelled_value_stands_no_longer_but_is_shown()
    {
        await PutAsync("Observation", "o1", AResult(4.0, Noon.AddDays(-1)));
        await PutAsync("Observation", "o2", AResult(9.9, Noon));
        await PutAsync("Observation", "o2", AResult(9.9, Noon, status: "cancelled"));

        var series = Assert.Single(Read(session => FindResults.Latest(session, "p1", 5, AccessScope.System)));

        Assert.Equal(("cancelled", "4.0"), (series.Newest.Status, series.Latest!.Value));
        Assert.Equal(4.0, Assert.Single(series.Drawn).Number);
    }

    [Fact]
    public async Task Changes_are_what_was_recorded_since_with_usual_results_only_counted()
    {
        record.Clock.Set(Noon);
        await PutAsync("Observation", "old", AResult(6.9, Noon, flag: "HH"));
        record.Clock.Set(Noon.AddDays(5));
        await PutAsync("Observation", "usual", AResult(4.4, Noon.AddDays(5), code: "1", name: "One"));
        await PutAsync("Observation", "late", AResult(6.5, Noon.AddDays(-9), code: "2", name: "Two", flag: "H"));
        await PutAsync("Encounter", "e1", AStay("finished", Noon.AddDays(2), Noon.AddDays(4)));

        var changes = Read(session => FindChanges.Since(session, "p1", Noon.AddDays(1), AccessScope.System));

        Assert.Equal(["discharged", "result"], changes.Entries.Select(change => change.Entry.Event));
        Assert.Equal(("Two", 1), (changes.Entries[1].Entry.Title, changes.UsualResults));
    }

    [Fact]
    public async Task Rebuilt_rows_are_the_rows_that_were_there()
    {
        await PutAsync("Patient", "p1", APatient());
        await PutAsync("Observation", "o1", AResult(6.8, Noon));
        await PutAsync("Observation", "o1", AResult(4.1, Noon, status: "corrected"));
        await PutAsync("Encounter", "e1", AStay("finished", Noon.AddDays(-2), Noon));
        await PutAsync("Condition", "c1", ACondition("2008"));
        var before = All();

        foreach (var name in new[] { "patients-summary", "patients-timeline", "patients-results", "patients-facts" })
            await record.Store.RebuildAsync(name, Cancel);

        Assert.NotEmpty(before);
        Assert.Equal(before, All());
    }

    [Theory]
    [InlineData("tes", "a,c,b")]
    [InlineData("testp ana", "a,c")]
    [InlineData("jose", "b")]
    [InlineData("A-1", "a,c")]
    [InlineData("a-12", "c")]
    [InlineData("ana 1951-03-04", "a")]
    [InlineData("1951", "")]
    [InlineData("nobody", "")]
    public async Task People_are_found_by_the_beginnings_of_names_by_number_and_by_birth_date(string text, string ids)
    {
        await PutPeopleAsync();

        var page = Read(session => FindPeople.Page(session, PeopleQuery.Parse(text, null), null, 10, AccessScope.System));

        Assert.Equal(ids, string.Join(',', page.Ids));
    }

    [Fact]
    public async Task Pages_of_people_neither_skip_nor_repeat()
    {
        for (var i = 0; i < 53; i++)
            await PutAsync("Patient", $"p{i}", APatient("Testperson", i % 2 == 0 ? "Tessa" : "Ana", $"N{i}"));

        var seen = new List<string>();
        PeoplePlace? place = null;
        do
        {
            var page = Read(session => FindPeople.Page(session, PeopleQuery.Parse("tes", null), place, 10, AccessScope.System));
            seen.AddRange(page.Ids);
            place = page.Next;
        }
        while (place is not null);

        Assert.Equal((53, 53), (seen.Count, seen.Distinct().Count()));
    }

    [Fact]
    public async Task Everyone_is_listed_by_name_when_nothing_is_asked_for()
    {
        await PutPeopleAsync();

        Assert.Equal(["a", "c", "b"], Read(session => FindPeople.Page(session, PeopleQuery.Parse("", null), null, 10, AccessScope.System)).Ids);
    }

    [Fact]
    public async Task A_look_is_remembered_for_its_reader_alone()
    {
        var ana = AccessScope.System with { Actor = new Actor("Practitioner/ana", "Ana") };
        await PatientLooks.RememberAsync(record.Store, null, "p1", ana, Noon, Cancel);

        Assert.Equal(Noon, Read(session => PatientLooks.Find(session, "p1", ana))!.Last);
        Assert.Null(Read(session => PatientLooks.Find(session, "p1", AccessScope.System)));
        Assert.Equal(["p1"], Read(session => PatientLooks.Recent(session, ana, 5)));
    }

    private async Task PutPeopleAsync()
    {
        await PutAsync("Patient", "a", APatient("Testperson", "Ana", "A-1"));
        await PutAsync("Patient", "b", APatient("Testperson", "José", "B-2", "1960-01-01"));
        await PutAsync("Patient", "c", APatient("Testperson", "Anabel", "A-12", "1960-01-02"));
    }

    private Task PutAsync(string type, string id, string json) => record.PutAsync(type, id, json);

    private protected T Read<T>(Func<DbSession, T> read) => record.Database.Read(read);

    private List<string> All() => Read(session => session.Query($"SELECT {TimelineProjection.Columns} FROM patients_timeline ORDER BY patient, at, entry", row => TimelineProjection.Read(row).ToString())
        .Concat(session.Query($"SELECT {ResultProjection.Columns} FROM patients_results ORDER BY patient, code, unit, at, id", row => ResultProjection.Read(row).ToString()))
        .Concat(session.Query(PatientFactProjection.ReadNewest, row => PatientFactProjection.Read(row).ToString(), "p1", PatientFactProjection.Condition, 9))
        .Concat(session.Query("SELECT word, sort, id FROM patients_words ORDER BY word, sort, id", row => $"{row.Text(0)} {row.Text(1)} {row.Text(2)}"))
        .ToList());
}
