using System.Text.RegularExpressions;
using System.Xml.Linq;
using Tandem.Tests.Support;

namespace Tandem.Tests.Architecture;

/// <summary>Libraries with advisories do not get into a build, and the times to mend them are written down (OWASP ASVS 5.0, V15.1.1 and V15.2.1).</summary>
public sealed partial class ComponentTests
{
    [Fact]
    public void Advisories_of_any_severity_fail_a_restore()
    {
        var settings = XDocument.Load(Path.Combine(Repository.Root, "Directory.Build.props")).Descendants().Where(element => !element.HasElements).ToLookup(element => element.Name.LocalName, element => element.Value);

        Assert.Equal(["true"], settings["TreatWarningsAsErrors"]);
        Assert.Equal(("true", "all", "low"), (settings["NuGetAudit"].Single(), settings["NuGetAuditMode"].Single(), settings["NuGetAuditLevel"].Single()));
        Assert.Empty(Excused(settings.SelectMany(values => values)));
    }

    [Fact]
    public void No_project_excuses_an_advisory()
    {
        var files = Repository.Sources("*.csproj", "src", "tests", "bench", "tools").Append(Path.Combine(Repository.Root, "Directory.Packages.props")).Select(File.ReadAllText).ToList();

        Assert.True(files.Count > 8, "no projects were found");
        Assert.Empty(Excused(files));
    }

    [Fact]
    public void An_advisory_that_is_excused_is_found() => Assert.Equal(
        ["<NoWarn>NU1903</NoWarn>", "<NuGetAuditSuppress Include=\"x\" />", "<NuGetAudit>false</NuGetAudit>"],
        Excused(["<NoWarn>NU1903</NoWarn>", "<NuGetAuditSuppress Include=\"x\" />", "<NuGetAudit>false</NuGetAudit>", "<NoWarn>NU1900</NoWarn>"]));

    [Fact]
    public void Every_severity_has_a_time()
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, "docs/reference/security.md"));

        foreach (var time in new[] { "7 days when one is critical", "days when high", "90 days when medium or low", "at least every six months" })
            Assert.Contains(time, text, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Excused(IEnumerable<string> texts) => texts.Where(text => Excuse().IsMatch(text));

    [GeneratedRegex("NU190[1-4]|NuGetAuditSuppress|<NuGetAudit>false")]
    private static partial Regex Excuse();
}
