using Tandem.Care.Intake.Mapping;
using Tandem.Fhir.Json;
using Tandem.Hl7v2;
using Tandem.Tests.Hl7v2;
using Xunit;

namespace Tandem.Tests.Care.Intake.Mapping;

/// <summary>
/// Our mapping beside a published conversion of the same messages: the facts of patient, visit and results agree, but for the differences listed here with
/// their reasons.
/// </summary>
public sealed class SecondOpinionTests
{
    private const string Insurance = "A number of an insurance, guarantor or disability segment belongs to a Coverage or an Account, not to the patient.";
    private const string Withdrawn = "PID-2 and PID-4 were withdrawn in favour of PID-3; they are read only where PID-3 is empty.";
    private const string OtherPerson = "The name or address of a guarantor or insured person is not the patient's.";

    /// <summary>What we do otherwise on purpose, by fact and value, and why.</summary>
    private static readonly Dictionary<string, string> Accepted = new(StringComparer.Ordinal)
    {
        ["Patient.identifier theirs: 1234567"] = Withdrawn,
        ["Patient.identifier theirs: PATID567"] = Withdrawn,
        ["Patient.identifier theirs: DB123"] = Insurance,
        ["Patient.identifier theirs: DB1456"] = Insurance,
        ["Patient.identifier theirs: 1516"] = Insurance,
        ["Patient.identifier theirs: 55121"] = Insurance,
        ["Patient.identifier theirs: G-SSN-12"] = Insurance,
        ["Patient.identifier theirs: MCN-008"] = Insurance,
        ["Patient.identifier theirs: MB-12345"] = Insurance,
        ["Patient.identifier theirs: MI-12345"] = Insurance,
        ["Patient.identifier theirs: Medicare-12345"] = Insurance,
        ["Patient.identifier theirs: PNM1234"] = Insurance,
        ["Patient.family theirs: Jack"] = OtherPerson,
        ["Patient.family theirs: RADIANT"] = OtherPerson,
        ["Patient.given theirs: LUCY"] = OtherPerson,
        ["Patient.city theirs: MADISON"] = OtherPerson,
        ["Patient.given theirs: Addsm"] = "XPN-15 is what the person is called, not a further given name.",
        ["Observation theirs: 11156-7= unknown "] = Registered,
        ["Observation theirs: 20509-6= unknown "] = Registered,
        ["Observation ours: 11156-7= registered "] = Registered,
        ["Observation ours: 20509-6= registered "] = Registered,
    };

    private const string Registered = "OBX-11 I says that the result is pending, which FHIR calls registered.";

    [Fact]
    public void The_facts_agree_with_a_published_conversion()
    {
        var expected = SharedHl7Data.Zip("microsoft-pairs.zip", "-expected.json").ToDictionary(e => Path.GetFileName(e.Name).Replace("-expected.json", "", StringComparison.Ordinal), e => e.Bytes);
        var (compared, differences) = (0, new List<(string Pair, string Difference)>());
        foreach (var (name, bytes) in SharedHl7Data.Zip("microsoft-pairs.zip", ".hl7"))
        {
            var pair = Path.GetFileNameWithoutExtension(name);
            if (Hl7Message.Parse(bytes).Message is not { } message || !MessageMapping.Map(message, MappingText.North).Succeeded(out var mapped, out _))
                continue;
            compared++;
            differences.AddRange(Compare(mapped, MappingText.Node(expected[pair])).Select(d => (pair, d)));
        }

        Assert.True(compared >= 8, $"{compared} compared");
        var unexpected = differences.Where(d => !Accepted.ContainsKey(d.Difference)).ToList();
        Assert.True(unexpected.Count == 0, string.Join('\n', unexpected));
        var stale = Accepted.Keys.Except(differences.Select(d => d.Difference)).ToList();
        Assert.True(stale.Count == 0, "No longer different: " + string.Join(", ", stale));
    }

    private static IEnumerable<string> Compare(MappedMessage mapped, FhirNode bundle)
    {
        var theirs = bundle["entry"].Items.AsEnumerable().Select(e => e["resource"]).ToList();
        var patient = theirs.First(r => r["resourceType"].Is("Patient"u8));
        var ours = MappingText.Node(mapped.Patient.Json);
        var differences = PatientFacts.SelectMany(f => Different("Patient." + f.Fact, f.Read(ours), f.Read(patient)));
        if (mapped.Encounter is { } encounter && theirs.FirstOrDefault(r => r["resourceType"].Is("Encounter"u8)) is { Exists: true } visit)
            differences = differences.Concat(EncounterFacts.SelectMany(f => Different("Encounter." + f.Fact, f.Read(MappingText.Node(encounter.Json)), f.Read(visit))));
        if (mapped.Event == "R01")
            differences = differences.Concat(Different("Observation", Results(mapped.All("Observation")), Results(theirs.Where(r => r["resourceType"].Is("Observation"u8)))));
        return differences;
    }

    private static readonly (string Fact, Func<FhirNode, IEnumerable<string?>> Read)[] PatientFacts =
    [
        ("identifier", p => p["identifier"].Items.AsEnumerable().Select(i => i["value"].Text?.Trim())),
        ("family", p => p["name"].Items.AsEnumerable().Select(n => n["family"].Text)),
        ("given", p => p["name"].Items.AsEnumerable().SelectMany(n => n["given"].Items.AsEnumerable()).Select(g => g.Text)),
        ("birthDate", p => [p["birthDate"].Text]),
        ("gender", p => [p["gender"].Text]),
        ("city", p => p["address"].Items.AsEnumerable().Select(a => a["city"].Text?.Trim())),
    ];

    private static readonly (string Fact, Func<FhirNode, IEnumerable<string?>> Read)[] EncounterFacts =
    [
        ("class", e => [e["class"]["code"].Text]),
        ("status", e => [e["status"].Text]),
        ("identifier", e => e["identifier"].Items.AsEnumerable().Select(i => i["value"].Text)),
        ("participant", e => e["participant"].Items.AsEnumerable().Select(p => p["type"].First["coding"].First["code"].Text)),
    ];

    private static IEnumerable<string> Results(IEnumerable<FhirNode> observations) => observations.Select(o =>
        $"{o["code"]["coding"].First["code"].Text}={o["valueQuantity"]["value"].Text ?? o["valueString"].Text} {o["status"].Text} {o["interpretation"].First["coding"].First["code"].Text}");

    private static IEnumerable<string> Different(string fact, IEnumerable<string?> ours, IEnumerable<string?> theirs)
    {
        var (a, b) = (Distinct(ours), Distinct(theirs));
        return a.Except(b).Select(v => $"{fact} ours: {v}").Concat(b.Except(a).Select(v => $"{fact} theirs: {v}"));
    }

    private static HashSet<string> Distinct(IEnumerable<string?> facts) => [.. facts.Where(f => !string.IsNullOrWhiteSpace(f)).Select(f => f!)];
}
