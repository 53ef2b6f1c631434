using Xunit;

namespace Tandem.Tests.Fhir.FhirPath;

public sealed class OfficialSuiteTests
{
    [Fact]
    public void Every_official_case_passes_but_those_listed_with_a_reason()
    {
        Assert.SkipWhen(OfficialSuite.Folder is null, "The official FHIRPath cases are not on this machine (shared/data/fhirpath beside the repository).");

        var cases = OfficialSuite.Read();
        Assert.True(cases.Count > 900, $"Only {cases.Count} cases were found.");
        var report = new List<string>();
        foreach (var test in cases)
        {
            var found = OfficialSuite.Run(test);
            var isListed = OfficialSuiteExceptions.Reasons.ContainsKey(test.Name);
            if (found is not null && !isListed)
                report.Add($"{test.Name}: {test.Expression.Trim()} {found}");
            else if (found is null && isListed)
                report.Add($"{test.Name} passes and need not be listed.");
        }

        report.AddRange(OfficialSuiteExceptions.Reasons.Keys.Except(cases.Select(c => c.Name)).Select(name => $"{name} is listed but is no case."));
        Assert.True(report.Count == 0, string.Join('\n', report));
    }
}
