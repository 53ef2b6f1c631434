using Tandem.Kernel;
using Tandem.Kernel.Data;
using Tandem.Trust.Audit;

namespace Tandem.Tests.Trust.Audit;

/// <summary>What a killed hub left in its journal comes into the tables, once, and what somebody did to it is told.</summary>
public sealed class AuditJournalTests
{
    private static readonly DateTimeOffset At = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task What_a_killed_hub_left_is_taken_over_once_and_in_order(Engine engine)
    {
        using var bench = new AuditBench(engine);
        await bench.KeepAsync("before");
        bench.Stop();
        Leave(bench, "one", "two");
        bench.Start();
        Assert.Equal(["before", "one", "two"], bench.Rows.Select(row => row.Event.Patient));

        bench.Restart();
        Assert.Equal(3, bench.Rows.Count);
        Assert.True(bench.Verdict.IsSound, string.Join("\n", bench.Verdict.Findings));
        Assert.Null(bench.Store.Problem);
    }

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public void What_the_tables_have_is_passed_over(Engine engine)
    {
        using var bench = new AuditBench(engine);
        bench.Stop();
        var id = Leave(bench, "one", "two", "three");
        using (var database = bench.Reopen())
        {
            using var session = database.OpenWriter();
            session.Write(AuditTables.Journals, [[id, 2]]);
        }

        bench.Start();
        Assert.Equal(["three"], bench.Rows.Select(row => row.Event.Patient));
        Assert.Null(bench.Store.Problem);
    }

    [Fact]
    public void An_entry_that_was_torn_at_the_end_was_never_answered_and_is_dropped()
    {
        using var bench = new AuditBench(Engine.Sqlite);
        bench.Stop();
        var id = Leave(bench, "one", "two");
        using (var file = new FileStream(FileOf(bench, id), FileMode.Open))
            file.SetLength(file.Length - 5);

        bench.Start();
        Assert.Equal(["one"], bench.Rows.Select(row => row.Event.Patient));
        Assert.Null(bench.Store.Problem);
    }

    [Fact]
    public void An_entry_that_somebody_changed_is_told_and_those_after_it_are_kept()
    {
        using var bench = new AuditBench(Engine.Sqlite);
        bench.Stop();
        var id = Leave(bench, "one", "two", "three");
        var bytes = File.ReadAllBytes(FileOf(bench, id));
        bytes[bytes.Length / 2]++;
        File.WriteAllBytes(FileOf(bench, id), bytes);

        bench.Start();
        Assert.Equal(["one", "three"], bench.Rows.Select(row => row.Event.Patient));
        Assert.Contains("lacks entries", bench.Store.Problem, StringComparison.Ordinal);
        Assert.Equal(bytes, File.ReadAllBytes(FileOf(bench, id) + LeftJournal.Aside));
    }

    [Fact]
    public void A_journal_that_this_key_does_not_seal_is_kept_and_told_until_somebody_takes_it_away()
    {
        using var bench = new AuditBench(Engine.Sqlite);
        bench.Stop();
        string id;
        using (var other = AuditKey.Open(Path.Combine(bench.Options.RootFolder, "other.pem"), mayMake: true))
            id = Leave(bench, other, "one", "two");
        var bytes = File.ReadAllBytes(FileOf(bench, id));

        bench.Start();
        bench.Restart();
        Assert.Empty(bench.Rows);
        Assert.Contains("another key", bench.Store.Problem, StringComparison.Ordinal);
        Assert.Equal(bytes, File.ReadAllBytes(FileOf(bench, id) + LeftJournal.Aside));
        Assert.Contains(RootKind.Gap, bench.Roots.Lines.Select(line => AuditRoot.Read(line, bench.Key)!.Kind));
        Assert.Equal("missing", Assert.Single(bench.Verdict.Findings).Kind);

        foreach (var aside in LeftJournal.AsideIn(bench.Options.JournalFolder))
            File.Delete(aside);
        bench.Restart();
        Assert.Null(bench.Store.Problem);
    }

