using System.Security.Cryptography;
using Tandem.Kernel.Data;
using Tandem.Trust.Audit;

namespace Tandem.Tests.Trust.Audit;

/// <summary>Somebody who may write to the database, and lacks the key, leaves traces.</summary>
public sealed class TamperTests
{
    private const int Events = 120;

    private const string OneListed =
        "patient = (SELECT patient FROM audit_patients WHERE seq >= $1 % 20 ORDER BY seq, patient LIMIT 1) AND seq = (SELECT seq FROM audit_patients WHERE seq >= $1 % 20 ORDER BY seq, patient LIMIT 1)";

    /// <summary>What is done to the store: a name, the statement with two event numbers, and what it must be called.</summary>
    private static readonly (string Name, string Sql, string Kind)[] Deeds =
    [
        ("another time", "UPDATE audit_events SET at = at + 1 WHERE seq = $1 AND $2 = $2", "changed"),
        ("another actor", "UPDATE audit_events SET actor = 'Practitioner/else' WHERE seq = $1 AND $2 = $2", "changed"),
        ("another patient", "UPDATE audit_events SET patient = 'else' WHERE seq = $1 AND $2 = $2", "changed"),
        ("no patient", "UPDATE audit_events SET patient = CASE WHEN patient IS NULL THEN 'else' END WHERE seq = $1 AND $2 = $2", "changed"),
        ("another interaction", "UPDATE audit_events SET interaction = 'vread' WHERE seq = $1 AND $2 = $2", "changed"),
        ("another outcome", "UPDATE audit_events SET outcome = 4 WHERE seq = $1 AND $2 = $2", "changed"),
        ("other marks", "UPDATE audit_events SET marks = marks + 1 WHERE seq = $1 AND $2 = $2", "changed"),
        ("another seal", "UPDATE audit_events SET hash = (SELECT hash FROM audit_events WHERE seq = $2) WHERE seq = $1", "changed"),
        ("another body", "UPDATE audit_events SET body = (SELECT hash FROM audit_events WHERE seq = $2) WHERE seq = $1", "changed"),
        ("another lane", "UPDATE audit_events SET lane = (lane + 1) % 256 WHERE seq = $1 AND $2 = $2", ""),
        ("another place", "UPDATE audit_events SET place = place + 1 WHERE seq = $1 AND $2 = $2", ""),
        ("removed", "DELETE FROM audit_events WHERE seq = $1 AND $2 = $2", "missing"),
        ("several removed", "DELETE FROM audit_events WHERE seq >= $1 AND seq < $1 + 3 AND $2 = $2", "missing"),
        ("the end cut off", "DELETE FROM audit_events WHERE seq >= $1 AND $2 = $2", "missing"),
        (
            "added at the end",
            "INSERT INTO audit_events SELECT 121, place + 1, at, lane, patient, actor, interaction, outcome, marks, body, hash FROM audit_events WHERE seq = $1 AND $2 = $2",
            "added"),
        (
            "two exchanged",
            "UPDATE audit_events SET seq = CASE seq WHEN -$1 THEN $2 ELSE $1 END WHERE seq = -$1 OR seq = -$2",
            ""),
        ("a patient not listed", $"DELETE FROM audit_patients WHERE {OneListed} AND $2 = $2", "missing"),
        ("a patient listed for another event", $"UPDATE audit_patients SET seq = seq + 1 WHERE {OneListed} AND $2 = $2", "added"),
        ("another patient listed", $"UPDATE audit_patients SET patient = 'else' WHERE {OneListed} AND $2 = $2", "missing"),
        ("a patient listed too much", "INSERT INTO audit_patients SELECT 'else', seq FROM audit_events WHERE seq = $1 AND $2 = $2", "added"),
        ("a lane's end moved", "UPDATE audit_heads SET place = place - 1 WHERE lane = (SELECT lane FROM audit_events WHERE seq = $1) AND $2 = $2", "changed"),
    ];

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task A_thousand_changes_to_the_store_are_all_found(Engine engine)
    {
        using var bench = new AuditBench(engine);
        for (var i = 0; i < Events / 4; i++)
            await bench.KeepAsync($"p{i % 7}", $"p{i % 11 + 20}", $"q{i % 3}", null);
        for (var i = bench.Kept.Count; i < Events; i++)
            await bench.KeepAsync($"r{i}");
        Assert.Equal(Events, bench.Kept.Count);
        Assert.Null((await bench.Store.SignAsync(RootKind.Asked)).Refusal);
        Assert.True(bench.Verdict.IsSound, string.Join("\n", bench.Verdict.Findings));

        var dice = new Random(20_260);
        using var session = bench.Store.Database.OpenWriter();
        var missed = new List<string>();
        for (var trial = 0; trial < 1_000; trial++)
        {
            var (name, sql, kind) = Deeds[trial % Deeds.Length];
            long one = dice.Next(1, Events - 3);
            var other = one + 1 + dice.Next(0, Events - (int)one - 1);
            session.Begin();
            if (name == "two exchanged")
                session.Execute("UPDATE audit_events SET seq = -seq WHERE seq = $1 OR seq = $2", one, other);
            Assert.True(session.Execute(sql, one, other) > 0, name);
            using (var verification = new AuditVerification(session, bench.Roots, bench.Key))
            {
                var verdict = verification.Run();
                if (verdict.IsSound || (kind.Length > 0 && !verdict.Findings.Any(finding => finding.Kind == kind)))
                    missed.Add($"{trial}: {name} at {one}, {other}: {string.Join("; ", verdict.Findings.Select(finding => finding.Text))}");
            }

            session.Rollback();
        }

        Assert.Empty(missed);
        Assert.True(bench.Verdict.IsSound);
    }

