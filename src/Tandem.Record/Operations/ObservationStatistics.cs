using System.Globalization;
using Tandem.Fhir.Json;
using Tandem.Fhir.Search;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Record.Rest;

namespace Tandem.Record.Operations;

/// <summary><c>Observation/$stats</c>: figures over a patient's measured values of a code in a time (R4 Observation-stats).</summary>
internal static class ObservationStatistics
{
    private const int MostRead = 10_000;
    private const string Codes = "http://terminology.hl7.org/CodeSystem/observation-statistics";

    internal static readonly Operation Operation = new()
    {
        Code = "stats",
        Levels = OperationLevels.Type,
        Types = ["Observation"],
        Summary = "Figures over the measured values of each code of a patient.",
        Follows = "http://hl7.org/fhir/OperationDefinition/Observation-stats",
        Parameters =
        [
            new("subject", "uri", "The patient: Patient/id.", 1),
            new("code", "string", "Codes to look at, each system|code or a code of system.", IsList: true),
            new("system", "uri", "The system of codes that name none."),
            new("coding", "Coding", "Codes to look at.", IsList: true),
            new("duration", "decimal", "The last hours to look at."),
            new("period", "Period", "The time to look at."),
            new("statistic", "code", "Figures by code of observation-statistics, all but regression, which is two figures.", 1, IsList: true),
            new("include", "boolean", "True to get the observations too."),
            new("limit", "positiveInt", "At most so many of the observations."),
            new("statistics", "Observation", "One per code; a component per figure.", 0, IsList: true, IsOut: true),
            new("source", "Observation", "What the figures were made of.", 0, IsList: true, IsOut: true),
        ],
        Run = call => Task.FromResult(Run(call)),
    };

    private static FhirReply Run(OperationRequest call)
    {
        var wanted = call.Texts("statistic");
        if (wanted.FirstOrDefault(name => !Statistics.IsKnown(name)) is { } unknown)
            return Refusal.Invalid("", new RefusalDetail("not-supported", $"The statistic {FhirRequest.Shown(unknown)} is not offered."));
        var codes = call.Texts("code").Select(code => code.Contains('|', StringComparison.Ordinal) || call.Text("system") is not { } system ? code : $"{system}|{code}")
            .Concat(call.Arguments.Where(argument => argument.Name == "coding").Select(argument => $"{argument.Value["system"u8].Text}|{argument.Value["code"u8].Text}")).ToList();
        if (codes.Count == 0)
            return Refusal.Invalid("", new RefusalDetail("required", "Name at least one code or coding."));
        if (!Dates(call).Succeeded(out var dates, out var refusal))
            return refusal;

        var results = new List<(string Name, ReadOnlyMemory<byte> Resource)>();
        foreach (var code in codes)
        {
            var query = SearchQuery.Parse("Observation", [new("subject", call.Text("subject")!), new("code", code), new("status:not", "entered-in-error,cancelled"), new("_sort", "-date"), .. dates]);
            if (!call.Fhir.Service.Store.Database.Read(session => call.Fhir.Service.Search.Find(session, query, call.Fhir.Scope, MostRead), call.Fhir.Limit).Succeeded(out var found, out refusal))
                return refusal;
            if (found.Count == MostRead)
                return Refusal.Unprocessable("", new RefusalDetail("too-costly", $"There are {MostRead:N0} observations of one code or more: name a shorter time."));
            Redisclosure.Mark(call.Fhir, found); // a figure tells of what it was made of
            var measured = found.Where(version => version.Root["valueQuantity"u8]["value"u8].Number is not null).ToList();
            if (measured.Select(Unit).Distinct().Count() > 1)
                return Refusal.Unprocessable("", new RefusalDetail("processing", "The values of one code have several units; they cannot be taken together."));
            if (found.Count > 0)
                results.Add(("statistics", Figures(call, found, measured, wanted)));
            if (call.Text("include") == "true")
                results.AddRange(measured.Take(Limit(call)).Select(version => ("source", version.Bytes)));
        }

        return new FhirReply(200, FhirWriter.Resource("Parameters", parameters => parameters.Array(
            "parameter", results, (item, result) => item.Text("name", result.Name).Raw("resource", result.Resource.Span))));
    }

    private static byte[] Figures(OperationRequest call, IReadOnlyList<ResourceVersion> found, List<ResourceVersion> measured, IReadOnlyList<string> wanted) =>
        FhirWriter.Resource("Observation", observation => observation
            .Text("status", "final")
            .Raw("code", found[0].Root["code"u8])
            .ReferenceTo("subject", call.Text("subject"))
            .Array("component", wanted.Where(name => measured.Count > 0 || name.EndsWith("count", StringComparison.Ordinal)), (item, name) =>
                Figure(item.Concept("code", Codes, name), name, measured, name == "total-count" ? found.Count : null)));

    /// <summary>The figure, or that there is none: of too few values, or of values that are all the same.</summary>
    private static void Figure(FhirWriter component, string name, List<ResourceVersion> measured, int? known)
    {
        if ((known ?? Statistics.Of(name, measured.ConvertAll(version => (double)version.Root["valueQuantity"u8]["value"u8].Number!.Value))) is not { } figure)
        {
            component.Concept("dataAbsentReason", "http://terminology.hl7.org/CodeSystem/data-absent-reason", "not-applicable");
            return;
        }

        component.Object("valueQuantity", quantity =>
        {
            quantity.Number("value", (decimal)Math.Round(figure, 6));
            if (!Statistics.HasUnit(name))
                return;
            var unit = measured[0].Root["valueQuantity"u8];
            quantity.Raw("unit", unit["unit"u8]).Raw("system", unit["system"u8]).Raw("code", unit["code"u8]);
        });
    }

    private static Outcome<List<KeyValuePair<string, string>>> Dates(OperationRequest call)
    {
        var dates = new List<KeyValuePair<string, string>>();
        if (call.Text("duration") is { } text)
        {
            if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var hours) || hours is <= 0 or > 1_000_000)
                return Refusal.Invalid("", new RefusalDetail("value", "duration has to be a number of hours above 0."));
            dates.Add(new("date", "ge" + FhirWriter.InstantText(call.Fhir.Service.Clock.GetUtcNow().AddHours(-(double)hours))));
        }

        var period = call["period"].Value;
        if (period["start"u8].Text is { } start)
            dates.Add(new("date", "ge" + start));
        if (period["end"u8].Text is { } end)
            dates.Add(new("date", "le" + end));
        return dates;
    }

    private static int Limit(OperationRequest call) =>
        int.TryParse(call.Text("limit"), NumberStyles.None, CultureInfo.InvariantCulture, out var limit) ? limit : int.MaxValue;

    private static string Unit(ResourceVersion version)
    {
        var quantity = version.Root["valueQuantity"u8];
        return quantity["code"u8].Text ?? quantity["unit"u8].Text ?? "";
    }
}
