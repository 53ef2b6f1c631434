using System.Globalization;
using System.Text.Json;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Tests.Support;

namespace Tandem.Tests.Trust.Access;

/// <summary>
/// Generated cases: patients with labelled records of several types and consents of every shape, asked by people of several organisations for several purposes, held against
/// a plain reading of the rules; by reading, by search, and by the side doors of a search: chains, _has, _include and _revinclude. 300 cases (50 on PostgreSQL); TANDEM_CONSENT_CASES sets another
/// number, of which PostgreSQL takes a tenth (10,000 take some minutes).
/// </summary>
public sealed class ConsentCasesTests
{
    private const string Physicians = "physician";

    /// <summary>See the patients of their organisations, and no national identifier.</summary>
    private const string SocialWorkers = "social-worker";

    private static readonly string[] Types = ["Condition", "Observation", "MedicationRequest", "DocumentReference"];
    private static readonly string[] Labels = ["ETH", "PSYTHPN", "HIV"];
    private static readonly string[] Purposes = ["TREAT", "HPAYMT", "HRESCH"];
    private static readonly string[] Actors = [AccessFixture.North, AccessFixture.NorthClinic, AccessFixture.South, AccessFixture.Region, "Practitioner/ana"];

    /// <summary>What the shipped policy of physicians withholds.</summary>
    private static readonly string[] Withheld = ["ETH", "PSYTHPN"];

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task No_labelled_content_gets_out_and_nothing_permitted_is_kept_back(Engine engine)
    {
        Assert.SkipWhen(engine == Engine.Postgres && PostgresServer.Missing is not null, PostgresServer.Missing ?? "");
        var asked = int.TryParse(Environment.GetEnvironmentVariable("TANDEM_CONSENT_CASES"), CultureInfo.InvariantCulture, out var number) ? number : 300;
        var cases = engine == Engine.Sqlite ? asked : Math.Max(50, asked / 10);
        using var region = await new AccessFixture(engine).StartAsync();
        var random = new Random(20261126);
        var (hidden, shown) = (0, 0);
        foreach (var some in Enumerable.Range(0, cases).Chunk(engine == Engine.Sqlite ? 100 : 25)) // PostgreSQL plans each search anew, the longer the more it names
        {
            var made = some.Select(one => Case.Any(one, random)).ToList();
            await region.PutAllAsync([.. made.SelectMany(one => one.Written)]);
            foreach (var organization in new[] { AccessFixture.NorthClinic, AccessFixture.South })
            {
                var count = Check(region, made, organization);
                NumbersStayHidden(region, made, organization);
                (shown, hidden) = (shown + count, hidden + made.Sum(one => one.Resources.Count) - count);
            }
        }

        Assert.True(hidden > cases / 4 && shown > cases / 4, $"{hidden} hidden, {shown} shown: the cases try too little");
    }

    /// <summary>
    /// Holds cases against the rules, as a physician of an organisation sees them: each door is tried once for all of them, so that every hit, and every miss, is held against the case it belongs to.
    /// </summary>
    /// <returns>How many of their records are shown.</returns>
    private static int Check(AccessFixture region, IReadOnlyList<Case> cases, string organization)
    {
        var scope = region.As(Physicians, organization);
        string[] recipients = organization == AccessFixture.South
            ? ["Practitioner/ana", AccessFixture.South, AccessFixture.Region]
            : ["Practitioner/ana", AccessFixture.NorthClinic, AccessFixture.North, AccessFixture.Region];
        var patients = cases.Where(one => region.Sees(scope, "Patient/" + one.Patient)).Select(one => one.Patient).ToHashSet();
        var all = cases.SelectMany(one => one.Record.Select((resource, place) =>
            new Expected(one.Patient, resource, place, Allowed(resource, one.Consents, recipients, "TREAT"), patients.Contains(one.Patient)))).ToList();
        Same($"read by {organization}", all.Where(one => one.IsShown), all.Where(one => region.Sees(scope, one.Resource.Reference)));
        foreach (var type in Types)
        {
            var some = all.Where(one => one.Resource.Type == type).ToList();
            Search(region, scope, type, some, string.Join(",", cases.Select(one => one.Patient)));
            foreach (var place in some.GroupBy(one => one.Place))
                SideDoors(region, scope, type, [.. place]);
        }

        return all.Count(one => one.IsShown && one.Place < 3);
    }

