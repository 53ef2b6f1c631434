using System.Text;
using Tandem.Care.Loops;
using Tandem.Care.Pathways;
using Tandem.Fhir.Json;
using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Tests.Support;

namespace Tandem.Tests.Care.Pathways;

/// <summary>The content that ships, read once from the folder through a real record.</summary>
internal static class ShippedContent
{
    private static readonly Lazy<Task<ContentInForce>> Loaded = new(LoadAsync);

    internal static string Folder { get; } = FindFolder();

    internal static Task<ContentInForce> GetAsync() => Loaded.Value;

    private static async Task<ContentInForce> LoadAsync()
    {
        using var record = new RecordFixture(Engine.Sqlite);
        var load = (await ContentLoader.LoadAsync(Folder, record.Store, CancellationToken.None)).Value;
        Assert.Empty(load.Faults);
        var content = record.Database.Read(session => ContentReading.Read(session, record.Store.Own));
        Assert.Empty(content.Faults);
        return content;
    }

    private static string FindFolder()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Tandem.slnx")))
                return Path.Combine(at.FullName, "content");
        }

        throw new InvalidOperationException("The repository's root is not above the tests.");
    }
}

/// <summary>A patient's facts as they arrive, one version at a time, and the loops that decisions make of them, without a database.</summary>
internal sealed class CaseFile(ContentInForce content)
{
    private readonly Dictionary<(string Type, string Id), List<FactVersion>> facts = [];
    private readonly Dictionary<string, Loop> loops = [];
    private long seq;

    internal DateTimeOffset Recorded { get; set; } = DateTimeOffset.Parse("2026-03-20T12:00:00Z", null);

    internal IEnumerable<Loop> Loops => loops.Values;

    internal IReadOnlyList<PathwayProposal> Last { get; private set; } = [];

    internal IReadOnlyList<UndecidedFact> Undecided { get; private set; } = [];

    /// <summary>A resource arrives; the pathways decide.</summary>
    internal CaseFile Arrives(string json)
    {
        var root = RecordFixture.Json(json);
        Keep(root["resourceType"u8].Text!, root["id"u8].Text!, root);
        return Decide();
    }

    internal CaseFile Deleted(string type, string id)
    {
        Keep(type, id, default);
        return Decide();
    }

    internal CaseFile Decide()
    {
        var decision = PathwayDecision.Decide(content, Facts());
        (Last, Undecided) = (decision.Proposals, decision.Undecided);
        foreach (var proposal in decision.Proposals)
            Apply(proposal);
        return this;
    }

    internal Loop Loop(string action) => loops.Values.Single(loop => loop.Action == action);

    internal IEnumerable<string> OpenActions => loops.Values.Where(loop => loop.IsOpen).Select(loop => loop.Action).Order(StringComparer.Ordinal);

    /// <summary>What is open, with its clock: what must not depend on the order of arrival.</summary>
    internal string[] OpenState => [.. loops.Values.Where(loop => loop.IsOpen)
        .Select(loop => $"{loop.Key} {loop.Opened:u} {loop.Due:u} {loop.Why.En}").Order(StringComparer.Ordinal)];

    private PatientFacts Facts() => new(
        "p",
        [.. facts.Select(fact => new Fact(fact.Key.Type, fact.Key.Id, fact.Value, fact.Value[0].Recorded))],
        [.. loops.Values]);

    private void Keep(string type, string id, FhirNode root)
    {
        if (!facts.TryGetValue((type, id), out var versions))
            facts[(type, id)] = versions = [];
        versions.Add(new(root, Recorded, ++seq));
    }

    private void Apply(PathwayProposal proposal)
    {
        loops[proposal.LoopId] = proposal switch
        {
            OpenProposal open => loops.GetValueOrDefault(open.LoopId) ?? OpenLoop.From(open.Loop),
            CloseProposal close => loops[close.LoopId] with
            {
                State = LoopState.Closed,
                StateReason = close.Why,
                Outputs = [.. loops[close.LoopId].Outputs, new LoopOutput(LoopOutput.Closing, close.Cause)],
            },
            WithdrawProposal withdraw => loops[withdraw.LoopId] with { State = LoopState.Withdrawn, StateReason = withdraw.Why },
            RenewProposal renew => OpenLoop.From(renew.Loop) with { Outputs = loops[renew.LoopId].Outputs },
            _ => throw new InvalidOperationException(),
        };
    }
}

