using Tandem.Kernel.Data;
using Tandem.Record.Deidentifying;
using Tandem.Tests.Support;

namespace Tandem.Tests.Trust.Access;

/// <summary>What patients refused for research is not in what goes out for it, nor are sensitive records that nobody permitted for it; everything else is.</summary>
public sealed class ResearchExportTests
{
    private const string University = "Organization/university";
    private const string Ethanol = ""","meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"ETH"}]}""";

    /// <summary>Patient, what they consented to, and which of their three conditions stay: a plain one (E11), a labelled one (J45), one that the rules label (F10.20).</summary>
    private static readonly (string Id, string? Provision, string Stays, string StaysForUniversity)[] Patients =
    [
        ("p0", null, "E11.0", "E11.0"),
        ("p1", """{"type":"deny","purpose":[{"code":"HRESCH"}]}""", "", ""),
        ("p2", """{"type":"deny"}""", "", ""),
        ("p3", """{"type":"deny","purpose":[{"code":"HPAYMT"}]}""", "E11.3", "E11.3"),
        ("p4", """{"type":"permit","purpose":[{"code":"HRESCH"}],"securityLabel":[{"code":"ETH"}]}""", "E11.4,F10.20,J45.4", "E11.4,F10.20,J45.4"),
        ("p5", """{"type":"permit","purpose":[{"code":"TREAT"}],"securityLabel":[{"code":"ETH"}]}""", "E11.5", "E11.5"),
        ("p6", """{"type":"permit","purpose":[{"code":"HRESCH"}],"securityLabel":[{"code":"ETH"}],"actor":[{"reference":{"reference":"Organization/university"}}]}""", "E11.6", "E11.6,F10.20,J45.6"),
        ("p7", """{"type":"deny","purpose":[{"code":"HRESCH"}],"class":[{"system":"http://hl7.org/fhir/resource-types","code":"Condition"}]}""", "", ""),
        ("p8", """{"type":"deny","purpose":[{"code":"HRESCH"}],"actor":[{"reference":{"reference":"Organization/university"}}]}""", "E11.8", ""),
    ];

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task Consents_and_labels_are_kept_to(Engine engine)
    {
        Assert.SkipWhen(engine == Engine.Postgres && PostgresServer.Missing is not null, PostgresServer.Missing ?? "");
        using var region = await new AccessFixture(engine).StartAsync();
        foreach (var (id, provision, _, _) in Patients)
        {
            await region.PutAsync($$"""{"resourceType":"Patient","id":"{{id}}","birthDate":"19{{Number(id) + 50}}-01-01"}""");
            await region.ConditionAsync($"plain-{id}", id, $"E11.{Number(id)}");
            await region.ConditionAsync($"byhand-{id}", id, $"J45.{Number(id)}", Ethanol);
            await region.ConditionAsync($"byrule-{id}", id, "F10.20");
            await region.PutAsync($$$"""{"resourceType":"Procedure","id":"about-{{{id}}}","status":"completed","subject":{"reference":"Patient/{{{id}}}"},"reasonReference":[{"reference":"Condition/byhand-{{{id}}}"}],"code":{"coding":[{"system":"http://snomed.info/sct","code":"7{{{Number(id)}}}"}]}}""");
            if (provision is not null)
                await region.ConsentAsync($"k-{id}", id, provision);
        }

        var folder = Directory.CreateTempSubdirectory("tandem-research-").FullName;
        try
        {
            foreach (var (recipients, stays) in new (string[], Func<int, string>)[] { ([], number => Patients[number].Stays), ([University], number => Patients[number].StaysForUniversity) })
            {
                var into = Path.Combine(folder, $"for{recipients.Length}");
                var files = new DeidentifiedExport(region.Store, region.Site, region.Clock).Run(into, recipients, TestContext.Current.CancellationToken);
                var wanted = Patients.Select((_, number) => stays(number)).SelectMany(codes => codes.Split(',', StringSplitOptions.RemoveEmptyEntries)).Order(StringComparer.Ordinal);
                Assert.Equal(wanted, Codes(into, "Condition").Order(StringComparer.Ordinal));
                // what points to a labelled record goes with it
                Assert.Equal(Patients.Where((_, number) => stays(number).Contains("J45", StringComparison.Ordinal)).Select(one => $"7{Number(one.Id)}"), Codes(into, "Procedure").Order(StringComparer.Ordinal));
                // of who refused everything not even that they are there stays; who refused a part is there
                var refused = recipients.Length == 0 ? new[] { "p1", "p2" } : ["p1", "p2", "p8"];
                Assert.Equal(
                    Patients.Where(one => !refused.Contains(one.Id)).Select(one => $"19{Number(one.Id) + 50}"),
                    Lines(into, "Patient").Select(line => RecordFixture.Json(line)["birthDate"u8].Text!).Order(StringComparer.Ordinal));
                Assert.Equal((Patients.Length * 5) - files.Counts.Sum(one => one.Count), files.LeftOut);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static int Number(string id) => id[1] - '0';

    private static string[] Lines(string folder, string type) => File.Exists(Path.Combine(folder, type + ".ndjson")) ? File.ReadAllLines(Path.Combine(folder, type + ".ndjson")) : [];

    private static IEnumerable<string> Codes(string folder, string type) => Lines(folder, type).Select(line => RecordFixture.Json(line)["code"u8]["coding"u8].First["code"u8].Text!);
}