    /// <summary>A canary: each patient's national identifier, which stands in their record and where others name them, is told to no social worker by any door, whatever was agreed to, and finds nobody.</summary>
    private static void NumbersStayHidden(AccessFixture region, IReadOnlyList<Case> cases, string organization)
    {
        var (worker, physician) = (region.As(SocialWorkers, organization), region.As(Physicians, organization));
        var patients = string.Join(",", cases.Select(one => one.Patient));
        var told = region.Told(worker, "Patient", $"_id={patients}", "_revinclude=Condition:patient&_revinclude=Observation:patient&_revinclude=MedicationRequest:patient&_revinclude=DocumentReference:patient")
            + string.Concat(Types.Select(type => region.Told(worker, type, $"patient={patients}", $"_include={type}:patient")))
            + string.Concat(cases.SelectMany(one => one.Record.Select(resource => resource.Reference).Append("Patient/" + one.Patient)).Select(reference => region.Read(worker, reference)));
        Assert.DoesNotContain("999-55-", told, StringComparison.Ordinal);
        var values = string.Join(",", cases.Select(one => Ssn(one.Number)));
        Assert.Equal("", region.Finds(worker, "Patient", $"identifier={values}"));
        Assert.Equal("", string.Concat(Types.Select(type => region.Finds(worker, type, $"patient.identifier={values}"))));
        Same($"identifier by {organization}", region.Found(physician, "Patient", $"_id={patients}"), region.Found(physician, "Patient", $"identifier={values}"));
        Assert.Contains("999-55-", region.Told(physician, "Patient", $"_id={patients}"), StringComparison.Ordinal);
        Assert.Contains("SUBSETTED", told, StringComparison.Ordinal);
    }

    private static string Ssn(int number) => string.Create(CultureInfo.InvariantCulture, $"999-55-{number:D5}");

    /// <summary>What is found, counted, found through a chain and sent along with its patient is what a read shows.</summary>
    private static void Search(AccessFixture region, AccessScope scope, string type, IReadOnlyList<Expected> some, string patients)
    {
        var (shown, ids) = (some.Where(one => one.IsShown).Select(one => one.Resource.Id).ToList(), string.Join(",", some.Select(one => one.Resource.Id)));
        var withPatient = some.Where(one => one.IsShown && one.IsPatientShown).Select(one => one.Resource.Id).ToList();
        Same($"{type}?patient", shown, region.Found(scope, type, $"patient={patients}"));
        Assert.Equal(($"_total of {type}", shown.Count), ($"_total of {type}", region.Counts(scope, type, $"patient={patients}")));
        Same($"{type}?patient._id", withPatient, region.Found(scope, type, $"_id={ids}&patient._id={patients}"));
        Same($"_revinclude={type}:patient", withPatient, region.Along(scope, $"Patient?_id={patients}", $"_revinclude={type}:patient"));
    }

    /// <summary>What a search shows or counts on the way to something else shows no more than a read does: of each patient one record, so that the patient shows which was seen.</summary>
    private static void SideDoors(AccessFixture region, AccessScope scope, string type, IReadOnlyList<Expected> some)
    {
        var ids = string.Join(",", some.Select(one => one.Resource.Id));
        var patients = some.Where(one => one.IsShown && one.IsPatientShown).Select(one => one.Patient).ToList();
        Same($"_has:{type}:patient:_id={ids}", patients, region.Found(scope, "Patient", $"_has:{type}:patient:_id={ids}"));
        Same($"{type}?_id={ids}&_include={type}:patient", patients, region.Along(scope, $"{type}?_id={ids}", $"_include={type}:patient"));
    }

    private static void Same(string door, IEnumerable<Expected> expected, IEnumerable<Expected> found) =>
        Same(door, expected.Select(one => one.Resource.Id), found.Select(one => one.Resource.Id));

    private static void Same(string door, IEnumerable<string> expected, IEnumerable<string> found)
    {
        var (right, real) = (expected.ToHashSet(), found.ToHashSet());
        Assert.Equal((door, "", ""), (door, string.Join(",", real.Except(right)), string.Join(",", right.Except(real)))); // what got out, what was kept back
    }