    [Fact]
    public async Task One_change_is_told_once_and_by_its_number()
    {
        using var bench = new AuditBench(Engine.Sqlite);
        for (var i = 0; i < 20; i++)
            await bench.KeepAsync("one");
        await bench.Store.SignAsync(RootKind.Asked);
        using (var session = bench.Store.Database.OpenWriter())
            session.Execute("UPDATE audit_events SET actor = 'Practitioner/else' WHERE seq = 7");

        Assert.Equal([7], bench.Verdict.Findings.Select(finding => finding.Seq));
        Assert.Equal("Event 7 was changed: its seal does not fit.", bench.Verdict.Findings[0].Text);
    }

    [Fact]
    public async Task An_exchange_is_told_as_a_move()
    {
        using var bench = new AuditBench(Engine.Sqlite);
        for (var i = 0; i < 20; i++)
            await bench.KeepAsync($"p{i}");
        await bench.Store.SignAsync(RootKind.Asked);
        using (var session = bench.Store.Database.OpenWriter())
        {
            session.Execute("UPDATE audit_events SET seq = -1 WHERE seq = 4");
            session.Execute("UPDATE audit_events SET seq = 4 WHERE seq = 9");
            session.Execute("UPDATE audit_events SET seq = 9 WHERE seq = -1");
        }

        Assert.Equal(["Event 4 was moved: it stood at 9.", "Event 9 was moved: it stood at 4."], bench.Verdict.Findings.Select(finding => finding.Text));
    }

    [Fact]
    public async Task The_second_place_shows_what_the_database_hides()
    {
        using var bench = new AuditBench(Engine.Sqlite);
        await bench.KeepAsync("one");
        await bench.KeepAsync("two");
        await bench.Store.SignAsync(RootKind.Asked);
        await bench.KeepAsync("three");
        await bench.Store.SignAsync(RootKind.Asked);
        using (var session = bench.Store.Database.OpenWriter())
        {
            session.Execute("DELETE FROM audit_events WHERE seq = 3");
            session.Execute("DELETE FROM audit_roots WHERE number = 2");
            session.Execute("DELETE FROM audit_heads WHERE seq = 3");
        }

        var found = bench.Verdict.Findings.Select(finding => finding.Text).ToList();
        Assert.Contains(found, text => text.StartsWith("Root 2, signed", StringComparison.Ordinal) && text.EndsWith("is in the second place and not in the database.", StringComparison.Ordinal));
        Assert.Contains(found, text => text.StartsWith("Events 3 to 3 are missing at the end", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_root_that_was_changed_in_either_place_is_found()
    {
        using var bench = new AuditBench(Engine.Sqlite);
        await bench.KeepAsync("one");
        await bench.Store.SignAsync(RootKind.Asked);
        var line = await File.ReadAllTextAsync(bench.RootFile, TestContext.Current.CancellationToken);

        await File.WriteAllTextAsync(bench.RootFile, line.Replace("Asked", "Asket", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        Assert.Contains(bench.Verdict.Findings, finding => finding.Text.StartsWith("A root in the second place was changed", StringComparison.Ordinal));

        await File.WriteAllTextAsync(bench.RootFile, "", TestContext.Current.CancellationToken);
        Assert.Contains(bench.Verdict.Findings, finding => finding.Text.EndsWith("is in the database and not in the second place.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_its_key_nothing_fits()
    {
        using var bench = new AuditBench(Engine.Sqlite);
        await bench.KeepAsync("one");
        var path = Path.Combine(Path.GetDirectoryName(bench.RootFile)!, "other.pem");
        using var other = AuditKey.Open(path, mayMake: true);

        Assert.False(AuditStore.Verify(bench.Store.Database, bench.Roots, other).IsSound);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Throws<InvalidOperationException>(() => AuditKey.Open(path + ".none", mayMake: false));

        using var small = ECDsa.Create(ECCurve.CreateFromFriendlyName("secp224r1"));
        File.WriteAllText(path + ".small", small.ExportPkcs8PrivateKeyPem());
        Assert.Contains("224 bits", Assert.Throws<InvalidOperationException>(() => AuditKey.Open(path + ".small", mayMake: false)).InnerException!.Message, StringComparison.Ordinal);
    }
}
