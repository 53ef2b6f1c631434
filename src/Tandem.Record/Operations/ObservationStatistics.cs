using System.Globalization;
using System.Text;
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
    private const double MostDigits = 1e28;
    private static readonly string[] Subjects = ["Patient", "Group", "Device", "Location"]; // R4 Observation.subject
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
        var codes = call.Texts("code").Select(code => MeasuredCode.Of(code.Contains('|', StringComparison.Ordinal) || call.Text("system") is not { } system ? code : $"{system}|{code}"))
            .Concat(call.Arguments.Where(argument => argument.Name == "coding").Select(argument => new MeasuredCode(argument.Value["system"u8].Text ?? "", argument.Value["code"u8].Text ?? ""))).ToList();
        if (codes.Count == 0)
            return Refusal.Invalid("", new RefusalDetail("required", "Name at least one code or coding."));
        if (!Subject(call).Succeeded(out var subject, out var refusal) || !Time(call).Succeeded(out var time, out refusal))
            return refusal;

        var results = new List<(string Name, ReadOnlyMemory<byte> Resource)>();
        foreach (var code in codes)
        {
            var query = SearchQuery.Parse(
                "Observation", [new("subject", subject), new("combo-code", code.Token), new("status:not", "entered-in-error,cancelled"), new("_sort", "-date"), .. Dates(time)]);
            if (!call.Fhir.Service.Store.Database.Read(session => call.Fhir.Service.Search.Find(session, query, call.Fhir.Scope, MostRead, address: call.Fhir.Address), call.Fhir.Limit).Succeeded(out var found, out refusal))
                return refusal;
            if (found.Count == MostRead)
                return Refusal.Unprocessable("", new RefusalDetail("too-costly", $"There are {MostRead:N0} observations of one code or more: name a shorter time."));
            Redisclosure.Mark(call.Fhir, found); // a figure tells of what it was made of
            var kinds = Kinds(code, found);
            foreach (var kind in kinds)
            {
                if (!Figures(subject, kind, wanted, time).Succeeded(out var figures, out refusal))
                    return refusal;
                results.Add(("statistics", figures));
            }

            if (call.Text("include") == "true")
                results.AddRange(kinds.SelectMany(kind => kind.All).Where(one => one.IsMeasured).Select(one => one.Version).Distinct().Take(Limit(call)).Select(version => ("source", version.Bytes)));
        }

        return new FhirReply(200, FhirWriter.Resource("Parameters", parameters => parameters.Array(
            "parameter", results, (item, result) => item.Text("name", result.Name).Raw("resource", result.Resource.Span))));
    }

    /// <summary>The observation with the figures of a code, in the unit of the latest value; a refusal where another cannot be converted into it.</summary>
    private static Outcome<byte[]> Figures(string subject, (Action<FhirWriter> Code, List<Measurement> All) kind, IReadOnlyList<string> wanted, (string? Start, string? End) time)
    {
        var measured = kind.All.FindAll(one => one.IsMeasured);
        var values = measured.ConvertAll(one => one.In(measured[0].Quantity["code"u8].Text!));
        if (values.Contains(null))
            return Refusal.Unprocessable("", new RefusalDetail("processing", "The values of one code have units that cannot be converted into each other; they cannot be taken together."));
        return FhirWriter.Resource("Observation", observation =>
        {
            kind.Code(observation.Text("status", "final"));
            observation.ReferenceTo("subject", subject).Object("effectivePeriod", period => period.Text("start", time.Start).Text("end", time.End));
            observation.Array("component", wanted.Where(name => values.Count > 0 || name.EndsWith("count", StringComparison.Ordinal)), (item, name) => Figure(
                item.Concept("code", Codes, name), name, name == "total-count" ? kind.All.Count : Statistics.Of(name, values.ConvertAll(value => value!.Value)), measured.FirstOrDefault()));
        });
    }

    /// <summary>What figures are made of, with what writes its code: the code that is asked for, and the components of a panel instead of or beside it.</summary>
    private static List<(Action<FhirWriter> Code, List<Measurement> All)> Kinds(MeasuredCode code, IReadOnlyList<ResourceVersion> found)
    {
        var panel = code.OfPanel(found).Select(kind => (new Action<FhirWriter>(into => into.Raw("code", kind.First().Holder["code"u8])), kind.ToList())).ToList();
        var own = code.Own(found);
        if (panel.Count == 0 || own.Exists(one => one.IsMeasured))
            panel.Insert(0, (into => into.Concept("code", code.System is { Length: > 0 } system ? system : null, code.Code), own));
        return panel;
    }

    /// <summary>The figure, or that there is none: of too few values, of values that are all the same, or of values so large that it cannot be reckoned.</summary>
    private static void Figure(FhirWriter component, string name, double? figure, Measurement? like)
    {
        if (figure is not { } known || !double.IsFinite(known))
        {
            component.Concept("dataAbsentReason", "http://terminology.hl7.org/CodeSystem/data-absent-reason", figure is null ? "not-applicable" : "error");
            return;
        }

        component.Object("valueQuantity", quantity =>
        {
            if (Math.Abs(known) < MostDigits)
                quantity.Number("value", (decimal)Math.Round(known, 6));
            else
                quantity.Raw("value", Encoding.ASCII.GetBytes(known.ToString("R", CultureInfo.InvariantCulture)));
            if (Statistics.HasUnit(name) && like?.Quantity is { } unit)
                quantity.Raw("unit", unit["unit"u8]).Raw("system", unit["system"u8]).Raw("code", unit["code"u8]);
        });
    }

    /// <summary>The one subject as <c>Type/id</c> (R4 Observation-stats): of several, whom a search would take together, there are no common figures.</summary>
    private static Outcome<string> Subject(OperationRequest call) =>
        call.Fhir.Own.Relative(call.Text("subject"))!.Split('/') is [var type, var id] && Subjects.Contains(type) && UpdateResource.IsId(id)
            ? $"{type}/{id}"
            : Refusal.Invalid("", new RefusalDetail("value", "subject has to be one reference of this record, such as Patient/123."));

    /// <summary>The time to look at, either end open: that of the duration, or of the period where none is given.</summary>
    private static Outcome<(string? Start, string? End)> Time(OperationRequest call)
    {
        if (call.Text("duration") is not { } text)
            return (call["period"].Value["start"u8].Text, call["period"].Value["end"u8].Text);
        if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var hours) || hours is <= 0 or > 1_000_000)
            return Refusal.Invalid("", new RefusalDetail("value", "duration has to be a number of hours above 0."));
        var now = call.Fhir.Service.Clock.GetUtcNow();
        return (FhirWriter.InstantText(now.AddHours(-(double)hours)), FhirWriter.InstantText(now));
    }

    private static IEnumerable<KeyValuePair<string, string>> Dates((string? Start, string? End) time)
    {
        if (time.Start is not null)
            yield return new("date", "ge" + time.Start);
        if (time.End is not null)
            yield return new("date", "le" + time.End);
    }

    private static int Limit(OperationRequest call) =>
        int.TryParse(call.Text("limit"), NumberStyles.None, CultureInfo.InvariantCulture, out var limit) ? limit : int.MaxValue;
}