    /// <summary>The rules, read plainly: each withheld label needs a permission that names it; no refusal applies unless the same consent takes it back deeper down.</summary>
    private static bool Allowed(Resource resource, IReadOnlyList<Consent> consents, string[] recipients, string purpose)
    {
        var labels = resource.Labels;
        var active = consents.Where(consent => consent.IsActive).ToList();
        foreach (var label in labels.Intersect(Withheld))
        {
            if (!active.Any(consent => consent.All.Any(one => one.Provision.Permits(label) && one.Provision.Meets(recipients, purpose) && one.Provision.Reaches(resource))))
                return false;
        }

        foreach (var consent in active)
        {
            foreach (var (provision, depth) in consent.All.Where(one => one.Provision.Type == "deny" && one.Provision.Meets(recipients, purpose) && one.Provision.Reaches(resource) && one.Provision.IsAbout(labels)))
            {
                // of several labels in one refusal each counts by itself
                foreach (var refused in provision.Labels.Count == 0 ? ["*"] : provision.Labels.Where(labels.Contains))
                {
                    if (!consent.All.Any(one => one.Depth > depth && one.Provision.Type == "permit" && one.Provision.Meets(recipients, purpose) && one.Provision.Reaches(resource) && one.Provision.TakesBack(refused, labels)))
                        return false;
                }
            }
        }

        return true;
    }

    private static string Security(IReadOnlyList<string> labels)
    {
        var codings = labels.Select(code => JsonSerializer.Serialize(new { system = "http://terminology.hl7.org/CodeSystem/v3-ActCode", code }));
        return labels.Count == 0 ? "" : $",\"meta\":{{\"security\":[{string.Join(",", codings)}]}}";
    }

    private sealed record Resource(string Type, string Id, string Code, IReadOnlyList<string> Labels)
    {
        internal string Reference => $"{Type}/{Id}";

        /// <summary>The resource with its labels and without any date.</summary>
        internal string Written(string patient)
        {
            var code = $$"""{"coding":[{"system":"http://hl7.org/fhir/sid/icd-10-cm","code":"{{Code}}"}]}""";
            var told = Type switch
            {
                "Observation" => $"\"status\":\"final\",\"code\":{code}",
                "MedicationRequest" => $"\"status\":\"active\",\"intent\":\"order\",\"medicationCodeableConcept\":{code}",
                "DocumentReference" => $"\"status\":\"current\",\"content\":[{{\"attachment\":{{\"title\":\"x\"}}}}],\"type\":{code}",
                _ => $"\"code\":{code}",
            };
            return $$$"""{"resourceType":"{{{Type}}}","id":"{{{Id}}}",{{{told}}},"subject":{"reference":"Patient/{{{patient}}}"{{{(Id.EndsWith('1') ? $",\"identifier\":{{\"system\":\"http://hl7.org/fhir/sid/us-ssn\",\"value\":\"999-55-{Id}\"}}" : "")}}}}{{{Security(Labels)}}}}""";
        }
    }

    /// <summary>What part of the record a provision names, if any. Nothing here has a date, and looking is all that is tried.</summary>
    private sealed record Part(string Element, string Value)
    {
        private static readonly string[] Elements = ["class", "code", "data", "dataPeriod", "action"];

        internal static Part? Any(Random random, IReadOnlyList<Resource> record) => random.Next(2) == 0 ? null : Of(Elements[random.Next(Elements.Length)], random, record);

        private static Part Of(string element, Random random, IReadOnlyList<Resource> record) => new(element, element switch
        {
            "class" => Types[random.Next(Types.Length)],
            "code" => random.Next(2) == 0 ? "E11.9" : "I50.9",
            "data" => record[random.Next(record.Count)].Reference,
            "action" => random.Next(3) > 0 ? "access" : "correct",
            _ => "2026-01-01",
        });

        internal bool Reaches(Resource resource, bool isPermit) => Element switch
        {
            "class" => Value == resource.Type,
            "code" => Value == resource.Code,
            "data" => Value == resource.Reference,
            "action" => Value == "access",
            _ => !isPermit,
        };

        internal object Written => Element switch
        {
            "class" => new[] { new { system = "http://hl7.org/fhir/resource-types", code = Value } },
            "code" => new[] { new { coding = new[] { new { system = "http://hl7.org/fhir/sid/icd-10-cm", code = Value } } } },
            "data" => new[] { new { meaning = "instance", reference = new { reference = Value } } },
            "action" => new[] { new { coding = new[] { new { code = Value } } } },
            _ => new { start = Value },
        };
    }

