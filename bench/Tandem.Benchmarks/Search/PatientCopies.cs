using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Tandem.Benchmarks.Fhir;
using Tandem.Fhir.Json;
using Tandem.Kernel.Actors;
using Tandem.Record.Log;

namespace Tandem.Benchmarks.Search;

/// <summary>One of the copies of a patient, and what it can be found by.</summary>
internal sealed record PatientCopy(string Id, string Identifier, string Family);

/// <summary>The Synthea patients many times over, each copy with ids and identifiers of its own: the patient, its care plans (of the long tail of types, which have no table of their own) and the first of what else is told of it.</summary>
internal sealed partial class PatientCopies
{
    private const int Together = 256;
    private const int AtOnce = 4;
    private static readonly HashSet<string> Wanted =
        ["Patient", "Encounter", "Observation", "Condition", "Procedure", "MedicationRequest", "Immunization", "DiagnosticReport", "CarePlan"];

    private readonly List<List<(string Type, string Id, string Text)>> patients;
    private int made;

    /// <param name="perPatient">Resources of each patient, the patient among them.</param>
    internal PatientCopies(int perPatient) => patients = SyntheaBundles.Patients(0, 100).ConvertAll(bundle => Read(bundle, perPatient));

    /// <summary>All copies so far.</summary>
    internal List<PatientCopy> All { get; } = [];

    /// <summary>Resources written so far.</summary>
    internal int Resources { get; private set; }

    /// <summary>Writes copies until there are so many patients; some transactions at once, so that they share the disk's flushes.</summary>
    internal async Task FillAsync(RecordStore record, int count)
    {
        var writing = new Queue<Task>();
        var waiting = new List<(string Type, string Id, string Json)>();
        while (All.Count < count)
        {
            var (patient, copy) = Next();
            waiting.AddRange(patient.Select(one => (one.Type, $"{one.Id}-{copy}", Copied(one.Text, patient[0].Id, copy))));
            All.Add(CopyOf(patient, copy));
            if (waiting.Count < Together && All.Count < count)
                continue;
            if (writing.Count == AtOnce)
                await writing.Dequeue();
            writing.Enqueue(WriteAsync(record, waiting));
            Resources += waiting.Count;
            waiting = [];
        }

        await Task.WhenAll(writing);
    }

    /// <summary>The next copy as a transaction of creates, the patient first, for a server that gives ids itself.</summary>
    internal (PatientCopy Copy, byte[] Transaction) NextTransaction()
    {
        var (patient, copy) = Next();
        var here = patient.Select(one => $"{one.Type}/{one.Id}").ToHashSet(StringComparer.Ordinal);
        var entries = patient.Select(one => (one.Type, $"\"fullUrl\":\"urn:uuid:{one.Id}\",", Numbered(
            Relative().Replace(one.Text, match => here.Contains(match.Value[1..]) ? $"\"urn:uuid:{match.Value.Split('/')[1]}" : match.Value), patient[0].Id, copy)));
        return (CopyOf(patient, copy), Samples.Bundle(entries));
    }

    private (List<(string Type, string Id, string Text)> Patient, int Copy) Next() => (patients[made % patients.Count], made++ / patients.Count);

    private static PatientCopy CopyOf(List<(string Type, string Id, string Text)> patient, int copy) =>
        new($"{patient[0].Id}-{copy}", $"{patient[0].Id}-{copy}", FamilyOf(patient[0].Text));

    private static async Task WriteAsync(RecordStore record, List<(string Type, string Id, string Json)> resources)
    {
        var outcome = await record.WriteAsync<int>(
            AccessScope.System,
            session =>
            {
                foreach (var (type, id, json) in resources)
                    session.Put(type, id, FhirJson.ParseStored(Encoding.UTF8.GetBytes(json)).Root);
                return resources.Count;
            },
            CancellationToken.None);
        if (outcome.Refusal is { } refusal)
            throw new InvalidOperationException(refusal.Text);
    }

    /// <summary>A patient's resources with references by type and id.</summary>
    private static List<(string Type, string Id, string Text)> Read(byte[] bundle, int most)
    {
        using var document = JsonDocument.Parse(bundle);
        var entries = document.RootElement.GetProperty("entry").EnumerateArray().Select(entry => entry.GetProperty("resource"))
            .Select(resource => (Type: resource.GetProperty("resourceType").GetString()!, Id: resource.GetProperty("id").GetString()!, Text: resource.GetRawText())).ToList();
        var types = entries.ToDictionary(entry => entry.Id, entry => entry.Type, StringComparer.Ordinal);
        return [.. entries.Where(entry => Wanted.Contains(entry.Type)).OrderBy(entry => entry.Type switch { "Patient" => 0, "CarePlan" => 1, _ => 2 }).Take(most)
            .Select(entry => (entry.Type, entry.Id, Reference().Replace(entry.Text, match => types.TryGetValue(match.Groups[1].Value, out var type) ? $"{type}/{match.Groups[1].Value}" : match.Value)))];
    }

    /// <summary>With references to copies, and numbers of its own.</summary>
    private static string Copied(string text, string patient, int copy) =>
        Numbered(Relative().Replace(text, match => $"{match.Value}-{copy}"), patient, copy);

    private static string Numbered(string text, string patient, int copy) => text.Replace($"\"{patient}\"", $"\"{patient}-{copy}\"", StringComparison.Ordinal);

    private static string FamilyOf(string patient)
    {
        using var document = JsonDocument.Parse(patient);
        return document.RootElement.GetProperty("name")[0].GetProperty("family").GetString()!;
    }

    [GeneratedRegex("urn:uuid:([0-9a-f]{8}-[0-9a-f-]{27})")]
    private static partial Regex Reference();

    [GeneratedRegex("\"[A-Z][A-Za-z]+/[0-9a-f]{8}-[0-9a-f-]{27}(?=\")")]
    private static partial Regex Relative();
}
