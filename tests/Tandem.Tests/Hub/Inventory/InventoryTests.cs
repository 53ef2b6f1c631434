using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Tandem.Fhir.Json;
using Tandem.Hub.Commands;
using Tandem.Hub.Hosting;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Tests.Support;

namespace Tandem.Tests.Hub.Inventory;

public sealed class InventoryTests
{
    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task The_inventory_names_what_there_is_and_where_data_goes_and_no_secret(Engine engine)
    {
        Assert.SkipWhen(engine == Engine.Postgres && PostgresServer.Missing is not null, PostgresServer.Missing ?? "");
        var folder = Directory.CreateTempSubdirectory("tandem-inventory-").FullName;
        var settings = new Dictionary<string, string?>
        {
            ["Hub:Data"] = folder, ["Hub:Content"] = Path.Combine(Repository.Root, "content"), ["Hub:Urls"] = "http://127.0.0.1:8080", ["Hub:Mllp"] = "127.0.0.1:2575", ["Files:Clamd"] = "/run/clamd.sock",
            ["Hub:Postgres"] = engine == Engine.Postgres ? PostgresServer.NewDatabase() + ";Password=lakeview" : "", ["Bulk:ImportHosts:0"] = "files.example.org",
            ["Smart:Systems:0:Name"] = "Riverbend", ["Smart:Systems:0:Issuer"] = "https://ehr.example.org/lakeview",
        };
        Assert.True(HubHost.TryBuild(settings, out var hub));
        await using (hub)
        {
            var record = hub.Services.GetRequiredService<RecordStore>();
            await record.WriteAsync<bool>(
                AccessScope.System,
                session =>
                {
                    session.Put("Patient", "p", Json("""{"resourceType":"Patient","id":"p","name":[{"family":"Lakeview"}]}"""));
                    session.Put("Practitioner", "a", Json("""{"resourceType":"Practitioner","id":"a","name":[{"family":"Lakeview"}]}"""));
                    return true;
                },
                TestContext.Current.CancellationToken);

            var text = ListInventory.Write(hub.Services, DateTimeOffset.UnixEpoch);

            foreach (var row in new[]
            {
                "| program | Tandem |", "| table | log | 2 rows | health records |", "| listener | http://127.0.0.1:8080 | without TLS |", "| listener | mllp://127.0.0.1:2575 |",
                "| in | files.example.org | files of imports |", "| both | ehr.example.org |", "| out | /run/clamd.sock |", engine == Engine.Sqlite ? "| database | SQLite |" : "| database | PostgreSQL |",
            })
            {
                Assert.Contains(row, text);
            }

            foreach (var table in new[] { "audit_events", "audit_holds", "intake_spool", "migrations", "projections", "retention_runs", "search_tokens" })
                Assert.Contains($"| table | {table} |", text);
            Assert.DoesNotContain(text.Split('\n'), line => line.StartsWith("| table |", StringComparison.Ordinal) && line.EndsWith("|  |", StringComparison.Ordinal)); // TableContents names what each holds
            Assert.Contains(" | health records: files of exports and imports |", text);
            Assert.DoesNotContain("lakeview", text, StringComparison.OrdinalIgnoreCase);
            foreach (var key in Directory.EnumerateFiles(folder, "*.keys", SearchOption.AllDirectories).SelectMany(File.ReadLines))
                Assert.DoesNotContain(key, text);
            Assert.All(text.Split('\n').Where(line => line.StartsWith('|')), line => Assert.Equal(5, line.Replace("\\|", "", StringComparison.Ordinal).Count(c => c == '|')));
        }

        Directory.Delete(folder, recursive: true);
    }

    private static FhirNode Json(string json) => FhirJson.ParseStored(Encoding.UTF8.GetBytes(json)).Root;
}
