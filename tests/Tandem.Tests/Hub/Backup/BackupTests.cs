using Microsoft.Extensions.DependencyInjection;
using Tandem.Fhir.Json;
using Tandem.Hub.Backup;
using Tandem.Hub.Commands;
using Tandem.Hub.Hosting;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Sealing;
using Tandem.Record.Log;
using Tandem.Tests.Support;

namespace Tandem.Tests.Hub.Backup;

/// <summary>A backup taken while the hub serves can be restored, and shows when it was touched.</summary>
public sealed class BackupTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("tandem-backup-test-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Key => Path.Combine(folder, "backup.key");

    private string File1 => Path.Combine(folder, "one.tdb");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task What_was_backed_up_while_serving_is_there_after_a_restore(Engine engine)
    {
        Assert.SkipWhen(engine == Engine.Postgres && PostgresServer.Missing is not null, PostgresServer.Missing ?? "");
        var (data, postgres) = (Path.Combine(folder, "data"), engine == Engine.Postgres ? PostgresServer.NewDatabase() : "");
        await WithHubAsync(data, postgres, async record =>
        {
            await PutAsync(record, "one");
            Assert.Equal(0, await BackupCommand.WriteAsync(new HubSettings { Data = data, Postgres = postgres }, File1, Key));
            await PutAsync(record, "two"); // after the backup
        });

        var scratch = engine == Engine.Postgres ? PostgresServer.NewDatabase() : "";
        Assert.Equal(0, await BackupCommand.VerifyAsync(new HubSettings { Postgres = scratch }, File1, Key));

        var (restored, target) = (Path.Combine(folder, "restored"), engine == Engine.Postgres ? PostgresServer.NewDatabase() : "");
        Assert.Equal(0, await BackupCommand.RestoreAsync(new HubSettings { Data = restored, Postgres = target }, File1, Key));
        await WithHubAsync(restored, target, record =>
        {
            Assert.True(record.Read("Patient", "one", AccessScope.System).Refusal is null);
            Assert.False(record.Read("Patient", "two", AccessScope.System).Refusal is null);
            return Task.CompletedTask;
        });
        await Assert.ThrowsAsync<BackupException>(() => BackupCommand.RestoreAsync(new HubSettings { Data = restored, Postgres = target }, File1, Key));
    }

    [Fact]
    public void A_backup_that_was_changed_cut_or_opened_with_another_key_is_refused()
    {
        var source = Directory.CreateDirectory(Path.Combine(folder, "source")).FullName;
        File.WriteAllBytes(Path.Combine(source, "tandem.db"), [.. Enumerable.Range(0, 3_000_000).Select(i => (byte)(i * 2_654_435_761L >> 13))]);
        var secret = BackupKey.OpenOrMake(Key).Secret;
        BackupFile.Write(File1, source, "sqlite", DateTimeOffset.UnixEpoch, secret);
        Assert.Equal("tandem.db", Assert.Single(Unpack(File1, secret).Parts).Name);

        var whole = File.ReadAllBytes(File1);
        var dice = new Random(20_260);
        for (var trial = 0; trial < 40; trial++)
        {
            var bent = (byte[])whole.Clone();
            bent[dice.Next(whole.Length)] ^= (byte)(1 << dice.Next(8));
            var path = Path.Combine(folder, $"bent-{trial}.tdb");
            File.WriteAllBytes(path, trial % 4 == 0 ? whole[..dice.Next(whole.Length)] : bent);
            Assert.ThrowsAny<Exception>(() => Unpack(path, secret));
        }

        Assert.Throws<BackupException>(() => Unpack(File1, SealingKey.Parse(SealingKey.NewLine())));
        Assert.Throws<BackupException>(() => BackupKey.Open(Key + ".none"));
    }

    private BackupManifest Unpack(string path, SealingKey secret)
    {
        var target = Directory.CreateDirectory(Path.Combine(folder, Path.GetRandomFileName())).FullName;
        return BackupFile.Read(path, target, secret);
    }

    private static async Task PutAsync(RecordStore record, string id) => Assert.Null((await record.WriteAsync<bool>(
        AccessScope.System,
        session =>
        {
            session.Put("Patient", id, FhirJson.ParseStored("""{"resourceType":"Patient"}"""u8.ToArray()).Root);
            return true;
        },
        Cancel)).Refusal);

    private static async Task WithHubAsync(string data, string postgres, Func<RecordStore, Task> act)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Hub:Data"] = data, ["Hub:Content"] = Path.Combine(Repository.Root, "content"), ["Hub:Urls"] = "http://127.0.0.1:0", ["Hub:Mllp"] = "", ["Hub:Postgres"] = postgres,
        };
        Assert.True(HubHost.TryBuild(settings, out var hub));
        await using (hub)
            await act(hub.Services.GetRequiredService<RecordStore>());
    }
}