    private sealed record Provision(
        string Type, IReadOnlyList<string> Labels, IReadOnlyList<string> Actors, IReadOnlyList<string> Purposes, bool IsOver, Part? Part, IReadOnlyList<Provision> Below)
    {
        internal static Provision Any(Random random, IReadOnlyList<Resource> record, int depth) => new(
            random.Next(2) == 0 ? "permit" : "deny",
            Some(random, ConsentCasesTests.Labels),
            Some(random, ConsentCasesTests.Actors),
            Some(random, ConsentCasesTests.Purposes),
            random.Next(6) == 0,
            Part.Any(random, record),
            depth == 0 ? [.. Enumerable.Range(0, random.Next(3)).Select(_ => Any(random, record, 1))] : []);

        internal bool Reaches(Resource resource) => Part is null || Part.Reaches(resource, Type == "permit");

        internal bool Meets(string[] recipients, string purpose) =>
            !IsOver && (Actors.Count == 0 || Actors.Any(recipients.Contains)) && (Purposes.Count == 0 || Purposes.Contains(purpose));

        /// <summary>Counselling notes are permitted only by a provision that names nothing else.</summary>
        internal bool Permits(string label) => Type == "permit" && Labels.Contains(label) && (label != "PSYTHPN" || Labels.Count == 1);

        internal bool IsAbout(IReadOnlyList<string> labels) => Labels.Count == 0 || Labels.Any(labels.Contains);

        internal bool TakesBack(string refused, IReadOnlyList<string> labels)
        {
            var own = Labels.Count > 1 ? [.. Labels.Where(label => label != "PSYTHPN")] : Labels;
            return own.Count == 0 ? Labels.Count == 0 : own.Contains(refused) || own.Any(labels.Contains);
        }

        internal string ToJson() => JsonSerializer.Serialize(Written());

        private Dictionary<string, object> Written()
        {
            var written = new Dictionary<string, object> { ["type"] = Type };
            if (IsOver)
                written["period"] = new { end = "2026-01-31" };
            if (Labels.Count > 0)
                written["securityLabel"] = Labels.Select(code => new { code });
            if (Actors.Count > 0)
                written["actor"] = Actors.Select(reference => new { reference = new { reference } });
            if (Purposes.Count > 0)
                written["purpose"] = Purposes.Select(code => new { code });
            if (Part is not null)
                written[Part.Element] = Part.Written;
            if (Below.Count > 0)
                written["provision"] = Below.Select(below => below.Written());
            return written;
        }

        private static List<string> Some(Random random, string[] all) => random.Next(2) == 0 ? [] : [.. all.Where(_ => random.Next(3) == 0)];
    }

    /// <summary>What the rules say of one record of a patient.</summary>
    /// <param name="Place">Which of the patient's records it is, from 0.</param>
    private sealed record Expected(string Patient, Resource Resource, int Place, bool IsShown, bool IsPatientShown);

    /// <summary>A patient of one clinic who is referred to a hospital that competes with it, three records, and up to three consents.</summary>
    private sealed record Case(int Number, IReadOnlyList<Resource> Resources, IReadOnlyList<Consent> Consents)
    {
        internal string Patient => $"p{Number}";

        /// <summary>The records that may be labelled, and a plain one.</summary>
        internal IEnumerable<Resource> Record => Resources.Append(new Resource("Condition", $"plain-{Patient}", "I50.9", []));

        internal static Case Any(int number, Random random)
        {
            var resources = Enumerable.Range(0, 3)
                .Select(at => new Resource(Types[random.Next(Types.Length)], $"c{number}-{at}", at == 0 ? "I10" : "E11.9", [.. Labels.Where(_ => random.Next(3) == 0)])).ToList();
            return new Case(number, resources, [.. Enumerable.Range(0, random.Next(4)).Select(_ => Consent.Any(random, resources))]);
        }

        internal IEnumerable<string> Written =>
        [
            .. AccessFixture.Patient(Patient, AccessFixture.NorthClinic, identifier: $$"""
                "identifier":[{"system":"http://hl7.org/fhir/sid/us-ssn","value":"{{Ssn(Number)}}"},{"system":"urn:mrn","value":"M{{Number}}"}],
                """),
            $$"""{"resourceType":"ServiceRequest","id":"sr-{{Patient}}","status":"active","intent":"order","subject":{"reference":"Patient/{{Patient}}"},"performer":[{"reference":"{{AccessFixture.South}}"}]}""",
            .. Resources.Select(one => one.Written(Patient)),
            .. Consents.Select((consent, at) => AccessFixture.Consent($"k{Number}-{at}", Patient, consent.Root.ToJson(), "", consent.IsActive ? "active" : "inactive")),
        ];
    }

    private sealed record Consent(Provision Root, bool IsActive)
    {
        /// <summary>All provisions with their depth; a period above holds below.</summary>
        internal IEnumerable<(Provision Provision, int Depth)> All =>
            Root.Below.Select(below => (below with { IsOver = below.IsOver || Root.IsOver }, 1)).Prepend((Root, 0));

        internal static Consent Any(Random random, IReadOnlyList<Resource> record) => new(Provision.Any(random, record, 0), random.Next(5) > 0);
    }
}
