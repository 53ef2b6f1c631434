using System.Text.RegularExpressions;
using Tandem.Tests.Support;

namespace Tandem.Tests.Architecture;

/// <summary>Every page is opened in a browser by a test in which axe looks at it in every theme, language and width.</summary>
public sealed partial class WalkedPagesTests
{
    /// <summary>Route, and the class below tests/Tandem.EndToEnd that lets axe look at it in every way.</summary>
    private static readonly IReadOnlyDictionary<string, string> Walked = new Dictionary<string, string>
    {
        ["/feeds"] = "FeedsPagesTests", ["/feeds/messages/{Id}"] = "FeedsPagesTests", ["/feeds/quarantine"] = "FeedsPagesTests", ["/feeds/quarantine/{Id}"] = "FeedsPagesTests",
        ["/feeds/sources/{Id}"] = "FeedsPagesTests", ["/loops/{Id}"] = "WorklistLookTests", ["/worklist"] = "WorklistLookTests", ["/patients"] = "PatientPagesTests",
        ["/patients/{Id}"] = "PatientPagesTests", ["/patients/{Id}/results/{Code}"] = "PatientPagesTests", ["/my-record"] = "TrustPagesTests", ["/api"] = "FeedsPagesTests",
        ["/error/{Status:int}"] = "FrameTests", ["/set-up/{Token}"] = "PasskeyJourneyTests", ["/parts"] = "PartsTests", ["/access/patients/{Id}"] = "TrustPagesTests", ["/access/patients/{Id}/accounts"] = "TrustPagesTests",
        ["/access/emergencies"] = "TrustPagesTests", ["/access/try"] = "TrustPagesTests", ["/audit"] = "TrustPagesTests", ["/audit/retention"] = "TrustPagesTests", ["/audit/studies"] = "TrustPagesTests", ["/patients/{Id}/seen"] = "TrustPagesTests", ["/patients/{Id}/disclosures"] = "TrustPagesTests", ["/patients/{Id}/amendments"] = "TrustPagesTests", ["/patients/{Id}/amendments/notices/{List}/{Number:int}"] = "TrustPagesTests",
        ["/sign-in/{Token}"] = "TrustPagesTests", ["/connected-apps"] = "TrustPagesTests", ["/organizations"] = "PeoplePagesTests", ["/organizations/{Id}"] = "PeoplePagesTests",
        ["/people"] = "PeoplePagesTests", ["/people/{Id}"] = "PeoplePagesTests", ["/people/import"] = "PeoplePagesTests", ["/teams"] = "PeoplePagesTests", ["/teams/{Id}"] = "PeoplePagesTests",
        ["/sign-in"] = "PeoplePagesTests", ["/account"] = "PasskeyJourneyTests", ["/account/password"] = "PasskeyJourneyTests", ["/account/recovery"] = "PasskeyJourneyTests",
        ["/account/confirm"] = "PasskeyJourneyTests", ["/sign-in/means"] = "PasskeyJourneyTests", ["/sign-in/means/password"] = "PasskeyJourneyTests", ["/sign-in/code"] = "PasswordPagesTests", ["/apps"] = "SmartLaunchTests",
        ["/apps/{Id}"] = "SmartLaunchTests", ["/apps/register"] = "SmartLaunchTests", ["/oauth/consent"] = "SmartLaunchTests",
    };

    [Fact]
    public void Every_page_is_looked_at_by_axe()
    {
        var routes = Repository.Sources("*.razor", "src").SelectMany(file => Route().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value)).ToList();

        Assert.True(routes.Count > 30, "no pages were found");
        Assert.Empty(Unwalked([.. routes, .. Walked.Keys], routes));
        Assert.Equal(["/new", "/gone"], Unwalked(["/worklist", "/new", "/gone"], ["/worklist", "/new"]));
    }

    [Fact]
    public void Every_class_that_is_named_lets_axe_look()
    {
        foreach (var (route, name) in Walked)
        {
            var file = Assert.Single(Repository.Sources(name + ".cs", Path.Combine("tests", "Tandem.EndToEnd")));
            Assert.True(File.ReadAllText(file).Contains("ReadsWellInEveryLookAsync", StringComparison.Ordinal), $"{route}: {name} does not ask axe in every theme, language and width");
        }
    }

    /// <summary>Routes that are not walked, and listed ones that are no page any more.</summary>
    private static IEnumerable<string> Unwalked(IEnumerable<string> all, List<string> routes) =>
        all.Distinct().Where(route => !routes.Contains(route) || !Walked.ContainsKey(route));

    [GeneratedRegex("^@page \"([^\"]+)\"", RegexOptions.Multiline)]
    private static partial Regex Route();
}
