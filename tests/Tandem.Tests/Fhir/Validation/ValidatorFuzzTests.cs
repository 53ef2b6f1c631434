using System.Text;
using Tandem.Fhir.Json;
using Tandem.Fhir.Terminology;
using Tandem.Fhir.Validation;
using Tandem.Tests.Fhir.FhirPath;

namespace Tandem.Tests.Fhir.Validation;

/// <summary>Damaged resources, profiles, value sets and code systems: whatever is still JSON gets an answer.</summary>
public sealed class ValidatorFuzzTests
{
    private static readonly string[] Names = ["\"code\"", "\"system\"", "\"path\"", "\"min\"", "\"value\"", "\"url\"", "\"type\"", "\"extension\"", "\"id\"", "null", "true", "[]", "{}", "1", "\"\"", "\"#p\"", "-1e99"];

    [Fact]
    public void A_damaged_resource_is_answered()
    {
        var random = new Random(20261122);
        string[] profiles = ["http://hl7.org/fhir/StructureDefinition/bp", "http://hl7.org/fhir/StructureDefinition/bodyweight"];
        var read = 0;
        foreach (var sample in new[] { Samples.Patient, Samples.Observation })
        {
            for (var round = 0; round < 4_000; round++)
            {
                if (Damaged(sample.Raw, random) is not { } node)
                    continue;
                read++;
                Assert.NotNull(FhirValidator.Shipped.Validate(node, new() { Profiles = profiles }));
            }
        }

        Assert.True(read > 1_000, $"only {read} of the damaged texts are JSON");
    }

    [Fact]
    public void A_damaged_definition_is_used_or_refused()
    {
        var random = new Random(7);
        var profile = Checked.Profile("p", "Patient", """
            {"id":"Patient.identifier","path":"Patient.identifier","slicing":{"discriminator":[{"type":"value","path":"system"}],"rules":"open"},"min":1},
            {"id":"Patient.identifier:mrn","path":"Patient.identifier","sliceName":"mrn","min":1},
            {"id":"Patient.identifier:mrn.system","path":"Patient.identifier.system","fixedUri":"urn:mrn"},
            {"id":"Patient.maritalStatus","path":"Patient.maritalStatus","binding":{"strength":"required","valueSet":"urn:set"}},
            {"id":"Patient.name","path":"Patient.name","constraint":[{"key":"a","severity":"error","human":"b","expression":"family.exists()"}]}
            """);
        var set = Checked.Parsed("""{"resourceType":"ValueSet","url":"urn:set","compose":{"include":[{"system":"urn:s","filter":[{"property":"concept","op":"is-a","value":"a"}]},{"valueSet":["urn:other"]}],"exclude":[{"system":"urn:s","concept":[{"code":"b"}]}]}}""");
        var system = Checked.Parsed("""{"resourceType":"CodeSystem","url":"urn:s","content":"complete","concept":[{"code":"a","display":"A","concept":[{"code":"b","property":[{"code":"parent","valueCode":"a"}]}]}]}""");
        var patient = Checked.Parsed("""{"resourceType":"Patient","identifier":[{"system":"urn:mrn"}],"maritalStatus":{"coding":[{"system":"urn:s","code":"b"}]},"name":[{"text":"x"}]}""");
        var used = 0;
        for (var round = 0; round < 4_000; round++)
        {
            FhirNode[] definitions = [Damaged(profile.Raw, random) ?? profile, Damaged(set.Raw, random) ?? set, Damaged(system.Raw, random) ?? system];
            FhirNode Find(string type, string url, string? version) => definitions.FirstOrDefault(node => node["resourceType"u8].Text == type && node["url"u8].Text == url);
            var terminology = new TerminologyService(Find);
            var issues = new FhirValidator(new ProfileSet(Find), terminology).Validate(patient, new() { Profiles = ["http://example.org/p"] });
            terminology.Expand("urn:set", out _);
            used += issues.All(issue => issue.Code is not ("not-found" or "not-supported")) ? 1 : 0;
        }

        Assert.True(used > 100, $"only {used} damaged profiles were used");
    }

    /// <summary>A text with a piece cut out, doubled, or replaced by something else; null when it is no JSON object any more.</summary>
    private static FhirNode? Damaged(ReadOnlySpan<byte> sound, Random random)
    {
        var text = Encoding.UTF8.GetString(sound);
        for (var times = 1 + random.Next(2); times > 0; times--)
        {
            var marks = Enumerable.Range(0, text.Length).Where(at => text[at] is '"' or '{' or '[' or ',').ToList();
            if (marks.Count < 2)
                return null;
            var (a, b) = (marks[random.Next(marks.Count)], marks[random.Next(marks.Count)]);
            (a, b) = (Math.Min(a, b), Math.Min(Math.Max(a, b), Math.Min(a, b) + 40));
            text = random.Next(9) switch
            {
                0 => text.Remove(a, b - a),
                1 => text.Insert(a, text[a..b]),
                _ => Replaced(text, a, random),
            };
        }

        return FhirJson.Parse(Encoding.UTF8.GetBytes(text), JsonLimits.Resource, out _) is { Root.IsObject: true } json ? json.Root : null;
    }

    /// <summary>One string of the text becomes something else, so that most results are JSON.</summary>
    private static string Replaced(string text, int from, Random random)
    {
        var start = text.IndexOf('"', from);
        var end = start < 0 ? -1 : text.IndexOf('"', start + 1);
        return end < 0 ? text : text[..start] + Names[random.Next(Names.Length)] + text[(end + 1)..];
    }
}
