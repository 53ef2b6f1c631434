using System.Xml.Linq;
using Tandem.Fhir.FhirPath;
using Tandem.Fhir.FhirPath.Model;
using Tandem.Fhir.Json;

namespace Tandem.Tests.Fhir.FhirPath;

/// <summary>HL7's own FHIRPath cases for R4, read from the data folder beside the repository (not part of it).</summary>
internal static class OfficialSuite
{
    internal sealed record Case(string Name, string Input, string Expression, string? Invalid, bool Predicate, IReadOnlyList<(string? Type, string Text)> Expected)
    {
        internal bool MustFail => Invalid is not null;
    }

    internal static string? Folder { get; } = FindFolder();

    internal static IReadOnlyList<Case> Read()
    {
        var cases = XDocument.Load(Path.Combine(Folder!, "tests-fhir-r4.xml")).Descendants("test").Select(ReadCase).ToArray();
        var repeated = cases.GroupBy(c => c.Name).Where(group => group.Count() > 1).Select(group => group.Key).ToHashSet();
        var seen = new Dictionary<string, int>();
        return [.. cases.Select(c => repeated.Contains(c.Name) ? c with { Name = $"{c.Name}#{seen[c.Name] = seen.GetValueOrDefault(c.Name) + 1}" } : c)];
    }

    /// <summary>Null when the case passes, otherwise what was found instead.</summary>
    internal static string? Run(Case test)
    {
        var expression = FhirPathExpression.Compile(test.Expression, out var fault);
        if (expression is null)
            return test.MustFail ? null : $"does not compile: {fault}";
        var context = new FhirPathContext(test.Input.Length == 0 ? default : Resource(test.Input))
        {
            Now = new DateTimeOffset(2026, 11, 22, 10, 0, 0, TimeSpan.FromHours(1)),
            Strict = test.Invalid != "execution", // what is wrong whoever asks fails without it too
            SingleAs = true,
        };
        if (!expression.TryEvaluate(context, out var values, out fault))
            return test.MustFail ? null : $"fails: {fault}";
        var found = string.Join(", ", values.Select(value => $"{value.TypeName} {value.Text}".Trim()));
        if (test.MustFail)
            return $"must fail but gives [{found}]";
        if (test.Predicate)
            values = [FhirValue.Of(values.Count > 0)];
        var same = values.Count == test.Expected.Count && values.Zip(test.Expected).All(pair => Matches(pair.First, pair.Second.Type, pair.Second.Text));
        return same ? null : $"gives [{found}] instead of [{string.Join(", ", test.Expected.Select(e => $"{e.Type} {e.Text}"))}]";
    }

    private static bool Matches(FhirValue value, string? type, string expected)
    {
        if (type is not null && !string.Equals(value.TypeName, type, StringComparison.OrdinalIgnoreCase))
            return false;
        if (expected.StartsWith('@'))
            return value.Date is not null && value.Text == expected[1..].TrimStart('T');
        if (value.Quantity is { } quantity && type == "Quantity")
            return Conversion.ToQuantity(FhirValue.Of(expected)) == quantity;
        return value.Text == expected;
    }

    private static Case ReadCase(XElement test)
    {
        var expression = test.Element("expression")!;
        var outputs = test.Elements("output").Select(output => ((string?)output.Attribute("type"), output.Value)).ToArray();
        return new(
            (string)test.Attribute("name")!,
            (string?)test.Attribute("inputfile") ?? "",
            expression.Value,
            (string?)expression.Attribute("invalid"),
            (bool?)test.Attribute("predicate") == true,
            outputs);
    }

    private static FhirNode Resource(string file)
    {
        var bytes = File.ReadAllBytes(Path.Combine(Folder!, "input", Path.ChangeExtension(file, ".json")));
        var json = FhirJson.Parse(bytes, JsonLimits.Resource, out var fault);
        return json?.Root ?? throw new InvalidDataException($"{file}: {fault}");
    }

    private static string? FindFolder()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            var folder = Path.Combine(at.FullName, "shared", "data", "fhirpath");
            if (File.Exists(Path.Combine(folder, "tests-fhir-r4.xml")))
                return folder;
        }

        return null;
    }
}
