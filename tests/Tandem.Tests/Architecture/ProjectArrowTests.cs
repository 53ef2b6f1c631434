using System.Xml.Linq;
using Tandem.Tests.Support;

namespace Tandem.Tests.Architecture;

/// <summary>Arrows between projects point down only (docs/decisions/0001).</summary>
public sealed class ProjectArrowTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Tandem.Kernel"] = [],
        ["Tandem.Fhir"] = [],
        ["Tandem.Hl7v2"] = [],
        ["Tandem.Record"] = ["Tandem.Fhir", "Tandem.Kernel"],
        ["Tandem.Trust"] = ["Tandem.Record"],
        ["Tandem.Care"] = ["Tandem.Trust", "Tandem.Hl7v2"],
        ["Tandem.Portal"] = ["Tandem.Care"],
        ["Tandem.Insight"] = ["Tandem.Care"],
        ["Tandem.Hub"] = ["Tandem.Portal", "Tandem.Insight", "Tandem.Care"],
        ["Tandem.Trial"] = ["Tandem.Hub"],
    };

    [Fact]
    public void Projects_reference_only_what_lies_below_them()
    {
        var projects = Repository.Sources("*.csproj", "src")
            .Select(file => (Name: Path.GetFileNameWithoutExtension(file), References: References(XDocument.Load(file)))).ToList();

        Assert.True(projects.Count >= 5, "no projects were found");
        Assert.Empty(Offenders(projects));
    }

    [Fact]
    public void An_arrow_upwards_is_found() =>
        Assert.Equal(["Tandem.Fhir -> Tandem.Record"], Offenders([("Tandem.Fhir", ["Tandem.Record"]), ("Tandem.Trust", ["Tandem.Record"])]));

    [Fact]
    public void A_project_that_nobody_placed_is_found() =>
        Assert.Equal(["Tandem.Drawer has no place in the house"], Offenders([("Tandem.Drawer", [])]));

    private static IEnumerable<string> Offenders(IEnumerable<(string Name, IReadOnlyList<string> References)> projects) =>
        projects.SelectMany(project => Allowed.TryGetValue(project.Name, out var allowed)
            ? project.References.Except(allowed).Select(reference => $"{project.Name} -> {reference}")
            : [$"{project.Name} has no place in the house"]);

    private static IReadOnlyList<string> References(XDocument project) =>
        [.. project.Descendants("ProjectReference").Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')))];
}
