using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Text;
using Tandem.Fhir.Json;
using Tandem.Kernel.Data;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Rest;

public sealed class SqliteSyntheaTests() : SyntheaBehaviour(Engine.Sqlite);

public sealed class PostgresSyntheaTests() : SyntheaBehaviour(Engine.Postgres);

/// <summary>Whole patients as others write them: each file is one transaction of hundreds to thousands of entries.</summary>
public abstract class SyntheaBehaviour(Engine engine)
{
    private const int Patients = 8;

    [Fact]
    public async Task Bundles_go_in_at_once_and_everything_is_found()
    {
        Assert.SkipWhen(SharedFhirData.Missing is not null, SharedFhirData.Missing ?? "");
        await using var server = new FhirServer(engine);
        var expected = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var text in SharedFhirData.Bundles(Patients))
        {
            var answer = await server.PostAsync("", text);
            Assert.True(answer.Status == HttpStatusCode.OK, answer.Text[..Math.Min(2000, answer.Text.Length)]);
            foreach (var entry in FhirJson.ParseStored(Encoding.UTF8.GetBytes(text)).Root["entry"u8].Items)
            {
                var type = entry["resource"u8]["resourceType"u8].Text!;
                expected[type] = expected.GetValueOrDefault(type) + 1;
            }
        }

        Assert.True(expected["Observation"] > 500);
        foreach (var (type, count) in expected)
            Assert.Equal((type, $"{count}"), (type, (await server.GetAsync($"{type}?_summary=count")).Json["total"u8].Text));
        await EveryPatientHasItsOwn(server, expected);
    }

    private static async Task EveryPatientHasItsOwn(FhirServer server, Dictionary<string, int> expected)
    {
        var observations = 0;
        foreach (var patient in (await server.GetAsync("Patient?_count=1000")).Ids.Split(','))
        {
            observations += int.Parse((await server.GetAsync($"Observation?patient={patient}&_summary=count")).Json["total"u8].Text!, CultureInfo.InvariantCulture);
            var dated = await server.GetAsync($"Observation?patient={patient}&code=http://loinc.org|8302-2&date=ge1900&_sort=-date&_count=1");
            Assert.True(dated.Status == HttpStatusCode.OK, dated.Text);
        }

        Assert.Equal(expected["Observation"], observations);
    }
}

/// <summary>The Synthea patients that lie beside the repository, when they do.</summary>
internal static class SharedFhirData
{
    private static readonly string Folder = Environment.GetEnvironmentVariable("TANDEM_DATA") ?? FromAbove();

    internal static string? Missing => File.Exists(Zip) ? null : $"There is no {Zip} (set TANDEM_DATA to the folder of shared data).";

    private static string Zip => Path.Combine(Folder, "fhir", "synthea-100-bundles.zip");

    /// <summary>The bundles of hospitals and practitioners, then some patients'.</summary>
    internal static IEnumerable<string> Bundles(int patients)
    {
        using var zip = ZipFile.OpenRead(Zip);
        var files = zip.Entries.Where(entry => entry.Name.EndsWith(".json", StringComparison.Ordinal)).ToList();
        bool IsShared(ZipArchiveEntry entry) => entry.Name.StartsWith("hospital", StringComparison.OrdinalIgnoreCase) || entry.Name.StartsWith("practitioner", StringComparison.OrdinalIgnoreCase);
        foreach (var entry in files.Where(IsShared).Concat(files.Where(entry => !IsShared(entry)).OrderBy(entry => entry.Name, StringComparer.Ordinal).Take(patients)))
        {
            using var reader = new StreamReader(entry.Open());
            yield return reader.ReadToEnd();
        }
    }

    private static string FromAbove()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (Directory.Exists(Path.Combine(folder.FullName, "shared", "data")))
                return Path.Combine(folder.FullName, "shared", "data");
        }

        return Path.Combine(AppContext.BaseDirectory, "data");
    }
}
