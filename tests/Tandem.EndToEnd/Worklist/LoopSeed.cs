using System.Net.Http.Headers;
using System.Text;
using Tandem.Care.Loops;
using Tandem.Fhir.Json;
using Tandem.Fhir.Views;
using Tandem.Kernel.Actors;

namespace Tandem.EndToEnd.Worklist;

/// <summary>Puts loops, patients, teams and people of tests into a running hub over its FHIR interface.</summary>
internal sealed class LoopSeed(Uri hub) : IDisposable
{
    private readonly HttpClient client = new() { BaseAddress = new Uri(hub, "/fhir/") };

    /// <summary>The hub's clock, which is this machine's.</summary>
    internal static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    internal const string Desk = "CareTeam/seed-desk";
    internal const string Cora = "Practitioner/seed-cora";

    /// <summary>A team and two people, harmless to repeat.</summary>
    internal async Task PeopleAsync()
    {
        await PutAsync("CareTeam", "seed-desk", """{"resourceType":"CareTeam","id":"seed-desk","status":"active","name":"Transitions desk"}""");
        await PutAsync("CareTeam", "seed-night", """{"resourceType":"CareTeam","id":"seed-night","status":"active","name":"Night desk"}""");
        await PutAsync("Practitioner", "seed-cora", """{"resourceType":"Practitioner","id":"seed-cora","name":[{"family":"Testperson","given":["Cora"]}]}""");
        await PutAsync("Practitioner", "seed-lead", """{"resourceType":"Practitioner","id":"seed-lead","name":[{"family":"Testperson","given":["Lea"]}]}""");
    }

    /// <summary>A patient, with an encounter and an observation to be the facts of loops.</summary>
    internal async Task PatientAsync(string id, string given, string family, string birthDate = "1961-03-04", string pronouns = "she/her")
    {
        await PutAsync("Patient", id, $$$"""
            {"resourceType":"Patient","id":"{{{id}}}","name":[{"family":"{{{family}}}","given":["{{{given}}}"]}],"gender":"female","birthDate":"{{{birthDate}}}",
             "identifier":[{"type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"MR"}]},"system":"urn:oid:1.2.3","value":"MRN-{{{id}}}"}],
             "extension":[{"url":"http://hl7.org/fhir/StructureDefinition/individual-pronouns","extension":[{"url":"value","valueCodeableConcept":{"text":"{{{pronouns}}}"}}]}]}
            """);
        await PutAsync("Encounter", id + "-e", $$$"""
            {"resourceType":"Encounter","id":"{{{id}}}-e","status":"finished","class":{"code":"IMP"},"subject":{"reference":"Patient/{{{id}}}"}}
            """);
        await PutAsync("Observation", id + "-o", $$$"""
            {"resourceType":"Observation","id":"{{{id}}}-o","status":"final","code":{"text":"Potassium"},"subject":{"reference":"Patient/{{{id}}}"},"valueQuantity":{"value":6.8,"unit":"mmol/L"}}
            """);
    }

    /// <summary>A call after discharge.</summary>
    internal static LoopProposal ACall(string patient, TimeSpan dueIn, string key = "") => new()
    {
        Key = $"follow-up-after-discharge|1|contact|Encounter/{patient}-e{key}",
        Pathway = "follow-up-after-discharge",
        PathwayVersion = "1",
        Action = "contact",
        Patient = patient,
        Focus = $"Encounter/{patient}-e",
        Title = new("Call after discharge", "Llamada tras el alta"),
        Why = new("Discharged home from Riverbend on Friday, second stay in 30 days", "Alta a casa desde Riverbend el viernes, segundo ingreso en 30 días"),
        ClosedBy = new("the patient or a caregiver was reached", "se habló con el paciente o su cuidador"),
        Parts = [new ScorePart("second-stay", 10, new("Second stay in 30 days", "Segundo ingreso en 30 días"))],
        Opened = Now - TimeSpan.FromHours(5),
        Due = Now + dueIn,
        Tier = LoopTier.Routine,
        OwnerTeam = Desk,
        BackUp = "Practitioner/seed-lead",
        Ladder = [new LadderStep(Now + TimeSpan.FromDays(4), "Practitioner/seed-lead", "page")],
        Evidence = new EvidenceRule(EvidenceKind.ContactOutcome),
    };

