using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Json;
using Tandem.Tests.Support;

namespace Tandem.Tests.Fhir.FhirPath;

/// <summary>
/// 10,000 random expressions beside HL7's own engine (npm fhirpath). TANDEM_FHIRPATH_CASES sets how many; TANDEM_FHIRPATH_SEED another stream of them.
/// </summary>
public sealed partial class SecondOpinionTests
{
    [Fact]
    public void Random_expressions_give_what_another_engine_gives_but_for_what_is_explained()
    {
        NodePeer.Need("fhirpath");
        var count = Setting("TANDEM_FHIRPATH_CASES", 10_000);
        var resources = Resources();
        var random = new Random(Setting("TANDEM_FHIRPATH_SEED", 20261122));
        var cases = Enumerable.Range(0, count).Select(number => (Resource: number % resources.Count, Expression: new RandomExpressions(resources[number % resources.Count], random).Next())).ToList();

        var theirs = Theirs(resources, cases);
        var differences = new List<string>();
        var (agreed, errors) = (0, 0);
        for (var number = 0; number < cases.Count; number++)
        {
            var (resource, expression) = cases[number];
            var ours = Ours(resources[resource], expression);
            errors += ours is [{ } first] && first.StartsWith("error", StringComparison.Ordinal) ? 1 : 0;
            if (Same(ours, theirs[number]))
                agreed++;
            else if (SecondOpinionExceptions.Reason(expression, ours, theirs[number]) is null)
                differences.Add($"{resources[resource]["resourceType"u8].Text}: {expression}\n    ours   [{string.Join(", ", ours)}]\n    theirs [{string.Join(", ", theirs[number])}]");
        }

        Assert.True(agreed > count * 0.9, $"only {agreed} of {count} agree");
        Assert.True(errors < count / 4, $"{errors} of {count} expressions have no answer");
        Assert.True(differences.Count == 0, $"{differences.Count} of {count} differ:\n{string.Join('\n', differences.Take(60))}");
    }

    private static int Setting(string name, int other) => int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var set) ? set : other;

    private static List<FhirNode> Resources()
    {
        List<FhirNode> all = [Samples.Patient, Samples.Observation];
        if (OfficialSuite.Folder is { } folder)
        {
            all.AddRange(Directory.EnumerateFiles(Path.Combine(folder, "input"), "*.json").Order(StringComparer.Ordinal)
                .Where(file => new FileInfo(file).Length < 60_000).Select(file => FhirJson.ParseStored(File.ReadAllBytes(file)).Root));
        }

        return all;
    }

    private static List<string> Ours(FhirNode resource, string expression)
    {
        if (FhirPathExpression.Compile(expression, out var fault) is not { } compiled)
            return [$"error {fault}"];
        return compiled.TryEvaluate(new FhirPathContext(resource) { Now = Samples.Now }, out var values, out fault)
            ? [.. values.Select(Shown)]
            : [$"error {fault}"];
    }

    private static string Shown(FhirValue value)
    {
        if (value.Kind == FhirValueKind.Node && !value.Node.Exists)
            return "null";
        if (value.Node.IsObject)
            return $"object {value.Node.Properties.Count}";
        var plain = value.ToSystem();
        return plain.Boolean is { } flag ? $"boolean {(flag ? "true" : "false")}"
            : plain.Number is { } number ? $"number {number.ToString(CultureInfo.InvariantCulture)}"
            : $"string {value.Text}";
    }

    private static bool Same(List<string> ours, List<string> theirs) => ours.Count == theirs.Count && ours.Zip(theirs).All(pair => SameItem(pair.First, pair.Second));

    private static bool SameItem(string ours, string theirs)
    {
        if (ours == theirs)
            return true;
        if (ours.StartsWith("error", StringComparison.Ordinal) && theirs.StartsWith("error", StringComparison.Ordinal))
            return true;
        return SameNumber(ours, theirs) || SameMoment(ours, theirs) || Rounded(ours) == Rounded(theirs);
    }

    private static bool SameNumber(string ours, string theirs) =>
        ours.StartsWith("number ", StringComparison.Ordinal) && theirs.StartsWith("number ", StringComparison.Ordinal)
        && double.TryParse(ours[7..], CultureInfo.InvariantCulture, out var a) && double.TryParse(theirs[7..], CultureInfo.InvariantCulture, out var b)
        && Math.Abs(a - b) <= 1e-7 * Math.Max(1, Math.Abs(a));

    /// <summary>The other engine writes the result of date arithmetic in UTC; here it keeps the offset that was given.</summary>
    private static bool SameMoment(string ours, string theirs) =>
        ours.Contains('T', StringComparison.Ordinal) && ours.Length > 20 && theirs.Length > 20
        && DateTimeOffset.TryParse(ours[7..], CultureInfo.InvariantCulture, out var a) && DateTimeOffset.TryParse(theirs[7..], CultureInfo.InvariantCulture, out var b) && a == b;

    /// <summary>JavaScript has doubles of 17 digits and no zeros at the end; here are 28 digits, and zeros are kept.</summary>
    private static string Rounded(string text) => Decimals().Replace(text, match =>
        Math.Round(decimal.Parse(match.Value, CultureInfo.InvariantCulture), 9).ToString("0.#########", CultureInfo.InvariantCulture));

    [GeneratedRegex(@"\d+\.\d+")]
    private static partial Regex Decimals();

    private static List<List<string>> Theirs(List<FhirNode> resources, List<(int Resource, string Expression)> cases)
    {
        var file = Path.GetTempFileName();
        try
        {
            var json = new StringBuilder("{\"resources\":[").AppendJoin(',', resources.Select(resource => Encoding.UTF8.GetString(resource.Raw))).Append("],\"cases\":")
                .Append(JsonSerializer.Serialize(cases.Select(one => new object[] { one.Resource, one.Expression }))).Append('}');
            File.WriteAllText(file, json.ToString());
            var (code, output, error) = NodePeer.Run("node", [Path.Combine(NodePeer.Folder, "fhirpath.cjs"), file], TimeSpan.FromMinutes(5));
            Assert.True(code == 0, error + output);
            var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            Assert.Equal(cases.Count, lines.Length);
            return [.. lines.Select(line => JsonSerializer.Deserialize<List<string>>(line)!)];
        }
        finally
        {
            File.Delete(file);
        }
    }
}