/// <summary>Resources in short words.</summary>
internal static class Cases
{
    internal const string Authority = LoopCodes.Authority;

    internal static string Patient(string extra = "") => $$"""{"resourceType":"Patient","id":"p","birthDate":"1960-05-05"{{extra}}}""";

    internal static string Died(string at) => Patient($",\"deceasedDateTime\":\"{at}\"");

    internal static string Stay(
        string id, string start, string? end, string status = "finished", string disposition = "01", string kind = "IMP", string source = "", string eventTime = "") => $$"""
        {"resourceType":"Encounter","id":"{{id}}","status":"{{status}}","class":{"code":"{{kind}}"},"subject":{"reference":"Patient/p"},
        {{EventTime(eventTime)}}
        "serviceProvider":{"reference":"Organization/demo-hospital","display":"Riverbend"},
        "period":{"start":"{{start}}"{{(end is null ? "" : $",\"end\":\"{end}\"")}}},
        "hospitalization":{"admitSource":{"coding":[{"code":"{{source}}"}]},"dischargeDisposition":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0112","code":"{{disposition}}","display":"d"}] } } }
        """;

    private static string EventTime(string at) => at.Length == 0
        ? ""
        : "\"meta\":{\"extension\":[{\"url\":\"" + Authority + "StructureDefinition/event-time\",\"valueInstant\":\"" + at + "\"}]},";

    internal static string Visit(string id, string start, string status = "finished") => $$"""
        {"resourceType":"Encounter","id":"{{id}}","status":"{{status}}","class":{"code":"AMB"},"subject":{"reference":"Patient/p"},"period":{"start":"{{start}}"} }
        """;

    internal static string Appointment(string id, string start, string status) => $$"""
        {"resourceType":"Appointment","id":"{{id}}","status":"{{status}}","start":"{{start}}","participant":[{"actor":{"reference":"Patient/p"},"status":"accepted"}]}
        """;

    internal static string Contact(string id, string stay, string sent, string outcome = "reached", string status = "completed") => $$"""
        {"resourceType":"Communication","id":"{{id}}","status":"{{status}}","category":[{"coding":[{"system":"{{Authority}}CodeSystem/loop-evidence","code":"contact-outcome"}]}],
        "statusReason":{"coding":[{"code":"{{outcome}}"}]},"subject":{"reference":"Patient/p"},"about":[{"reference":"Encounter/{{stay}}"}],"sent":"{{sent}}"}
        """;

    internal static string Reconciled(string id, string at) => $$"""
        {"resourceType":"Procedure","id":"{{id}}","status":"completed","code":{"coding":[{"system":"http://snomed.info/sct","code":"430193006"}]},
        "subject":{"reference":"Patient/p"},"performedDateTime":"{{at}}"}
        """;

    internal static string Potassium(
        string id, string value, string issued, string status = "final", string taken = "2026-03-20T11:00:00Z", string flag = "H", string unit = "mmol/L") => $$"""
        {"resourceType":"Observation","id":"{{id}}","status":"{{status}}","category":[{"coding":[{"code":"laboratory"}]}],
        "code":{"coding":[{"system":"http://loinc.org","code":"2823-3"}],"text":"K"},"subject":{"reference":"Patient/p"},
        "effectiveDateTime":"{{taken}}","issued":"{{issued}}","interpretation":[{"coding":[{"code":"{{flag}}"}]}],
        "valueQuantity":{"value":{{value}},"unit":"{{unit}}"} }
        """;

    internal static string Told(string id, string result, string sent, bool readBack = true, string status = "completed") => $$"""
        {"resourceType":"Communication","id":"{{id}}","extension":[{"url":"{{Authority}}StructureDefinition/read-back","valueBoolean":{{(readBack ? "true" : "false")}}}],
        "status":"{{status}}","subject":{"reference":"Patient/p"},"about":[{"reference":"Observation/{{result}}"}],"recipient":[{"display":"Dr. Testperson"}],"sent":"{{sent}}"}
        """;

    internal static FhirJson Parse(string json) => FhirJson.ParseStored(Encoding.UTF8.GetBytes(json));
}
