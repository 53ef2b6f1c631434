using Tandem.Fhir.Json;
using Tandem.Fhir.Search;
using Tandem.Fhir.Views;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Questionnaires;
using Tandem.Record.Rest;

namespace Tandem.Record.Operations;

/// <summary><c>DocumentReference/$docref</c> (US Core 6.1, docref): a patient's documents that are here, found as a search finds them. None is made for it.</summary>
internal static class FindDocuments
{
    private const string SummaryOfCare = "http://loinc.org|34133-9";
    private static readonly string[] Times = ["start", "end"];

    internal static readonly Operation Operation = new()
    {
        Code = "docref",
        Levels = OperationLevels.Type,
        Types = ["DocumentReference"],
        Summary = "References to a patient's documents that are here.",
        Follows = "http://hl7.org/fhir/us/core/OperationDefinition/docref",
        Parameters =
        [
            new("patient", "id", "The patient.", 1),
            new("start", "dateTime", "Documents of care at or after this time. Without start and end the newest comes first, alone on its page."),
            new("end", "dateTime", "Documents of care at or before this time."),
            new("type", "string", "The kind of document, system|code; a summary of care (LOINC 34133-9) when not stated.", SearchType: "token"),
            new("on-demand", "boolean", "Only false: no document is made here."),
            new("return", "Bundle", "The references as a searchset.", 1, IsOut: true),
        ],
        Run = RunAsync,
    };

    private static async Task<FhirReply> RunAsync(OperationRequest call)
    {
        if (call.Text("on-demand") == "true")
            return Refusal.Invalid("", new RefusalDetail("not-supported", "No document is made here: leave on-demand out for those that are here."));
        if (Patient(call) is not { } patient)
            return Refusal.Invalid("", new RefusalDetail("value", "patient has to be the id of a patient of this record."));
        if (Times.FirstOrDefault(name => call.Text(name) is { } text && !FhirDateTime.TryParse(text, out _)) is { } wrong)
            return Refusal.Invalid("", new RefusalDetail("value", $"{wrong} has to be a date or a time with its zone."));
        if (Kinds(call) is not { Length: > 0 } kinds)
            return Refusal.Invalid("", new RefusalDetail("value", "type has to have a coding with a code."));
        return await SearchResources.FindAsync(call.Fhir, "DocumentReference", QueryPairs.Write([new("patient", patient), new("status", "current"), new("type", kinds), .. Time(call)]));
    }

    private static string? Patient(OperationRequest call) =>
        call.Text("patient") is { } text && UpdateResource.IsId(text) ? text : PatientReference.IdIn(call.Text("patient"), call.Fhir.Own);

    /// <summary>The codes that are asked for, as a search has them.</summary>
    private static string Kinds(OperationRequest call) => call["type"].Value is { IsObject: true } concept
        ? string.Join(',', concept["coding"u8].Items.AsEnumerable().Where(coding => coding["code"u8].Exists).Select(ObservedItems.Token))
        : call.Text("type") ?? SummaryOfCare;

    private static IEnumerable<KeyValuePair<string, string>> Time(OperationRequest call)
    {
        var (start, end) = (call.Text("start"), call.Text("end"));
        if (start is not null)
            yield return new("period", "ge" + start);
        if (end is not null)
            yield return new("period", "le" + end);
        if (start is not null || end is not null)
            yield break;
        yield return new("_sort", "-date");
        yield return new("_count", "1");
    }
}
