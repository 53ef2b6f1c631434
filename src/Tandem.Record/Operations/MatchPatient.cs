using Tandem.Fhir.Json;
using Tandem.Fhir.Search;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Record.Rest;

namespace Tandem.Record.Operations;

/// <summary>
/// <c>Patient/$match</c>: the patients that have one of the identifiers sent (R4 Patient-match). What is found so is certain; names and birth dates are
/// not compared here.
/// </summary>
internal static class MatchPatient
{
    private const int Most = 20;
    private const string Grade = "http://hl7.org/fhir/StructureDefinition/match-grade";

    internal static readonly Operation Operation = new()
    {
        Code = "match",
        Levels = OperationLevels.Type,
        Types = ["Patient"],
        Summary = "The patients who have one of the identifiers of the patient sent.",
        Follows = "http://hl7.org/fhir/OperationDefinition/Patient-match",
        Parameters =
        [
            new("resource", "Patient", "The patient to find, with identifiers.", 1),
            new("onlyCertainMatches", "boolean", "True for a single certain match or none."),
            new("count", "integer", "At most so many."),
            new("return", "Bundle", "The patients found, each with its grade.", 1, IsOut: true),
        ],
        Run = call => Task.FromResult(Run(call)),
    };

    private static FhirReply Run(OperationRequest call)
    {
        var patient = call["resource"].Resource;
        if (!patient["resourceType"u8].Is("Patient"u8))
            return Refusal.Invalid("", new RefusalDetail("invalid", "resource has to be a Patient."));
        var identifiers = patient["identifier"u8].Items.AsEnumerable()
            .Where(identifier => identifier["system"u8].Text is { Length: > 0 } && identifier["value"u8].Text is { Length: > 0 } && !identifier["use"u8].Is("old"u8))
            .Select(identifier => $"{Escaped(identifier["system"u8].Text!)}|{Escaped(identifier["value"u8].Text!)}").Distinct().ToList();
        var found = new List<ResourceVersion>();
        if (identifiers.Count > 0)
        {
            var query = SearchQuery.Parse("Patient", [new("identifier", string.Join(',', identifiers.Take(100)))]);
            if (!call.Fhir.Service.Store.Database.Read(session => call.Fhir.Service.Search.Find(session, query, call.Fhir.Scope, Most)).Succeeded(out var read, out var refusal))
                return refusal;
            found.AddRange(read.Take(int.TryParse(call.Text("count"), out var count) ? Math.Clamp(count, 0, Most) : Most));
        }

        var said = Said(identifiers.Count, found.Count, call.Text("onlyCertainMatches") == "true");
        if (found.Count > 1 && call.Text("onlyCertainMatches") == "true")
            found.Clear();
        return new FhirReply(200, Bundle(call, found, said));
    }

    /// <summary>What the sender should know; null when one patient was found.</summary>
    private static RefusalDetail? Said(int identifiers, int found, bool isSingle) => (identifiers, found) switch
    {
        (0, _) => new("incomplete", "Nothing was compared: patients are matched by identifiers with system and value, and none was sent."),
        (_, 0) => new("not-found", "No patient has one of these identifiers."),
        (_, > 1) when isSingle => new("multiple-matches", "The identifiers belong to several patients, so none is certain."),
        (_, > 1) => new("multiple-matches", "The identifiers belong to several patients."),
        _ => null,
    };

    private static byte[] Bundle(OperationRequest call, List<ResourceVersion> found, RefusalDetail? said) => FhirWriter.Resource("Bundle", bundle => bundle
        .Text("type", "searchset")
        .Number("total", found.Count)
        .Array("entry", entries =>
        {
            foreach (var version in found)
            {
                entries.Item(entry => entry
                    .Text("fullUrl", $"{call.Fhir.Address}/{version.Reference}")
                    .Raw("resource", version.Bytes.Span)
                    .Object("search", search => search
                        .Array("extension", extensions => extensions.Item(extension => extension.Text("url", Grade).Text("valueCode", found.Count == 1 ? "certain" : "probable")))
                        .Text("mode", "match")
                        .Number("score", found.Count == 1 ? 1 : 0.8m)));
            }

            if (said is not null)
            {
                var outcome = OperationOutcomeJson.Of("information", said);
                entries.Item(entry => entry.Raw("resource", outcome).Object("search", search => search.Text("mode", "outcome")));
            }
        }));

    private static string Escaped(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal).Replace("|", "\\|", StringComparison.Ordinal).Replace(",", "\\,", StringComparison.Ordinal).Replace("$", "\\$", StringComparison.Ordinal);
}