    [Fact]
    public void A_journal_of_which_one_file_is_held_is_left_alone()
    {
        using var bench = new AuditBench(Engine.Sqlite);
        bench.Stop();
        var id = Leave(bench, "one");
        using (new FileStream(Path.Combine(bench.Options.JournalFolder, $"{id}.1.journal"), FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            bench.Start();
            Assert.Empty(bench.Rows);
        }

        bench.Restart();
        Assert.Equal(["one"], bench.Rows.Select(row => row.Event.Patient));
    }

    [Fact]
    public void Of_two_entries_with_one_number_the_first_is_taken_over_and_the_other_told()
    {
        using var bench = new AuditBench(Engine.Sqlite);
        bench.Stop();
        var id = Leave(bench, "one", "two");
        using (var again = new AuditJournal(Path.Combine(bench.Options.RootFolder, "again"), id, bench.Key))
        {
            again.Append([Draft("refused")], []);
        }

        File.AppendAllBytes(FileOf(bench, id), File.ReadAllBytes(Path.Combine(bench.Options.RootFolder, "again", $"{id}.0.journal")));
        bench.Start();
        Assert.Equal(["one", "two"], bench.Rows.Select(row => row.Event.Patient));
        Assert.NotNull(bench.Store.Problem);
    }

    [Fact]
    public void A_hub_cut_off_after_it_emptied_its_journal_leaves_nothing_to_take_over()
    {
        using var bench = new AuditBench(Engine.Sqlite);
        bench.Stop();
        using (var journal = new AuditJournal(bench.Options.JournalFolder, Ids.New(bench.Clock), bench.Key))
        {
            journal.Append([Draft("one")], []);
            journal.Empty();
        }

        bench.Start();
        Assert.Empty(bench.Rows);
        Assert.Null(bench.Store.Problem);
    }

    [Fact]
    public void Trying_whether_an_entry_can_be_written_leaves_nothing()
    {
        using var bench = new AuditBench(Engine.Sqlite);
        bench.Stop();
        using (var journal = new AuditJournal(bench.Options.JournalFolder, Ids.New(bench.Clock), bench.Key))
        {
            journal.Try();
            journal.Append([Draft("one")], []);
            var before = Directory.GetFiles(bench.Options.JournalFolder).Select(path => (path, new FileInfo(path).Length)).Order().ToList();
            journal.Try();
            Assert.Equal(before, Directory.GetFiles(bench.Options.JournalFolder).Select(path => (path, new FileInfo(path).Length)).Order());
            journal.Append([Draft("two")], []);
        }

        bench.Start();
        Assert.Equal(["one", "two"], bench.Rows.Select(row => row.Event.Patient));
        Assert.Null(bench.Store.Problem);
    }

    [Fact]
    public void The_journal_of_a_living_hub_is_left_alone()
    {
        using var bench = new AuditBench(Engine.Sqlite);
        using var living = new AuditJournal(bench.Options.JournalFolder, Ids.New(bench.Clock), bench.Key);
        living.Append([Draft("one")], []);
        bench.Restart();

        Assert.Empty(bench.Rows);
        Assert.True(File.Exists(FileOf(bench, living.Id)));
    }

    [Fact]
    public void Its_files_are_written_in_turn_and_stay_small()
    {
        using var bench = new AuditBench(Engine.Sqlite);
        var id = Ids.New(bench.Clock);
        var filled = 0L;
        using (var journal = new AuditJournal(bench.Options.JournalFolder, id, bench.Key))
        {
            for (var i = 0; i < 300; i++)
            {
                journal.Append([Draft($"p{i}", body: new byte[100_000])], []);
                if (i % 10 != 9)
                    continue;
                journal.Turn(filled);
                filled = journal.Last;
            }

            journal.Append([Draft("last")], []);
        }

        Assert.All(Directory.EnumerateFiles(bench.Options.JournalFolder, id + ".*"), path => Assert.True(new FileInfo(path).Length < 8_000_000));
        using var left = Assert.Single(LeftJournal.In(bench.Options.JournalFolder, bench.Key));
        Assert.Equal("last", Assert.Single(left.After(filled, out var isBroken)).Event.Patient);
        Assert.False(isBroken);
    }

    [Fact]
    public async Task A_hub_that_stopped_leaves_nothing()
    {
        using var bench = new AuditBench(Engine.Sqlite);
        await bench.KeepAsync("one");
        bench.Stop();
        Assert.Empty(Directory.EnumerateFiles(bench.Options.JournalFolder));
        bench.Start();
        Assert.Equal(0, bench.Store.Database.Read(session => session.First("SELECT COUNT(*) FROM audit_journals", row => row.Integer(0))));
    }

    /// <summary>What a hub leaves that was killed right after it answered.</summary>
    private static string Leave(AuditBench bench, params string[] patients) => Leave(bench, bench.Key, patients);

    private static string Leave(AuditBench bench, AuditKey key, params string[] patients)
    {
        using var journal = new AuditJournal(bench.Options.JournalFolder, Ids.New(bench.Clock), key);
        foreach (var patient in patients)
            journal.Append([Draft(patient)], []);
        return journal.Id;
    }

    private static string FileOf(AuditBench bench, string id) => Path.Combine(bench.Options.JournalFolder, $"{id}.0.journal");

    private static AuditDraft Draft(string patient, byte[]? body = null) =>
        new(At, 7, patient, "Practitioner/ana", "read", 0, AuditMarks.None, body ?? AuditRow.BodyOf(new AuditDetail { Name = "Ana Testperson", References = ["Patient/" + patient], Count = 1 }));
}
