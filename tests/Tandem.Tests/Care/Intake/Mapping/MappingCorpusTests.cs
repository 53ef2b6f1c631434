using Tandem.Care.Intake.Mapping;
using Tandem.Fhir.Json;
using Tandem.Hl7v2;
using Tandem.Tests.Hl7v2;
using Xunit;

namespace Tandem.Tests.Care.Intake.Mapping;

public sealed class MappingCorpusTests
{
    [Fact]
    public void Every_third_party_message_is_mapped_or_refused_with_a_place()
    {
        var tally = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var (name, bytes) in SharedHl7Data.All())
        {
            if (Hl7Message.Parse(bytes).Message is not { } message)
                continue;
            if (MessageMapping.Map(message, MappingText.North).Succeeded(out var mapped, out var refusal))
            {
                Count(tally, "mapped");
                CheckReferences(mapped, name);
                continue;
            }

            Assert.NotEmpty(refusal.Details);
            Assert.All(refusal.Details, d => Assert.False(string.IsNullOrEmpty(d.Expression), name));
            Count(tally, $"{refusal.Kind} {refusal.Details[0].Expression}: {refusal.Details[0].Text}");
        }

        TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', tally.Select(t => $"{t.Value,5} {t.Key}")));
        Assert.InRange(tally["mapped"], 1000, 1400);
    }

    /// <summary>Every placeholder names a resource of the message, each key is in its resource, and every resource is JSON without empty parts.</summary>
    private static void CheckReferences(MappedMessage mapped, string name)
    {
        var known = new HashSet<string> { MappedPatient.Placeholder };
        if (mapped.Encounter is not null)
            known.Add(MappedEncounter.Placeholder);
        Check(mapped.Patient.Json, known, name);
        if (mapped.Encounter is { } encounter)
            Check(encounter.Json, known, name);
        foreach (var resource in mapped.Resources)
        {
            Check(resource.Json, known, name);
            var identifiers = MappingText.Node(resource.Json)["identifier"].Items.AsEnumerable().Select(i => new NaturalKey(i["system"].Text!, i["value"].Text!));
            Assert.Subset(identifiers.ToHashSet(), resource.Keys.ToHashSet());
            Assert.True(known.Add(resource.Placeholder), name);
        }
    }

    private static void Check(byte[] json, HashSet<string> known, string name)
    {
        var pending = new Stack<FhirNode>([MappingText.Node(json)]);
        while (pending.TryPop(out var node))
        {
            var children = (node.IsObject ? node.Properties : node.Kind == JsonKind.Array ? node.Items : default).AsEnumerable().ToList();
            Assert.False(node.Kind is JsonKind.Object or JsonKind.Array && children.Count == 0, $"{name}: empty {node.Name}");
            if (node.Name == "reference" && node.Text!.StartsWith("urn:tandem:", StringComparison.Ordinal))
                Assert.True(known.Contains(node.Text), $"{name}: {node.Text}");
            children.ForEach(pending.Push);
        }
    }

    private static void Count(SortedDictionary<string, int> tally, string what) => tally[what] = tally.GetValueOrDefault(what) + 1;
}
