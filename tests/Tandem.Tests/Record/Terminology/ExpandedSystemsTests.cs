using Tandem.Fhir.Json;
using Tandem.Fhir.Terminology;
using Tandem.Record.Terminology;
using Tandem.Tests.Fhir.Validation;

namespace Tandem.Tests.Record.Terminology;

public sealed class ExpandedSystemsTests
{
    [Fact]
    public void The_code_system_of_an_expansion_is_read_once_when_no_more_can_be_kept()
    {
        var system = Checked.Parsed("""{"resourceType":"CodeSystem","url":"urn:s","content":"complete","concept":[{"code":"a"},{"code":"b"}]}""");
        var terminology = new TerminologyService((_, url, _) => url == "urn:none" ? default : system);
        foreach (var number in Enumerable.Range(0, 5_000))
            Assert.NotNull(terminology.FindCodeSystem($"urn:s-{number}"));
        var systems = new ExpandedSystems(terminology);

        Assert.NotSame(terminology.FindCodeSystem("urn:s"), terminology.FindCodeSystem("urn:s"));
        Assert.Same(systems.Of(Code("urn:s", "a")), systems.Of(Code("urn:s", "b")));
        Assert.Null(systems.Of(Code("urn:none", "a")));
    }

    private static ValueSetCode Code(string system, string code) => new(system, null, code, null, false, false);
}