    /// <summary>A critical potassium to be told.</summary>
    internal static LoopProposal ACriticalResult(string patient, TimeSpan dueIn, string key = "") => ACall(patient, dueIn) with
    {
        Key = $"critical-result|1|tell-clinician|Observation/{patient}-o{key}",
        Pathway = "critical-result",
        Action = "tell-clinician",
        Focus = $"Observation/{patient}-o",
        Title = new("Tell a clinician: potassium 6.8 mmol/L", "Avisar a un médico: potasio 6.8 mmol/L"),
        Why = new("Potassium 6.8 mmol/L is above the critical limit of 6.2", "Potasio 6.8 mmol/L por encima del límite crítico de 6.2"),
        ClosedBy = new("a clinician was told and read it back", "un médico fue informado y lo repitió"),
        Parts = [new ScorePart("critical-result", 48, new("Critical result", "Resultado crítico"))],
        Tier = LoopTier.Red,
        Evidence = new EvidenceRule(EvidenceKind.CriticalResultTold),
    };

    /// <summary>Opens a loop as a pathway does: the Task and the Provenance of its first step.</summary>
    internal async Task<string> OpenAsync(LoopProposal proposal, Func<Loop, Loop>? standing = null)
    {
        var (loop, step) = (standing ?? (one => one))(OpenLoop.From(proposal)) is var one
            ? (one with { Version = 1 }, OpenLoop.Decide(proposal).Step!)
            : default;
        await PutAsync("Task", loop.Id, Encoding.UTF8.GetString(LoopWriting.Task(loop, default, Now)));
        await PutAsync("Provenance", StepReading.IdOf(loop.Id, 1), Encoding.UTF8.GetString(StepReading.Write(loop, step, AccessScope.System, Now)));
        return loop.Id;
    }

    /// <summary>How a loop stands in the hub.</summary>
    internal async Task<Loop> ReadAsync(string id)
    {
        var bytes = await client.GetByteArrayAsync(new Uri($"Task/{id}", UriKind.Relative));
        var root = FhirJson.ParseStored(bytes).Root;
        return LoopReading.Read(new Record.Log.ResourceVersion
        {
            Seq = 0, Rid = 0, Type = "Task", Id = id, Version = int.Parse(root["meta"u8]["versionId"u8].Text!, System.Globalization.CultureInfo.InvariantCulture),
            At = Now, Actor = "", Lane = 0, Bytes = bytes,
        }, OwnAddresses.None)!;
    }

    /// <summary>Changes a loop as somebody else would, with a step that says who.</summary>
    internal async Task ActAsync(string id, Func<Loop, Loop> change, StepKind kind, string actor = Cora, string name = "Cora Testperson")
    {
        var loop = await ReadAsync(id);
        var next = change(loop) with { Version = loop.Version + 1 };
        var scope = AccessScope.System with { Actor = new Actor(actor, name) };
        await PutAsync("Provenance", StepReading.IdOf(id, next.Version), Encoding.UTF8.GetString(StepReading.Write(next, new LoopStep(kind), scope, Now)));
        await PutAsync("Task", id, Encoding.UTF8.GetString(LoopWriting.Task(next, default, Now)));
    }

    internal async Task PutAsync(string type, string id, string json)
    {
        var root = json.Contains("\"id\"", StringComparison.Ordinal) ? json : json.Insert(1, $"\"id\":\"{id}\",");
        using var content = new StringContent(root, Encoding.UTF8, MediaTypeHeaderValue.Parse("application/fhir+json"));
        using var reply = await client.PutAsync(new Uri($"{type}/{id}", UriKind.Relative), content);
        Assert.True(reply.IsSuccessStatusCode, $"PUT {type}/{id}: {(int)reply.StatusCode} {await reply.Content.ReadAsStringAsync()}");
    }

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();
}
